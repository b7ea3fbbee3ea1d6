// npm run bench:ui [-- --rows N]: one journey through a large table in the browser host and Chromium; frames, long tasks and memory of each step.
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { en } from '../shared/words/en.ts'
import { openFile, table } from '../tests/e2e/steps.ts'
import { startHost } from '../tests/support/host.ts'
import { sessionTable } from './data.ts'

/** In the page: gaps between frames and tasks longer than 50 ms, since they were last asked for. */
const WATCH = `
  globalThis.gaps = []; globalThis.tasks = []
  let last = performance.now()
  const frame = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) tasks.push(duration) }).observe({ entryTypes: ['longtask'] })
  0`
const TAKE = `(() => { const taken = { gaps: gaps.splice(0), tasks: tasks.splice(0), heap: performance.memory.usedJSHeapSize }; return taken })()`

interface Step {
  readonly step: string
  readonly ms: number
  readonly frames: readonly number[]
  readonly tasks: readonly number[]
  readonly heapMb: number
  readonly hostMb: number
}

const MB = 1024 * 1024
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } })
const rows = Number(values.rows)
const file = await sessionTable(rows)
const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-ui-'))
const host = await startHost({ dataFolder })
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'] })
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
const steps: Step[] = []

await page.goto(host.link)
await page.getByRole('heading', { name: en.welcome.name }).waitFor()
await page.evaluate(WATCH)
const bar = page.getByRole('combobox', { name: en.query.bar.label })
const status = page.locator('[data-search-status]')
const firstRow = table(page).locator('[role="row"] > .key').first()

await measure('open: the first rows', async () => {
  await openFile(page, file, null)
  await firstRow.waitFor()
})
await measure('count all, and a signpost for each page', () => table(page).and(page.locator(`[aria-rowcount="${rows + 1}"]`)).waitFor({ timeout: 300_000 }))
await measure('scroll with the wheel, 200 times', () => wheel(page))
await measure('to the end', () => jump(page, 'End', rows + 1))
await measure('to the beginning', () => jump(page, 'Home', 2))
await measure('filter by content: the first hit', async () => {
  await ask('cart.sku="A7"')
  await firstRow.waitFor()
})
await measure('filter by content: whole', () => status.filter({ hasText: 'looked at' }).filter({ hasText: /all [\d,]+ looked/ }).waitFor({ timeout: 300_000 }))
await measure('filter by key, which the store does', async () => {
  await ask('key:abc*')
  await status.filter({ hasText: 'that the store chose by key' }).waitFor()
})
await measure('filter, and stop', async () => {
  await ask('has:nothing')
  await page.getByRole('button', { name: en.query.bar.stop, exact: true }).click()
  await status.filter({ hasText: 'stopped after' }).waitFor()
})
await measure('select all matching, and count them', async () => {
  await bar.press('Escape')
  await table(page).focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: en.query.matching.begin }).click({ timeout: 60_000 })
  await page.getByRole('toolbar', { name: en.query.matching.label }).getByRole('status').filter({ hasText: /^All/ }).waitFor({ timeout: 300_000 })
})
console.log(`\n${report()}`)
await browser.close()
await host.stop()
await rm(dataFolder, { recursive: true, force: true })

async function measure(step: string, work: () => Promise<unknown>): Promise<void> {
  await page.evaluate(TAKE)
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  const { gaps, tasks, heap } = (await page.evaluate(TAKE)) as { gaps: number[]; tasks: number[]; heap: number }
  steps.push({ step, ms, frames: gaps.toSorted((a, b) => a - b), tasks, heapMb: heap / MB, hostMb: hostMemory() })
  console.log(`${step}: ${Math.round(ms)} ms`)
}

async function ask(query: string): Promise<void> {
  await bar.fill(query)
  await bar.press('Enter')
}

async function wheel(on: Page): Promise<void> {
  await table(on).hover()
  for (let turn = 0; turn < 200; turn++) await on.mouse.wheel(0, 700)
  await firstRow.waitFor()
}

async function jump(on: Page, key: 'Home' | 'End', row: number): Promise<void> {
  await table(on).focus()
  await on.keyboard.press(key)
  await table(on).locator(`[role="row"][aria-rowindex="${row}"] > .key`).waitFor({ timeout: 60_000 })
}

/** Resident memory of the host, in MB: it is the one child of this process that runs the built host. */
function hostMemory(): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const state = readFileSync(`/proc/${pid}/status`, 'utf8')
      if (!state.includes(`PPid:\t${process.pid}\n`) || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('host')) continue
      return Number(/VmRSS:\s+(\d+)/.exec(state)?.[1] ?? 0) / 1024
    } catch {
      // It ended while it was looked at.
    }
  }
  return Number.NaN
}

function report(): string {
  const at = (sorted: readonly number[], part: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)
  const lines = steps.map(({ step, ms, frames, tasks, heapMb, hostMb }) => `| ${step} | ${Math.round(ms).toLocaleString('en')} | ${at(frames, 0.5)} | ${at(frames, 0.95)} | ${at(frames, 1)} | ${tasks.length} | ${heapMb.toFixed(0)} | ${hostMb.toFixed(0)} |`)
  return ['| step | ms | frame p50 | p95 | longest | tasks > 50 ms | page heap MB | host MB |', '|---|---|---|---|---|---|---|---|', ...lines].join('\n')
}
