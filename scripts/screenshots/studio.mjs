import { mkdir } from 'node:fs/promises'
import { chromium } from '@playwright/test'
import { startHost } from '../../tests/support/host.ts'
import { findPeers } from '../peers.mjs'

/** @typedef {{ readonly page: import('@playwright/test').Page, close(): Promise<void> }} Window */
/** @typedef {{ readonly dataFolder: string, readonly source?: string | undefined, readonly theme?: 'light' | 'dark' }} WindowOptions */

export const SIZE = { width: 1280, height: 800 }

/** A Chromium whose letters look the same on each machine. */
export async function openBrowser() {
  const executablePath = (await findPeers()).find((peer) => peer.name === 'chromium')?.path
  if (!executablePath) throw new Error('There is no Chromium: node scripts/peers.mjs')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'] })
}

/**
 * A window of the built app, with a host and a data folder of its own.
 * @param {import('@playwright/test').Browser} browser @param {WindowOptions} options @returns {Promise<Window>}
 */
export async function openWindow(browser, { dataFolder, source, theme = 'light' }) {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const host = await startHost({ dataFolder, source })
  const context = await browser.newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  await page.goto(host.link)
  return {
    page,
    async close() {
      await context.close()
      await host.stop()
    },
  }
}

/** Its PNG, once the window has come to rest. @param {import('@playwright/test').Page} page */
export async function picture(page) {
  const { width, height } = page.viewportSize() ?? SIZE
  await page.mouse.move(width / 2, height - 1)
  await page.waitForTimeout(300)
  return page.screenshot()
}
