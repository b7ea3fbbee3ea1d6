import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CacheContext } from '../../electron/core/codecs/cache-value/context.ts'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../electron/core/codecs/cache-value/encode.ts'
import type { CacheContainer, CacheSerializer, CompressorId } from '../../electron/core/codecs/cache-value/form.ts'
import { parsePythonJson } from '../../shared/values/python-json.ts'
import { sameData } from '../../shared/values/walk.ts'
import { say } from '../../shared/words/say.ts'
import { createRandom } from '../support/random.ts'

/** A value that a real cache holds (tests/fixtures/cache-values/generate.py). */
interface Vector {
  readonly name: string
  readonly container: CacheContainer
  readonly flags: number | null
  readonly base64: string
  readonly json: string
  readonly serializer: CacheSerializer
  readonly compressor: CompressorId
  readonly herd?: boolean
}

const { values, now } = JSON.parse(readFileSync(new URL('../fixtures/cache-values/values.json', import.meta.url), 'utf8')) as { values: readonly Vector[]; now: number }
const MIN_LENGTH: Readonly<Record<CompressorId, number>> = { none: 0, zlib: 15, gzip: 15, lz4: 15, zstd: 15, lzma: 100 }
const BY_CONTENT: CacheContext = { container: null, flags: null, settings: null, now: now * 1000 }

const bytesOf = ({ base64 }: Vector): Buffer => Buffer.from(base64, 'base64')
const known = ({ container, flags, name }: Vector): CacheContext => ({
  ...BY_CONTENT,
  container,
  flags,
  settings: name.startsWith('pylibmc') ? { reader: 'pylibmc', serializer: null, compressor: null } : null,
})

function expected({ json }: Vector): Parameters<typeof sameData>[0] {
  const parsed = parsePythonJson(json)
  if (!parsed.ok) throw new Error(json)
  return parsed.node
}

function isSame(vector: Vector, node: Parameters<typeof sameData>[0] | null): boolean {
  return node !== null && sameData(node, expected(vector))
}

const sessions = values.filter(({ json }) => json.startsWith('{'))

describe('values of real caches', () => {
  test.each(sessions)('$name is read whole, as Django reads it', (vector) => {
    const decoded = decodeCacheValue(bytesOf(vector), known(vector))

    expect(isSame(vector, decoded.node)).toBe(true)
    expect(decoded).toMatchObject({ djangoSees: 'data', problem: null, form: { serializer: vector.serializer, container: vector.container, flags: vector.flags } })
    expect(decoded.form.herd !== null).toBe(vector.herd === true)
    const { compressor, dataBytes } = decoded.facts
    const isLong = vector.container !== 'redis' || (dataBytes ?? 0) > MIN_LENGTH[vector.compressor]
    expect(compressor).toBe(isLong ? vector.compressor : 'none')
  })

  test.each(sessions)('$name is found by its content alone', (vector) => {
    const decoded = decodeCacheValue(bytesOf(vector), BY_CONTENT)

    expect(isSame(vector, decoded.node)).toBe(true)
    expect(decoded.djangoSees).toBe('data')
    const hasShape = vector.container === 'file-cache' || vector.container === 'database-cache'
    expect(decoded.form.container).toBe(hasShape ? vector.container : 'plain')
  })

  test.each(sessions)('$name is written in the form it was found in', (vector) => {
    const { form, facts, node } = decodeCacheValue(bytesOf(vector), known(vector))
    const again = decodeCacheValue(encodeCacheValue(node ?? { kind: 'none' }, form), known(vector))

    expect(isSame(vector, again.node)).toBe(true)
    expect(again.form).toEqual(form)
    expect(again.facts.compressor).toBe(facts.compressor)
    expect(again.djangoSees).toBe('data')
  })

  test('JSON and MessagePack come out as Python writes them, byte for byte', () => {
    const exact = sessions.filter(({ serializer, compressor }) => serializer !== 'pickle' && compressor === 'none')
    for (const vector of exact) {
      const { form, node } = decodeCacheValue(bytesOf(vector), known(vector))
      expect(Buffer.from(encodeCacheValue(node ?? { kind: 'none' }, form)).toString('latin1')).toBe(bytesOf(vector).toString('latin1'))
    }
    expect(exact).toHaveLength(10)
  })

  test.each(values.filter(({ json }) => !json.startsWith('{') && json !== 'null'))('$name under a session key is an error in Django', (vector) => {
    const decoded = decodeCacheValue(bytesOf(vector), known(vector))

    expect(isSame(vector, decoded.node)).toBe(true)
    expect(decoded).toMatchObject({ djangoSees: 'error', form: { serializer: vector.serializer }, problem: { reason: 'not-a-dict' } })
    expect(say(decoded.verdict)).toContain('It is not a dict; Django answers with an error (HTTP 500).')
  })

  test('None under a session key is a miss', () => {
    const vector = values.find(({ json }) => json === 'null')
    expect(vector === undefined ? null : decodeCacheValue(bytesOf(vector), known(vector))).toMatchObject({ djangoSees: 'empty', node: { kind: 'none' } })
  })
})

describe('what the settings decide', () => {
  const of = (name: string): Vector => {
    const vector = values.find((each) => each.name === name)
    if (vector === undefined) throw new Error(name)
    return vector
  }
  const read = (name: string, settings: CacheContext['settings']): ReturnType<typeof decodeCacheValue> => decodeCacheValue(bytesOf(of(name)), { ...BY_CONTENT, container: 'redis', settings })

  test('a value of another compressor is shown, and is a miss', () => {
    const decoded = read('pickle lz4: login', { reader: 'django-redis', serializer: 'pickle', compressor: 'zlib' })
    expect(decoded).toMatchObject({ djangoSees: 'empty', problem: { reason: 'other-compressor' }, node: { kind: 'dict' } })
    expect(say(decoded.verdict)).toContain('The settings of this site read another form')
  })

  test("Django's own RedisCache unpacks nothing and reads no JSON", () => {
    const django = { reader: 'django', serializer: null, compressor: null } as const
    expect(read('pickle zlib: login', django)).toMatchObject({ djangoSees: 'empty', problem: { reason: 'other-compressor' } })
    expect(read('json identity: login', django)).toMatchObject({ djangoSees: 'empty', problem: { reason: 'other-serializer' } })
    expect(read('default: login', django)).toMatchObject({ djangoSees: 'data', problem: null })
  })

  test('a value too short for the compressor is taken as it is, and grows into it', () => {
    const { form, djangoSees } = read('pickle lzma: one key', { reader: 'django-redis', serializer: 'pickle', compressor: 'lzma' })
    expect(djangoSees).toBe('data')
    const grown = decodeCacheValue(encodeCacheValue(expected(of('pickle lzma: long')), form), BY_CONTENT)
    expect(grown.facts.compressor).toBe('lzma')
  })

  test('a compressed value that shrinks below the length of its compressor is left as it is', () => {
    const { form } = read('json lzma: login', null)
    expect(Buffer.from(encodeCacheValue({ kind: 'dict', entries: [] }, form)).toString()).toBe('{}')
  })

  test("an engine of the site's own raises where a cache would miss", () => {
    const own = { reader: 'own-engine', serializer: 'json', compressor: null } as const
    expect(read('default: login', own)).toMatchObject({ djangoSees: 'error', problem: { reason: 'other-serializer' } })
    expect(read('json identity: login', own)).toMatchObject({ djangoSees: 'data' })
  })

  test('a file is over when its time is before now, and one without a time never is', () => {
    const late = { ...BY_CONTENT, now: (now + 1_209_601) * 1000 }
    expect(decodeCacheValue(bytesOf(of('file: login')), late)).toMatchObject({ djangoSees: 'empty', problem: { reason: 'file-over' }, node: { kind: 'dict' } })
    expect(decodeCacheValue(bytesOf(of('file: never expires')), late)).toMatchObject({ djangoSees: 'data', form: { fileExpiry: { at: null } } })
  })

  test('base64 with foreign characters: Django skips them up to 6.0, and refuses them from 6.1 on', () => {
    const wrapped = Buffer.from(bytesOf(of('database: login')).toString().replace(/(.{40})/g, '$1\n'))
    const judge = (djangoVersion: '6.0' | '6.1'): unknown => decodeCacheValue(wrapped, { ...BY_CONTENT, djangoVersion })
    expect(judge('6.0')).toMatchObject({ djangoSees: 'data', problem: null })
    expect(judge('6.1')).toMatchObject({ djangoSees: 'empty', problem: { reason: 'base64-stray', position: 40 }, node: { kind: 'dict' } })
  })

  test('compressed items of memcached: bit 8, and zlib', async () => {
    const { deflateSync } = await import('node:zlib')
    const item = { ...BY_CONTENT, container: 'memcached', flags: 9 } as const
    const decoded = decodeCacheValue(deflateSync(bytesOf(of('pymemcache: login'))), item)
    expect(decoded).toMatchObject({ djangoSees: 'data', form: { flags: 9, compression: { compressor: 'zlib' } } })
    expect(decodeCacheValue(encodeCacheValue({ kind: 'dict', entries: [] }, decoded.form), item)).toMatchObject({ djangoSees: 'data', facts: { compressor: 'zlib' } })
    expect(decodeCacheValue(bytesOf(of('pymemcache: login')), item)).toMatchObject({ djangoSees: 'empty', problem: { reason: 'packed-damaged' } })
  })
})

describe('damaged values', () => {
  const random = createRandom(20_261_121)
  const damage = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes)
    for (let count = 1 + random.below(3); count > 0; count--) copy[random.below(copy.length)] = random.below(256)
    return copy
  }

  test.each(sessions.filter(({ name }) => name.endsWith('mixed') || name.endsWith('login')))('$name, cut or changed, is bad data and never an exception', (vector) => {
    const bytes = bytesOf(vector)
    for (let round = 0; round < 40; round++) {
      for (const context of [known(vector), BY_CONTENT]) {
        expect(isSame(vector, decodeCacheValue(bytes.subarray(0, random.below(bytes.length)), context).node)).toBe(false)
        decodeCacheValue(damage(bytes), context)
      }
    }
  })

  test.each(sessions.filter(({ compressor, container, name }) => compressor !== 'none' && container === 'redis' && name.endsWith('long')))('$name: what is cut is said to be cut', (vector) => {
    const bytes = bytesOf(vector)
    const decoded = decodeCacheValue(bytes.subarray(0, bytes.length - 40), known(vector))
    expect(decoded).toMatchObject({ djangoSees: 'empty', node: null, problem: { reason: 'packed-truncated' } })
    expect(decoded.problem === null ? '' : say(decoded.problem.sentence)).toBe(`The compressed data (${vector.compressor}) ends early: the value was cut.`)
  })
})
