import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import type { DecodeContext } from '../../electron/core/codecs/decoder.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { createDecoderPool } from '../../electron/core/workers/decoder-pool.ts'
import type { CacheContainer, CachePayload } from '../../shared/model/store.ts'
import { parseNotation } from '../../shared/values/notation.ts'
import { createRandom } from '../support/random.ts'

interface Vector {
  readonly name: string
  readonly container: CacheContainer
  readonly flags: number | null
  readonly base64: string
}

const { values, now } = JSON.parse(readFileSync(new URL('../fixtures/cache-values/values.json', import.meta.url), 'utf8')) as { values: readonly Vector[]; now: number }
const KEY = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
const BASE: DecodeContext = { keyring: [KEY], place: 'row', salt: null, maxAgeSeconds: 1_209_600, now: now * 1000 }
const signal = new AbortController().signal
const decoder = createInlineDecoder()

const payload = (container: CacheContainer, changes: Partial<CachePayload> = {}): CachePayload => ({ kind: 'cache-value', container, reader: null, serializer: null, compressor: null, ...changes })
const context = ({ name, container }: Vector): DecodeContext => ({ ...BASE, payload: payload(container, name.startsWith('pylibmc') ? { reader: 'pylibmc' } : {}) })
const bytesOf = ({ base64 }: Vector): Buffer => Buffer.from(base64, 'base64')
const pack = (bytes: Uint8Array, flags: number | null): Parameters<typeof decoder.summarize>[0] => ({ bytes, ends: Uint32Array.of(bytes.length), ...(flags === null ? {} : { flags: [flags] }) })

/** What the table says and what the inspector says of the same bytes. */
async function both(bytes: Uint8Array, at: DecodeContext, flags: number | null = null) {
  const [summary] = await decoder.summarize(pack(bytes, flags), at, signal)
  return { summary, decoded: await decoder.decode(bytes, { ...at, flags }, signal) }
}

function topKeys(notation: string | null): string[] | null {
  const parsed = notation === null ? null : parseNotation(notation)
  if (parsed?.ok !== true || parsed.node.kind !== 'dict') return null
  return [...new Set(parsed.node.entries.map(({ key }) => (key.kind === 'str' ? key.value : '')))].slice(0, 12)
}

test.each(values)('$name: the table says what the inspector says', async (vector) => {
  const { summary, decoded } = await both(bytesOf(vector), context(vector), vector.flags)
  expect(summary).toMatchObject({ readable: decoded.djangoSees === 'data', serializer: decoded.serializer, compressed: decoded.compressed, signature: { state: 'absent', reason: null } })
  expect(summary?.topLevelKeys ?? null).toEqual(decoded.serializer === null ? null : topKeys(decoded.data))
})

test('damaged values, too: readable in one place is readable in the other', async () => {
  const random = createRandom(20)
  for (const vector of values) {
    for (let round = 0; round < 10; round++) {
      const bytes = Buffer.from(bytesOf(vector))
      if (round % 2 === 0) bytes[random.below(bytes.length)] = random.below(256)
      const { summary, decoded } = await both(round % 2 === 0 ? bytes : bytes.subarray(0, random.below(bytes.length)), context(vector), vector.flags)
      expect(summary?.readable, `${vector.name} ${bytes.toString('hex')}`).toBe(decoded.djangoSees === 'data')
    }
  }
})

test('user and own expiry are found in each serializer', async () => {
  const json = Buffer.from('{"_auth_user_id": "42", "_session_expiry": 300, "a": [1]}')
  const { summary } = await both(json, { ...BASE, payload: payload('redis') })
  expect(summary).toMatchObject({ userId: '42', keyCount: 3, ownExpiry: { kind: 'int', digits: '300' }, serializer: 'json' })
  const dates = await both(Buffer.from('{"_auth_user_id": "42", "_session_expiry": "2026-09-21T14:13:20+00:00"}'), { ...BASE, payload: payload('redis') })
  expect(dates.summary).toMatchObject({ userId: '42', ownExpiry: { kind: 'str', value: '2026-09-21T14:13:20+00:00' } })
  // {'_auth_user_id': 7, '_session_expiry': 0, 'cart': {'a': [1, 2]}}
  const pickle = Buffer.from('gASVOgAAAAAAAAB9lCiMDV9hdXRoX3VzZXJfaWSUSweMD19zZXNzaW9uX2V4cGlyeZRLAIwEY2FydJR9lIwBYZRdlChLAUsCZXN1Lg==', 'base64')
  expect((await both(pickle, { ...BASE, payload: payload('redis') })).summary).toMatchObject({ userId: '7', keyCount: 3, topLevelKeys: ['_auth_user_id', '_session_expiry', 'cart'], ownExpiry: { kind: 'int', digits: '0' }, serializer: 'pickle' })
})

test('a value over the limit of a table is live, with nothing shown of it; a page of bombs stays cheap', async () => {
  const bomb = deflateSync(Buffer.from(`{"a": "${'x'.repeat(3_000_000)}"}`))
  const at: DecodeContext = { ...BASE, payload: payload('redis', { reader: 'django-redis', serializer: 'json', compressor: 'zlib' }) }
  const count = 200
  const ends = Uint32Array.from({ length: count }, (_, index) => bomb.length * (index + 1))
  const summaries = await decoder.summarize({ bytes: Buffer.concat(Array<Buffer>(count).fill(bomb)), ends }, at, signal)
  expect(summaries.every(({ readable, topLevelKeys }) => readable && topLevelKeys === null)).toBe(true)
})

test('an engine of its own may keep signed text; where nothing is known, the content tells', async () => {
  const text = Buffer.from(signData(Buffer.from('{"a":1}'), { key: KEY, salt: ROW_SALT, compress: true, now: now * 1000 }))
  for (const at of [{ ...BASE, payload: payload('redis', { reader: 'own-engine' }) }, { ...BASE, payload: null }]) {
    const { summary, decoded } = await both(text, at)
    expect(summary).toMatchObject({ readable: true, signature: { state: 'valid' }, topLevelKeys: ['a'] })
    expect(decoded).toMatchObject({ format: 'django-signed', cache: null })
    expect((await both(Buffer.from('{"a": 1}'), at)).summary).toMatchObject({ readable: true, signature: { state: 'absent' } })
  }
  const inCache = await both(text, { ...BASE, payload: payload('redis', { reader: 'django' }) })
  expect(inCache).toMatchObject({ summary: { readable: false, signature: { state: 'absent' } }, decoded: { format: 'django-cache', djangoSees: 'empty' } })
})

test('threads give the same, flags included', async () => {
  const pool = createDecoderPool({ worker: new URL('../../electron/core/workers/decode-worker.ts', import.meta.url), threads: 1 })
  const items = values.filter(({ container, name }) => container === 'memcached' && !name.startsWith('pylibmc'))
  const bytes = Buffer.concat(items.map(bytesOf))
  let end = 0
  const data = { bytes, ends: Uint32Array.from(items, (item) => (end += bytesOf(item).length)), flags: items.map(({ flags }) => flags ?? 0) }
  const at = { ...BASE, payload: payload('memcached') }
  expect(await pool.summarize(data, at, signal)).toEqual(await decoder.summarize(data, at, signal))
  const { decoded } = await both(bytesOf(values[0] as Vector), context(values[0] as Vector))
  const request = { data: '{"a": 1}', form: decoded.cache as NonNullable<typeof decoded.cache> }
  expect(Buffer.from(await pool.encode(request, signal))).toEqual(Buffer.from(await decoder.encode(request, signal)))
  await pool.close()
})

test('a pickle deeper than our limit is data to Python, which has none; JSON so deep is none', async () => {
  const levels = 10_050
  const pickle = Buffer.concat([Buffer.from('80057d8c0161', 'hex'), Buffer.from(`${']'.repeat(levels)}${'a'.repeat(levels - 1)}s.`)])
  const json = Buffer.from(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  const at = { ...BASE, payload: payload('redis') }
  expect((await both(pickle, at)).decoded).toMatchObject({ djangoSees: 'data', verdict: { id: 'cacheValues.overLimit' }, problem: { step: 'limit', reason: 'too-deep' } })
  expect((await both(json, at)).decoded).toMatchObject({ djangoSees: 'empty', verdict: { id: 'cacheValues.miss' } })
  const signed = (data: Buffer): Buffer => Buffer.from(signData(data, { key: KEY, salt: ROW_SALT, compress: false, now: now * 1000 }))
  expect((await both(signed(pickle), { ...BASE, djangoVersion: '3.2' })).decoded).toMatchObject({ djangoSees: 'data', verdict: { id: 'verdicts.overLimit' } })
  expect((await both(signed(json), BASE)).decoded).toMatchObject({ djangoSees: 'empty' })
})
