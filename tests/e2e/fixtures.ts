import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { _electron, test as base, expect } from '@playwright/test'
import { findElectron } from '../../scripts/electron-binary.mjs'
import { startHost } from '../support/host.ts'

export interface CoatcheckOptions {
  readonly face: 'browser' | 'electron'
}

export interface OpenOptions {
  /** What is opened at the start; without it the welcome screen shows. */
  readonly source?: string
}

interface Fixtures {
  /** A folder of this test alone; gone afterwards. */
  readonly folder: string
  /** Errors of the page so far, violations of its Content Security Policy among them. A test that provokes one takes it out. */
  readonly faults: string[]
  /** Starts Coatcheck with a data folder of its own and gives its window. Faults of the page fail the test at its end. */
  readonly coatcheck: (options?: OpenOptions) => Promise<Page>
}

const ROOT = join(import.meta.dirname, '../..')

export const test = base.extend<Fixtures & CoatcheckOptions>({
  face: ['browser', { option: true }],
  folder: async ({ face }, use) => {
    const folder = await mkdtemp(join(tmpdir(), `coatcheck-${face}-`))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  faults: async ({ face }, use) => {
    const faults: string[] = []
    await use(faults)
    expect(faults, `errors of the page (${face})`).toEqual([])
  },
  coatcheck: async ({ face, folder, context, faults }, use) => {
    const ends: (() => Promise<unknown>)[] = []
    await use(async (options = {}) => {
      const dataFolder = join(folder, `data-${ends.length}`)
      await mkdir(dataFolder, { mode: 0o700 })
      const { page, end } = face === 'electron' ? await openElectron(dataFolder, options, faults) : await openBrowser(dataFolder, options, () => context.newPage(), faults)
      ends.push(end)
      return page
    })
    for (const end of ends) await end()
  },
})

async function openBrowser(dataFolder: string, options: OpenOptions, newPage: () => Promise<Page>, faults: string[]) {
  const host = await startHost({ dataFolder, source: options.source })
  const page = watch(await newPage(), faults)
  await page.goto(host.link)
  const end = async (): Promise<void> => {
    await page.close()
    expect(await host.stop(), host.output()).toBe(0)
  }
  return { page, end }
}

async function openElectron(dataFolder: string, options: OpenOptions, faults: string[]) {
  const { path } = findElectron()
  if (path === null) throw new Error('There is no Electron binary.')
  const app = await _electron.launch({
    executablePath: path,
    args: [ROOT, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(options.source === undefined ? [] : [options.source])],
    env: { ...process.env, COATCHECK_DATA_FOLDER: dataFolder } as Record<string, string>,
  })
  return { page: watch(await app.firstWindow(), faults), end: () => app.close() }
}

function watch(page: Page, faults: string[]): Page {
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  page.on('console', (message) => { if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`) })
  return page
}

export { expect }
