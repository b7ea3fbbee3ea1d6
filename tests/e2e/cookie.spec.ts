import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, inspector, makeShop, openFile, openTab, selectSession } from './steps.ts'
import { wcagFaults } from './wcag.ts'

test('the cookie of a session: what Django sends, whether it arrives, and the session for another tool', async ({ coatcheck, folder, context, face }) => {
  const page = await coatcheck()
  if (face === 'browser') await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openFile(page, makeShop(folder))
  await selectSession(page, CART_KEY)
  await openTab(page, 'cookie')
  const tab = inspector(page)
  await expect(tab).toContainText('Every browser sends this cookie to http://localhost:8000.')
  await expect(tab).toContainText('HttpOnly; Max-Age=')
  await expect(tab, 'masked on the screen').not.toContainText(CART_KEY)
  expect(await wcagFaults(page)).toEqual([])

  await tab.getByLabel(en.cookie.page).fill('not an address at all')
  await expect(tab.getByText(en.cookie.pageInvalid)).toBeVisible()
  await tab.getByLabel(en.cookie.page).fill('https://shop.example/cart/')
  await expect(tab).toContainText('Every browser sends this cookie to https://shop.example.')

  await tab.getByRole('radio', { name: en.cookie.format.header }).click()
  await tab.getByRole('button', { name: 'Copy Cookie header' }).click()
  await expect(tab.getByRole('button', { name: en.cookie.copied })).toBeVisible()
  if (face === 'browser') expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`Cookie: sessionid=${CART_KEY}`)
})
