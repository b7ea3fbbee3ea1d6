// npm run bench:ui [-- --rows N]: one journey through a large table in the browser host and Chromium; frames, work of the page, long tasks and memory of each step. Ends after five minutes at the most.
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { chromium, errors } from '@playwright/test'
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
  /** Processor time of the page's main thread, which other programs on the machine do not lengthen much. */
  readonly cpuMs: number
  readonly frames: readonly number[]
  readonly tasks: readonly number[]
  readonly heapMb: number
  readonly hostMb: number
}

const MB = 1024 * 1024
const LIMIT_MS = 5 * 60_000
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } })
const rows = Number(values.rows)
const file = await sessionTable(rows)
const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-ui-'))
const host = await startHost({ dataFolder })
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'] })
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
const cdp = await page.context().newCDPSession(page)
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
const steps: Step[] = []

const bar = page.getByRole('combobox', { name: en.query.bar.label })
const status = page.locator('[data-search-status]')
const firstRow = table(page).locator('[role="row"] > .key').first()
const until = Date.now() + LIMIT_MS

try {
  await journey()
} catch (error) {
  if (!(error instanceof errors.TimeoutError)) throw error
  console.error(`Stopped, as a step took too long: ${error.message.split('\n')[0]}`)
  process.exitCode = 1
} finally {
  console.log(`\n${rows.toLocaleString('en')} rows\n\n${report()}`)
  await browser.close()
  await host.stop()
  await rm(dataFolder, { recursive: true, force: true })
}

async function journey(): Promise<void> {
  page.setDefaultTimeout(LIMIT_MS / 2)
  await page.goto(host.link)
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await page.evaluate(WATCH)
  await measure('open: the first rows', async () => {
    await openFile(page, file, null)
    await firstRow.waitFor()
  })
  await measure('count all, and a signpost for each page', () => table(page).and(page.locator(`[aria-rowcount="${rows + 1}"]`)).waitFor(limit()))
  await measure('scroll with the wheel, 200 times', () => wheel(page))
  await measure('to the middle, by the scrollbar', async () => {
    await table(page).evaluate((element) => { element.scrollTop = (element.scrollHeight - element.clientHeight) / 2 })
    await table(page).locator(`[role="row"][aria-rowindex="${Math.floor(rows / 2) + 2}"] > .key`).waitFor(limit())
  })
  await measure('to the end', () => jump(page, 'End', rows + 1))
  await measure('to the beginning', () => jump(page, 'Home', 2))
  await measure('filter by content: the first hit', async () => {
    await ask('cart.sku="A7"')
    await firstRow.waitFor(limit())
  })
  await measure('filter by content: whole', () => status.filter({ hasText: /all [\d,]+ looked at/ }).waitFor(limit()))
  await measure('filter by key, which the store does', async () => {
    await ask('key:abc*')
    await status.filter({ hasText: 'that the store chose by key' }).waitFor(limit())
  })
  await measure('filter, and stop', async () => {
    await ask('has:nothing')
    await page.getByRole('button', { name: en.query.bar.stop, exact: true }).click()
    await status.filter({ hasText: 'stopped after' }).waitFor(limit())
  })
  await measure('select all matching, and count them', async () => {
    await bar.press('Escape')
    await table(page).focus()
    await page.keyboard.press('Control+a')
    await page.getByRole('button', { name: en.query.matching.begin }).click(limit())
    await page.getByRole('toolbar', { name: en.query.matching.label }).getByRole('status').filter({ hasText: /^All/ }).waitFor(limit())
  })
}

/** A step may take what is left of the whole. */
function limit(): { readonly timeout: number } {
  return { timeout: Math.max(1, until - Date.now()) }
}

/** Processor time of the page's main thread so far, in milliseconds. */
async function cpuTime(): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000
}

async function measure(step: string, work: () => Promise<unknown>): Promise<void> {
  await page.evaluate(TAKE)
  const [started, cpu] = [performance.now(), await cpuTime()]
  await work()
  const [ms, cpuMs] = [performance.now() - started, (await cpuTime()) - cpu]
  const { gaps, tasks, heap } = (await page.evaluate(TAKE)) as { gaps: number[]; tasks: number[]; heap: number }
  steps.push({ step, ms, cpuMs, frames: gaps.toSorted((a, b) => a - b), tasks, heapMb: heap / MB, hostMb: hostMemory() })
  console.log(`${step}: ${Math.round(ms)} ms`)
}

async function ask(query: string): Promise<void> {
  await bar.fill(query)
  await bar.press('Enter')
}

async function wheel(on: Page): Promise<void> {
  await table(on).hover()
  for (let turn = 0; turn < 200; turn++) await on.mouse.wheel(0, 700)
  await firstRow.waitFor(limit())
}

async function jump(on: Page, key: 'Home' | 'End', row: number): Promise<void> {
  await table(on).focus()
  await on.keyboard.press(key)
  await table(on).locator(`[role="row"][aria-rowindex="${row}"] > .key`).waitFor(limit())
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
  const lines = steps.map(({ step, ms, cpuMs, frames, tasks, heapMb, hostMb }) => `| ${step} | ${Math.round(ms).toLocaleString('en')} | ${frames.length} | ${(cpuMs / Math.max(1, frames.length)).toFixed(1)} | ${at(frames, 0.5)} | ${at(frames, 0.95)} | ${at(frames, 1)} | ${tasks.length} | ${heapMb.toFixed(0)} | ${hostMb.toFixed(0)} |`)
  return ['| step | ms | frames | work of a frame (CPU) | frame p50 | p95 | longest | tasks > 50 ms | page heap MB | host MB |', '|---|---|---|---|---|---|---|---|---|---|', ...lines].join('\n')
}
