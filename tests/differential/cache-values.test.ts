import { describe, expect, test } from 'vitest'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../electron/core/codecs/cache-value/encode.ts'
import { NOT_COMPRESSED } from '../../electron/core/codecs/cache-value/form.ts'
import type { CacheContainer, CacheForm, CompressorId } from '../../electron/core/codecs/cache-value/form.ts'
import { PYTHON_STYLE } from '../../electron/core/codecs/cache-value/json-style.ts'
import type { DataNode } from '../../shared/values/node.ts'
import { writePythonJson } from '../../shared/values/python-json.ts'
import { findDjangos } from '../support/django.ts'
import { asPythonKeeps, randomSession, specialSessions } from '../support/payloads.ts'
import { askPython } from '../support/python-peer.ts'
import { createRandom } from '../support/random.ts'
import { CACHE_ANSWERS } from './cache-values-script.ts'

const RANDOM_SESSIONS = 30
const random = createRandom(20_261_121)
const sessions: readonly DataNode[] = [...specialSessions(), ...Array.from({ length: RANDOM_SESSIONS }, () => randomSession(random))].map(asPythonKeeps)

const PLAIN: CacheForm = { container: 'redis', serializer: 'pickle', pickle: { protocol: 5, framed: true }, json: null, compression: NOT_COMPRESSED, flags: null, fileExpiry: null, herd: null }
const compressed = (compressor: CompressorId, aboveBytes: number, level: number | null = null): CacheForm['compression'] => ({ compressor, level, aboveBytes })
const json = { serializer: 'json', pickle: null, json: PYTHON_STYLE } as const
const msgpack = { serializer: 'msgpack', pickle: null } as const
const inContainer = (container: CacheContainer): CacheForm => ({ ...PLAIN, container })

const FORMS: Readonly<Record<string, CacheForm>> = {
  'pickle protocol 5': PLAIN,
  'pickle protocol 2, without a frame': { ...PLAIN, pickle: { protocol: 2, framed: false } },
  'pickle, zlib': { ...PLAIN, compression: compressed('zlib', 15, 6) },
  'pickle, gzip': { ...PLAIN, compression: compressed('gzip', 15, 9) },
  'pickle, lzma': { ...PLAIN, compression: compressed('lzma', 100) },
  'pickle, lz4': { ...PLAIN, compression: compressed('lz4', 15) },
  'pickle, zstd': { ...PLAIN, compression: compressed('zstd', 15) },
  'pickle of HerdClient': { ...PLAIN, herd: { until: '1700000000' }, compression: compressed('zlib', 15) },
  JSON: { ...PLAIN, ...json },
  'JSON as other engines write it': { ...PLAIN, ...json, json: { itemSeparator: ',', keySeparator: ':', asciiOnly: true } },
  'JSON, lz4': { ...PLAIN, ...json, compression: compressed('lz4', 15) },
  MessagePack: { ...PLAIN, ...msgpack },
  'MessagePack, lzma': { ...PLAIN, ...msgpack, compression: compressed('lzma', 100) },
  DatabaseCache: inContainer('database-cache'),
  FileBasedCache: { ...inContainer('file-cache'), compression: compressed('zlib', 0), fileExpiry: { at: '1700000000.25', pickle: { protocol: 5, framed: true } } },
  'FileBasedCache without an end': { ...inContainer('file-cache'), compression: compressed('zlib', 0), fileExpiry: { at: null, pickle: { protocol: 4, framed: true } } },
}

/** Python's MessagePack knows 64 bits and whole characters only; what it lacks is refused, and is not compared. */
function encodeOrNull(node: DataNode, form: CacheForm): Uint8Array | null {
  try {
    return encodeCacheValue(node, form)
  } catch (error) {
    if (form.serializer === 'msgpack') return null
    throw error
  }
}

const djangos = findDjangos()

describe.skipIf(djangos.length === 0).each(djangos)('$label', (django) => {
  test.each(Object.entries(FORMS))('Python reads what we write: %s', async (_, form) => {
    const values = sessions.map((node) => ({ node, bytes: encodeOrNull(node, form) })).filter((each): each is { node: DataNode; bytes: Uint8Array } => each.bytes !== null)
    const jobs = values.map(({ bytes }) => ({ container: form.container, serializer: form.serializer, compressor: form.compression.compressor, herd: form.herd !== null, base64: Buffer.from(bytes).toString('base64') }))
    const answers = await askPython<readonly (string | null)[]>(django, CACHE_ANSWERS, jobs)

    expect(values.length).toBeGreaterThan(RANDOM_SESSIONS / 2)
    for (const [index, { node, bytes }] of values.entries()) {
      const answer = answers[index]
      if (answer !== null) expect(answer === writePythonJson(node), `session ${index}`).toBe(true)
      const again = decodeCacheValue(bytes, { container: form.container, flags: null, settings: null, now: 0 })
      expect(again.node === null ? null : writePythonJson(again.node) === writePythonJson(node), `session ${index} read again`).toBe(true)
    }
  })
})
