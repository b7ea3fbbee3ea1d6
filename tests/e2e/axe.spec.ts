import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, editValue, fillOpenDialog, inspector, makeShop, openDecoderOfDemo, openFile, openTab, pasteIntoDecoder, review, selectSession, sessionRow, verdicts } from './steps.ts'
import { wcagFaults } from './wcag.ts'

// In a browser, screens.spec.ts looks at each of these, and at all others.
async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`WCAG 2.2 AA, ${theme}`, () => {
    test('opening: welcome, dialog, error, empty table', async ({ coatcheck, folder }) => {
      const page = await coatcheck()
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.getByRole('heading', { name: en.welcome.name }).waitFor()
      await check(page, 'welcome')
      await openFile(page, join(folder, 'missing.sqlite3'))
      await page.getByRole('alert').first().waitFor()
      await check(page, 'open dialog with an error')
      const empty = join(folder, 'empty.sqlite3')
      makeSessionTable(empty, [])
      await fillOpenDialog(page, empty, null)
      await page.getByRole('heading', { name: en.workbench.empty.title }).waitFor()
      await check(page, 'empty table')
      await page.getByRole('button', { name: en.sources.settings }).click()
      await check(page, 'settings')
    })

    test('the workbench: data, text, anatomy, expiry, review, selection', async ({ coatcheck, folder }) => {
      const page = await coatcheck()
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await openFile(page, makeShop(folder))
      await selectSession(page, CART_KEY)
      await check(page, 'data as a tree')
      await editValue(page, 'qty', '3')
      await check(page, 'an edit')
      await page.keyboard.press('Control+s')
      await review(page).waitFor()
      await check(page, 'review')
      await page.keyboard.press('Escape')
      await inspector(page).getByText(en.inspector.data.text, { exact: true }).click()
      await check(page, 'data as text')
      await openTab(page, 'anatomy')
      await check(page, 'anatomy')
      await openTab(page, 'expiry')
      await check(page, 'expiry')
      await sessionRow(page, 'botsbots').click({ modifiers: ['Control'] })
      await check(page, 'two selected')
    })

    test('the decoder: empty, verdicts', async ({ coatcheck }) => {
      const page = await coatcheck()
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await openDecoderOfDemo(page)
      await check(page, 'decoder')
      await pasteIntoDecoder(page, 'Cookie: sessionid=eyJhIjoxfQ:1x0GTg:7MSS2i2lQt9RCLkCFipDlQJImaCNyc6oxOMu9MNOIj4; other=eyJhIjoxfQ:1r31eq')
      await verdicts(page).waitFor()
      await check(page, 'verdicts')
    })
  })
}
