import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { editValue, inspector, openDemo, openTab, pasteIntoDecoder, review, selectSession, table, tree, verdicts } from '../../tests/e2e/steps.ts'
import { shrinkPng } from '../shrink-png.mjs'
import { openWindow, picture } from './studio.mjs'

const IMAGES = join(import.meta.dirname, '../../docs/images')
const ROW_HEIGHT = 28

/** The pictures of the README, with the demo open. @param {import('@playwright/test').Browser} browser @param {string} folder for data, empty */
export async function takeReadme(browser, folder) {
  await mkdir(IMAGES, { recursive: true })
  for (const theme of /** @type {const} */ (['light', 'dark'])) await takeTheme(browser, theme, join(folder, theme))
}

/** @param {import('@playwright/test').Browser} browser @param {'light' | 'dark'} theme @param {string} dataFolder */
async function takeTheme(browser, theme, dataFolder) {
  const { page, close } = await openWindow(browser, { dataFolder, theme })
  /** @param {string} name */
  const take = async (name) => {
    const file = join(IMAGES, `${name}-${theme}.png`)
    const png = shrinkPng(await picture(page))
    await writeFile(file, png)
    console.log(`${file}  ${Math.round(png.length / 1024)} kB`)
  }
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await take('welcome')

  await openDemo(page)
  const { key, cookies, index, count } = readDemo(join(dataFolder, 'demo/corner-shop'))
  await page.locator(`[role="grid"][aria-rowcount="${count + 1}"]`).waitFor()
  await inspector(page).getByRole('tab').first().waitFor()
  await table(page).evaluate((grid, top) => { grid.scrollTop = top }, (index - 10) * ROW_HEIGHT)
  await selectSession(page, key)
  await tree(page).waitFor()
  await take('workbench')

  await editValue(page, 'visit_count', '42')
  await page.keyboard.press('Control+s')
  await review(page).waitFor()
  await take('review')
  await page.keyboard.press('Escape')
  await inspector(page).getByRole('button', { name: en.inspector.editBar.discard }).click()

  await openTab(page, 'anatomy')
  await take('anatomy')

  const pane = page.getByRole('navigation', { name: en.sources.regionLabel })
  await pane.getByRole('button', { name: en.overview.summary.line }).click()
  await page.getByRole('button', { name: en.overview.summary.again }).waitFor()
  await take('summary')

  await pane.getByRole('button', { name: en.cleanUp.page }).click()
  await page.getByRole('button', { name: en.cleanUp.look, exact: true }).click()
  await page.getByText(en.cleanUp.clearsessions, { exact: true }).waitFor()
  await take('clean-up')

  await page.getByRole('button', { name: en.sources.decoder }).first().click()
  await pasteIntoDecoder(page, cookies)
  await verdicts(page).waitFor()
  await take('decoder')
  await close()
}

/** The session that the demo is proud of, its place when sorted as at the start, and some of its cookies. @param {string} demo */
function readDemo(demo) {
  const manifest = JSON.parse(readText(join(demo, 'demo.json')))
  const { key } = manifest.sessions.find((/** @type {{ kind: string }} */ one) => one.kind === 'showcase')
  const database = new Database(join(demo, manifest.database), { readonly: true })
  const keys = database.prepare('SELECT session_key FROM django_session ORDER BY expire_date DESC, session_key DESC').pluck().all()
  database.close()
  const samples = readText(join(demo, manifest.cookies)).split('\n\n')
  return { key, count: keys.length, index: keys.indexOf(key), cookies: [2, 4, 6, 8].map((at) => samples[at]).join('\n\n') }
}

/** @param {string} file */
function readText(file) {
  return readFileSync(file, 'utf8')
}
