import { execFile } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startHost } from '../tests/support/host.ts'
import { BENCH_KEY, python } from './data.ts'
import type { Measurement } from './measure.ts'
import { atMost, median } from './measure.ts'

const run = promisify(execFile)
const CLI = join(import.meta.dirname, '../out/main/cli.js')

/** P9: the command line decodes one cookie; the host answers. */
export async function start(runs: number): Promise<readonly Measurement[]> {
  const cookie = signedCookie('eyJhIjoxfQ:1x0GTg')
  const ours: number[] = []
  const django: number[] = []
  const host: number[] = []
  for (let index = 0; index < runs; index++) {
    django.push(await timed(() => python('decode_one.py', [cookie, BENCH_KEY])))
    ours.push(await timed(() => run(process.execPath, [CLI, 'decode', cookie, '--max-age', '999999999'], { env: { ...process.env, COATCHECK_SECRET_KEY: BENCH_KEY } })))
    host.push(await timedHost())
  }
  return [
    atMost(150, { id: 'P9', work: 'decode one cookie on the command line', unit: 'ms', ours: median(ours), peer: { name: 'Python with Django', value: median(django) } }),
    atMost(1000, { id: 'P9', work: 'start the browser host', unit: 'ms', ours: median(host), peer: null }),
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function timedHost(): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-host-'))
  const started = performance.now()
  const host = await startHost({ dataFolder })
  const elapsed = performance.now() - started
  await host.stop()
  await rm(dataFolder, { recursive: true, force: true })
  return elapsed
}

function signedCookie(value: string): string {
  const key = createHash('sha256').update(`django.contrib.sessions.backends.signed_cookiessigner${BENCH_KEY}`).digest()
  return `${value}:${createHmac('sha256', key).update(value).digest('base64url')}`
}
