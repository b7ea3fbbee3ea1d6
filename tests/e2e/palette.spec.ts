import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openDemo, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.actions

test('everything can be found by a part of its name', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await inspector(page).getByRole('tab').first().waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: words.placeholder })
  await expect(field).toBeFocused()

  await field.fill('anat')
  await expect(page.getByRole('option')).toHaveCount(1)
  expect(await wcagFaults(page, { rules: 'all' })).toEqual([])
  await page.keyboard.press('Enter')
  await expect(inspector(page).getByRole('tab', { name: en.inspector.tabs.anatomy })).toHaveAttribute('aria-selected', 'true')

  await page.keyboard.press('Control+k')
  await field.fill('theme dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')

  await page.keyboard.press('Control+k')
  await field.fill('nothing of the kind')
  await expect(page.getByText('Nothing is called “nothing of the kind”.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
  await expect(page.locator(':focus')).not.toHaveCount(0)
})

test('a whole session key leads to its session', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await inspector(page).getByRole('tab').first().waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: words.placeholder })
  await field.fill('0123456789abcdef0123456789abcdef')
  await expect(page.getByRole('option').first()).toContainText('012345')
  await page.keyboard.press('Enter')
  await expect(inspector(page)).toContainText(en.inspector.gone)
})

test('the sheet names every key', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await table(page).focus()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: words.sheet.title })
  await expect(sheet).toBeVisible()
  await expect(sheet).toContainText('Ctrl K')
  expect(await wcagFaults(page, { rules: 'all' })).toEqual([])
  await page.keyboard.press('Escape')
  await expect(table(page)).toBeFocused()
})

test('a text pasted where no field takes it is decoded', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await table(page).focus()
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'sessionid=eyJhIjoxfQ:1abcde:xyz')
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('heading', { name: en.sources.decoder })).toBeVisible()
})
