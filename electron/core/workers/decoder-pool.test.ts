import { afterEach, expect, test } from 'vitest'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { DecodeContext, Decoder } from '../codecs/decoder.ts'
import { isDataTerm } from '../../../shared/query/plan.ts'
import type { DataTerm } from '../../../shared/query/plan.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { createInlineDecoder } from '../codecs/inline-decoder.ts'
import { createDecoderPool } from './decoder-pool.ts'
import type { DecoderPoolOptions } from './decoder-pool.ts'

const WORKER = new URL('./decode-worker.ts', import.meta.url)
/** Dies, hangs or eats memory when told to; else does the real thing. */
const NAUGHTY = new URL('../../../tests/support/naughty-decode-worker.ts', import.meta.url)
const KEY = { name: 'SECRET_KEY', secret: 'reference-secret' }
const CONTEXT: DecodeContext = { keyring: [KEY], place: 'row', salt: null, maxAgeSeconds: 1_209_600, now: 1_700_000_000_000 }
const TEXT = 'eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4'
const never = new AbortController().signal

const opened: Decoder[] = []
function open(options: Partial<DecoderPoolOptions> = {}): Decoder {
  const pool = createDecoderPool({ worker: WORKER, threads: 1, ...options })
  opened.push(pool)
  return pool
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.close()))
})

function dataTerms(text: string): readonly DataTerm[] {
  const parsed = parseQuery(text)
  return parsed.ok ? parsed.query.terms.filter(isDataTerm) : []
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'resolved', (error: unknown) => (error instanceof CoatcheckError ? error.code : error))

test('a pool answers exactly what the calling thread would', async () => {
  const pool = open()
  const inline = createInlineDecoder()
  const packed = { bytes: bytes(TEXT + TEXT), ends: Uint32Array.of(TEXT.length, TEXT.length * 2) }
  const paste = { ...CONTEXT, cookieNames: ['sessionid'] }
  const terms = dataTerms('a=1')
  const request = { data: '{"a": 1}', salt: 'django.contrib.sessions.SessionStore', key: KEY, compress: true, now: 1_700_000_000_900 }
  expect(await pool.decode(bytes(TEXT), CONTEXT, never)).toEqual(await inline.decode(bytes(TEXT), CONTEXT, never))
  expect(await pool.summarize(packed, CONTEXT, never)).toEqual(await inline.summarize(packed, CONTEXT, never))
  expect(await pool.audit(packed, CONTEXT, never)).toEqual(await inline.audit(packed, CONTEXT, never))
  expect(await pool.match(packed, terms, CONTEXT, never)).toEqual(await inline.match(packed, terms, CONTEXT, never))
  expect(await pool.passages(packed, ['1'], CONTEXT, never)).toEqual(await inline.passages(packed, ['1'], CONTEXT, never))
  expect(await pool.paths(packed, CONTEXT, never)).toEqual(await inline.paths(packed, CONTEXT, never))
  expect(await pool.decodePaste(TEXT, paste, never)).toEqual(await inline.decodePaste(TEXT, paste, never))
  expect(new TextDecoder().decode(await pool.encode(request, never))).toBe(TEXT)
})

test('bytes change hands only where their owner gives them away', async () => {
  const pool = open()
  const packed = (): { bytes: Uint8Array; ends: Uint32Array } => ({ bytes: bytes(TEXT), ends: Uint32Array.of(TEXT.length) })
  const [kept, given] = [packed(), packed()]
  const expected = await createInlineDecoder().summarize(kept, CONTEXT, never)
  expect(await pool.summarize(kept, CONTEXT, never)).toEqual(expected)
  expect(await pool.summarize({ ...given, isGivenAway: true }, CONTEXT, never)).toEqual(expected)
  expect([kept.bytes.length, given.bytes.length]).toEqual([TEXT.length, 0])
})

test('a small view of a big buffer is sent alone, and the caller keeps its bytes', async () => {
  const big = bytes('x'.repeat(1000) + TEXT)
  const view = big.subarray(1000)
  expect((await open().decode(view, CONTEXT, never)).text).toBe(TEXT)
  expect(view.byteLength).toBe(TEXT.length)
})

test('an error of the core keeps its code and its position', async () => {
  const request = { data: '{"a": }', salt: 's', key: KEY, compress: true, now: 0 }
  await expect(open().encode(request, never)).rejects.toMatchObject({ code: 'DATA_INVALID', details: { position: 6 } })
})

test.each(['exit', 'throw', 'memory'])('a worker that dies (%s) takes only its own task with it', async (deed) => {
  const pool = open({ worker: NAUGHTY, decodeMs: 15_000 })
  const lost = failure(pool.decode(bytes(deed), CONTEXT, never))
  const next = pool.decode(bytes(TEXT), CONTEXT, never)
  expect(await lost).toBe('WORKER_LOST')
  expect((await next).djangoSees).toBe('data')
})

test('a task over its deadline is ended, and the next one works', async () => {
  const pool = open({ worker: NAUGHTY, decodeMs: 300 })
  await pool.decode(bytes(TEXT), CONTEXT, never)
  expect(await failure(pool.decode(bytes('hang'), CONTEXT, never))).toBe('DATA_TOO_LARGE')
  expect((await pool.decode(bytes(TEXT), CONTEXT, never)).djangoSees).toBe('data')
})

test('an aborted call is answered with CANCELLED: before, while waiting, and while running', async () => {
  const pool = open({ worker: NAUGHTY, decodeMs: 500 })
  await pool.decode(bytes(TEXT), CONTEXT, never)
  expect(await failure(pool.decode(bytes(TEXT), CONTEXT, AbortSignal.abort()))).toBe('CANCELLED')
  const running = new AbortController()
  const waiting = new AbortController()
  const first = failure(pool.decode(bytes('hang'), CONTEXT, running.signal))
  const second = failure(pool.decode(bytes(TEXT), CONTEXT, waiting.signal))
  waiting.abort()
  expect(await second).toBe('CANCELLED')
  running.abort()
  expect(await first).toBe('CANCELLED')
  expect((await pool.decode(bytes(TEXT), CONTEXT, never)).djangoSees).toBe('data')
})

test('closing ends what runs and what waits, and can be done twice', async () => {
  const pool = open({ worker: NAUGHTY })
  const calls = ['hang', TEXT, TEXT].map((text) => failure(pool.decode(bytes(text), CONTEXT, never)))
  await pool.close()
  await pool.close()
  expect(await Promise.all(calls)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED'])
  expect(await failure(pool.decode(bytes(TEXT), CONTEXT, never))).toBe('CANCELLED')
})
