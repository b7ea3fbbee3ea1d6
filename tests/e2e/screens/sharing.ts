import { de } from '../../../shared/words/de.ts'
import { en } from '../../../shared/words/en.ts'
import { TABLE_KEY } from '../../support/session-table.ts'
import { CART_KEY, makeShop, openDemo, openFile, openTab, selectSession, table, tree } from '../steps.ts'
import type { Scene } from './scene.ts'
import { act, ask, dialog, line } from './scene.ts'

export const sharing: readonly Scene[] = [
  { title: 'a screen that others see', play: async ({ folder, open, show }) => {
    const page = await open()
    await openFile(page, makeShop(folder), TABLE_KEY)
    await selectSession(page, CART_KEY)
    await ask(page, 'user:#42 cart.sku="A1"')
    await page.locator('[data-search-status]').getByText('looked at').waitFor()
    await act(page, 'screen-share')
    await page.getByText(en.states.veiled.mark).first().waitFor()
    await show(page, 'shared')
    await show(page, 'shared-queries', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: en.query.kept.menu }).click()
    })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await show(page, 'shared-palette')
    await page.keyboard.press('Escape')
    for (const tab of ['anatomy', 'expiry', 'owner', 'cookie', 'history'] as const) {
      await openTab(page, tab)
      await show(page, `shared-${tab}`)
    }
    await table(page).focus()
    await page.keyboard.press('Delete')
    await dialog(page).getByText(en.review.notYet).waitFor()
    await show(page, 'shared-delete')
    await page.keyboard.press('Escape')
    await line(page, en.overview.summary.line).click()
    await page.getByText(en.states.veiled.title).waitFor()
    await show(page, 'shared-summary')
    await line(page, en.cleanUp.page).click()
    await show(page, 'shared-clean-up')
  } },
  { title: 'in German', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await tree(page).waitFor()
    await act(page, 'language-de')
    await page.getByRole('grid', { name: de.workbench.table }).waitFor()
    const pane = page.getByRole('complementary', { name: de.workbench.paneInspector })
    await show(page, 'de-workbench')
    for (const tab of ['anatomy', 'expiry', 'owner', 'cookie', 'history'] as const) {
      await pane.getByRole('tab', { name: de.inspector.tabs[tab] }).click()
      await show(page, `de-${tab}`)
    }
    const sources = page.getByRole('navigation', { name: de.sources.regionLabel })
    await sources.getByRole('button', { name: de.overview.summary.line }).click()
    await page.getByRole('button', { name: de.overview.summary.again }).waitFor()
    await show(page, 'de-summary')
    await sources.getByRole('button', { name: de.cleanUp.page }).click()
    await page.getByRole('button', { name: de.cleanUp.look, exact: true }).click()
    await page.getByText(de.cleanUp.clearsessions, { exact: true }).waitFor()
    await show(page, 'de-clean-up')
    await page.getByRole('button', { name: de.sources.openAnother }).click()
    await show(page, 'de-open')
    await page.keyboard.press('Escape')
    await show(page, 'de-settings', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: de.sources.settings }).click()
    })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: de.connections.add }).click()
    await show(page, 'de-connect')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await show(page, 'de-palette')
  } },
]
