import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { scenes } from './screens/all.ts'
import { wcagFaults } from './wcag.ts'

/** Both themes, and both sizes that the window is drawn for. */
const LOOKS = [
  { colorScheme: 'light', width: 1280, height: 800, rules: undefined },
  // Its names and roles are those of the light one: what changes is its colours and its sizes.
  { colorScheme: 'dark', width: 900, height: 600, rules: ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'] },
] as const
/** 1280×800 at 200 %: that many CSS pixels are left. */
const ZOOMED = { width: 640, height: 400 }

test.describe('every screen, in both themes and at 200 %', () => {
  test.skip(({ face }) => face === 'electron', 'The size of the window is the browser’s.')

  for (const { title, play } of scenes) {
    test(title, async ({ coatcheck, folder }) => {
      test.setTimeout(600_000)
      const files = join(folder, 'files')
      mkdirSync(files)
      await play({
        folder: files,
        open: async (source) => {
          const page = await coatcheck(source === undefined ? {} : { source })
          page.setDefaultTimeout(60_000)
          return page
        },
        show: async (page, screen, reach) => {
          await page.emulateMedia({ reducedMotion: 'reduce' })
          for (const { colorScheme, rules, ...size } of LOOKS) {
            await page.emulateMedia({ colorScheme })
            await page.setViewportSize(size)
            await reach?.()
            expect.soft(await wcagFaults(page, { rules }), `${screen}, ${colorScheme}, ${size.width}×${size.height}`).toEqual([])
          }
          await page.setViewportSize(ZOOMED)
          await reach?.()
          expect.soft(await outOfReach(page), `${screen}, at 200 %`).toEqual([])
          await page.setViewportSize({ width: LOOKS[0].width, height: LOOKS[0].height })
        },
      })
    })
  }
})

test('axe is awake: it reports planted faults', async ({ coatcheck }) => {
  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await page.evaluate(() => {
    const image = document.createElement('img')
    const text = Object.assign(document.createElement('p'), { textContent: 'faint' })
    text.style.color = '#ddd'
    text.style.backgroundColor = '#fff'
    document.querySelector('main')?.append(image, text)
  })
  expect((await wcagFaults(page)).map((fault) => fault.split(':')[0])).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']))
})

/** What can be clicked, and cannot be scrolled into the window; of a menu or a dialog that is open, what is in it. */
function outOfReach(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const open = [...document.querySelectorAll('[role="dialog"], [role="menu"]')].at(-1) ?? document.body
    const isSeen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect()
      return width > 1 && height > 1 && getComputedStyle(element).visibility === 'visible' && getComputedStyle(element).pointerEvents !== 'none' && element.closest('.visually-hidden, [inert], .skip-links:not(:focus-within)') === null
    }
    const lost = [...open.querySelectorAll('button, a[href], input:not([type="hidden"]), select, textarea, [role="tab"], [role="menuitem"]')].filter(isSeen).filter((element) => {
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      const { left, top, width, height } = element.getBoundingClientRect()
      const [x, y] = [left + Math.min(width, innerWidth) / 2, top + Math.min(height, innerHeight) / 2]
      const hit = document.elementFromPoint(x, y)
      // Suggestions cover what is below them while somebody writes.
      if (hit !== null && hit.closest('[role="listbox"]') !== null) return false
      return hit === null || !(element.contains(hit) || hit.closest('label')?.contains(element) === true)
    })
    return lost.map((element) => element.outerHTML.slice(0, 200))
  })
}
