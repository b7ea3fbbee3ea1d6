import { AxeBuilder } from '@axe-core/playwright'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openDemo, openTab, table } from './steps.ts'

test('whose session it is, and why a deleted user is logged out', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await table(page).getByRole('gridcell', { name: 'admin', exact: true }).first().click()
  await openTab(page, 'owner')
  await expect(inspector(page)).toContainText(en.why.sentence.live)
  await expect(inspector(page).getByRole('listitem')).toHaveCount(8)
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).setLegacyMode(true).analyze()
  expect(violations).toEqual([])

  await table(page).getByRole('gridcell', { name: 'user 999, deleted' }).click()
  await expect(inspector(page)).toContainText(en.why.sentence.user)
  await expect(inspector(page)).toContainText('The user table has no row 999.')
  await expect(inspector(page), 'Django asks no further').not.toContainText(en.why.check.hash.no)
})
