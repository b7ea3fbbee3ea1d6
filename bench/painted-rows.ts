import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { chromium } from '@playwright/test'
import { en } from '../shared/words/en.ts'
import { openFile } from '../tests/e2e/steps.ts'
import { startHost } from '../tests/support/host.ts'
import type { Measurement } from './measure.ts'
import { atMost, median } from './measure.ts'

/** In the page: the time from the last click to the frame after the first rows. A text, because there are no types of a page here. */
const WATCH = `
  globalThis.painted = new Promise((resolve) => {
    let clickedAt = 0
    addEventListener('click', () => { clickedAt = performance.now() }, true)
    const observer = new MutationObserver(() => {
      if (document.querySelectorAll('[role="row"] > .key').length < 20) return
      observer.disconnect()
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - clickedAt)))
    })
    observer.observe(document.body, { childList: true, subtree: true })
  })
  0`

/** P6, whole: from the click on "Open" to the frame after the first rows stand in the page. */
export async function paintedRows(file: string, runs: number): Promise<readonly Measurement[]> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  const ours: number[] = []
  for (let run = 0; run < runs; run++) ours.push(await clickToPaint(browser, file))
  await browser.close()
  return [atMost(300, { id: 'P6', work: 'from the click to painted rows (browser host)', unit: 'ms', ours: median(ours), peer: null })]
}

async function clickToPaint(browser: Browser, file: string): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-paint-'))
  const host = await startHost({ dataFolder })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(host.link)
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await page.evaluate(WATCH)
  await openFile(page, file, null)
  const elapsed = Number(await page.evaluate('globalThis.painted'))
  await page.close()
  await host.stop()
  await rm(dataFolder, { recursive: true, force: true })
  return elapsed
}
