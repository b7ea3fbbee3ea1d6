import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scenes } from '../../tests/e2e/screens/all.ts'
import { writeSheet } from './contact-sheet.mjs'
import { openWindow, picture, SIZE } from './studio.mjs'

/** @typedef {import('./studio.mjs').Window} Window */

const THEMES = /** @type {const} */ (['light', 'dark'])
const SIZES = [SIZE, { width: 900, height: 600 }]
/** Scenes at one time: each has a host of its own. */
const AT_ONCE = 2

/**
 * Plays every scene, and takes each of its screens in both themes and sizes. A scene that does not get through is told of, with a picture of
 * where it stood; the others go on.
 * @param {import('@playwright/test').Browser} browser @param {{ readonly folder: string, readonly out: string, readonly only: string }} options
 * `folder` for data, empty; `only`: part of a scene's title @returns {Promise<number>} exit code
 */
export async function takeEvery(browser, { folder, out, only }) {
  const chosen = scenes.filter(({ title }) => title.includes(only))
  if (only === '') await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  /** @type {string[]} */
  const failures = []
  /** @type {Map<string, readonly string[]>} */
  const taken = new Map()
  const waiting = chosen.entries()
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const [index, scene] of waiting) {
      const { screens, failure } = await takeScene(browser, scene, { folder: join(folder, String(index)), out })
      taken.set(scene.title, screens)
      if (failure === null) console.log(`${scene.title}: ${screens.length} screens`)
      else failures.push(`${scene.title}: ${failure}`)
    }
  }))
  await writeSheet(out, chosen.map(({ title }) => ({ title, screens: taken.get(title) ?? [] })), { themes: THEMES, sizes: SIZES })
  for (const failure of failures) console.error(`\nNot reached: ${failure}`)
  console.log(`\n${join(out, 'index.html')}`)
  return failures.length === 0 ? 0 : 1
}

/** @param {import('@playwright/test').Browser} browser @param {import('../../tests/e2e/screens/scene.ts').Scene} scene @param {{ readonly folder: string, readonly out: string }} options */
async function takeScene(browser, scene, { folder, out }) {
  /** @type {string[]} */
  const screens = []
  /** @type {Window[]} */
  const windows = []
  const play = scene.play({
    folder: await mkdir(join(folder, 'files'), { recursive: true }).then(() => join(folder, 'files')),
    async open(source) {
      const window = await openWindow(browser, { dataFolder: join(folder, `data-${windows.length}`), source })
      windows.push(window)
      return window.page
    },
    async show(page, screen, reach) {
      const before = page.viewportSize() ?? SIZE
      for (const size of SIZES) {
        await page.setViewportSize(size)
        await reach?.()
        for (const theme of THEMES) {
          await page.emulateMedia({ colorScheme: theme })
          await writeFile(join(out, fileName(screen, theme, size)), await picture(page))
        }
      }
      await page.setViewportSize(before)
      screens.push(screen)
    },
  })
  try {
    await play
    return { screens, failure: null }
  } catch (error) {
    for (const { page } of windows) await writeFile(join(out, `not-reached-after-${screens.at(-1) ?? 'nothing'}.png`), await page.screenshot())
    return { screens, failure: error instanceof Error ? error.message : String(error) }
  } finally {
    for (const window of windows) await window.close()
  }
}

/** @param {string} screen @param {string} theme @param {{ readonly width: number }} size */
export function fileName(screen, theme, { width }) {
  return `${screen}-${theme}-${width}.png`
}
