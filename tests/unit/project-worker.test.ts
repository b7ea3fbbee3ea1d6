import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { workerEntries } from '../../electron/app/worker-entries.ts'
import { readInWorker } from '../../electron/core/project/reading/read-in-worker.ts'
import type { StaticOptions } from '../../electron/core/project/reading/read-static.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import { startApp } from '../support/app.ts'
import { never } from '../support/project-samples.ts'

/** Settings are read beside everything else: what they hold up is their own answer. */

const { settings: WORKER } = workerEntries(import.meta.url)
/** A frame of the window. */
const TURN_MS = 16

function project(settings: string): StaticOptions {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-worker-')))
  writeFileSync(join(folder, 'settings.py'), settings)
  return { folder, module: 'settings', environment: { SHOP: 'ana' }, djangoVersion: '5.2' }
}

/** Time that this thread itself worked, at most, between two turns of its loop, in milliseconds. What other programs take is not counted. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let longest = 0
  let before = spent()
  const timer = setInterval(() => {
    const now = spent()
    longest = Math.max(longest, now - before)
    before = now
  }, 1)
  await work().finally(() => clearInterval(timer))
  return longest
}

const SLOW = `ITEMS = [0]\n${'ITEMS = ITEMS + ITEMS if len(ITEMS) < 9000 else ITEMS\nfor item in ITEMS:\n    LAST = item\n'.repeat(200)}`
const HOSTILE: readonly (readonly [string, string])[] = [
  ['5 MB', `DEBUG = True\n${'NAMES = ["a", "b", {"c": 1}]\n'.repeat(175_000)}`],
  ['deep nesting', `X = ${'['.repeat(5000)}${']'.repeat(5000)}\n`],
  ['deep blocks', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if X:\n`).join('') + `${' '.repeat(300)}Y = 1\n`],
  ['a long computation', SLOW],
]

test('a worker says what reading in this thread says, secrets too', async () => {
  const options = project('import os\nSECRET_KEY = "MARKER-key"\nSESSION_COOKIE_NAME = os.environ["SHOP"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "PASSWORD": "MARKER-pass"}}\n')
  const [here, there] = [await readStatic(options, never()), await readInWorker(WORKER)(options, never())]
  const { secrets: ours, ...reading } = here
  const { secrets, ...read } = there
  expect(read).toEqual(reading)
  expect(secrets.names().map((name) => [name, secrets.get(name)])).toEqual(ours.names().map((name) => [name, ours.get(name)]))
  expect(JSON.stringify(there)).not.toContain('MARKER-')
})

test.each(HOSTILE)('%s: the thread of the window stays free', async (_name, settings) => {
  const options = project(settings)
  // The first worker loads its code; that is none of the project's doing.
  await readInWorker(WORKER)(project(''), never())
  const longest = await longestTurn(() => readInWorker(WORKER)(options, never()))
  console.info(`longest turn: ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(TURN_MS)
}, 60_000)

test('who does not wait any longer is let go at once, and so is the worker', async () => {
  const options = project(SLOW)
  const leaving = new AbortController()
  const reading = readInWorker(WORKER)(options, leaving.signal)
  setTimeout(() => leaving.abort(), 50)
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(readInWorker(WORKER)(options, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('a deadline ends it', async () => {
  await expect(readInWorker(WORKER, 1)(project(SLOW), never())).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' })
})

test('a worker that cannot start is told', async () => {
  await expect(readInWorker(pathToFileURL(join(tmpdir(), 'no-such-worker.js')))(project(''), never())).rejects.toMatchObject({ code: 'WORKER_LOST' })
})

test('the app with threads reads a project so', async () => {
  await using app = await startApp({ decodeThreads: 1 })
  const folder = join(app.dataFolder, 'shop')
  mkdirSync(join(folder, 'site_'), { recursive: true })
  writeFileSync(join(folder, 'manage.py'), 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n')
  writeFileSync(join(folder, 'site_/__init__.py'), '')
  writeFileSync(join(folder, 'site_/settings.py'), 'SECRET_KEY = "MARKER-key"\nSESSION_COOKIE_NAME = "shop_sid"\n')
  const report = await app.client.call('projects.read', { folder })
  expect(report.reading.settings.SESSION_COOKIE_NAME).toMatchObject({ value: 'shop_sid', origin: { file: 'site_/settings.py', line: 2 } })
  expect(JSON.stringify(app.sent)).not.toContain('MARKER-')
})
