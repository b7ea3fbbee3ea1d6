import { describe, expect, test } from 'vitest'
import type { DecodeContext, SigningKey } from '../../electron/core/codecs/decoder.ts'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { COOKIE_SALT, ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { decodeText } from '../../electron/core/codecs/session-text.ts'
import { signatureOf, signData } from '../../electron/core/codecs/signing.ts'
import { summarizeTexts } from '../../electron/core/codecs/summarize.ts'
import type { DecodedText } from '../../shared/model/session.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import type { DataNode } from '../../shared/values/node.ts'
import { parsePythonJson, writePythonJson } from '../../shared/values/python-json.ts'
import { findDjangos, isCurrent } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { asPythonKeeps, randomSession, specialSessions } from '../support/payloads.ts'
import { mutate } from '../support/mutate.ts'
import { askPython } from '../support/python-peer.ts'
import { createRandom } from '../support/random.ts'
import { SESSION_STORE_ANSWERS } from './session-store-script.ts'
import type { StoreAnswer, StoreJob } from './session-store-script.ts'

type Place = StoreJob['place']

const NOW = 1_788_000_000_000
const MAX_AGE = 1_209_600
const KEYS = ['coatcheck-demo-key', 'coatcheck-old-key', '', 'ключ-鍵']
const PLACES: readonly Place[] = ['row', 'cookie']
const SALT = { row: ROW_SALT, cookie: COOKIE_SALT } as const
const RANDOM_PAYLOADS = 200

const keyring: readonly SigningKey[] = KEYS.map((secret, index) => ({ name: index === 0 ? 'SECRET_KEY' : `SECRET_KEY_FALLBACKS[${index - 1}]`, secret }))
const key = (index: number): SigningKey => keyring[index] ?? { name: '', secret: '' }
const context = (place: Place, now = NOW): DecodeContext => ({ keyring, place, salt: null, maxAgeSeconds: MAX_AGE, now })
const load = (text: string, place: Place, now = NOW): StoreJob => ({ op: 'load', place, text, now, maxAge: MAX_AGE, keys: KEYS })
const ask = (django: DjangoPython, jobs: readonly StoreJob[]): Promise<readonly StoreAnswer[]> => askPython(django, SESSION_STORE_ANSWERS, jobs)

const random = createRandom(20_260_829)
const sessions = [...specialSessions(), ...Array.from({ length: RANDOM_PAYLOADS }, () => randomSession(random))]

const sign = (node: DataNode, place: Place, by = 0, compress = true): string =>
  Buffer.from(encodeSession({ data: formatNotation(node, { interchange: by % 2 === 0 }), salt: SALT[place], key: key(by), compress, now: NOW })).toString()

/** A text around anything, signed as Django would sign it: what then decides is what lies behind the signature. */
const signValue = (value: string, place: Place): string => `${value}:${signatureOf(value, key(0), SALT[place])}`
const signJson = (json: string, place: Place): string => signData(Buffer.from(json, 'latin1'), { key: key(0), salt: SALT[place], compress: true, now: NOW })

function pythonJson(decoded: DecodedText): string | null {
  const parsed = decoded.data === null ? null : parseNotation(decoded.data)
  return parsed?.ok === true ? writePythonJson(asPythonKeeps(parsed.node)) : null
}

/** Django cannot tell an empty dict from a refusal; we can. */
function whatWeSee(text: string, place: Place, now = NOW): StoreAnswer {
  const decoded = decodeText(text, context(place, now))
  const json = decoded.djangoSees === 'empty' ? '{}' : pythonJson(decoded)
  return { sees: json === '{}' ? 'empty' : decoded.djangoSees, json: json ?? '(unreadable)' }
}

function isReadableSummary(text: string, place: Place, now = NOW): boolean {
  const bytes = Buffer.from(text)
  return summarizeTexts({ bytes, ends: Uint32Array.of(bytes.length) }, context(place, now))[0]?.readable === true
}

const djangos = findDjangos()
const current = djangos.filter(isCurrent)

describe.skipIf(djangos.length === 0).each(djangos)('$label', (django) => {
  test('Django loads what we sign, and gets equal data', async () => {
    const cases = PLACES.flatMap((place) => sessions.map((node, index) => ({ node, job: load(sign(node, place, 0, index % 3 > 0), place) })))
    const answers = await ask(django, cases.map(({ job }) => job))
    for (const [index, { node }] of cases.entries()) expect(answers[index]?.json).toBe(writePythonJson(asPythonKeeps(node)))
  })

  test('we read what Django signs: equal data, and the very text of its JSON', async () => {
    const jobs = PLACES.flatMap((place) => sessions.map((node): StoreJob => ({ ...load('', place), op: 'dump', json: writePythonJson(node) })))
    for (const [index, { text = '', json }] of (await ask(django, jobs)).entries()) {
      const decoded = decodeText(text, context(jobs[index]?.place ?? 'row'))
      expect(decoded.signature).toEqual({ state: 'valid', verifiedBy: 'SECRET_KEY', reason: null })
      expect(pythonJson(decoded)).toBe(json)
      expect(decoded.dataBytes).toBe(json?.length)
    }
  })

  test('an age limit is crossed at the same millisecond', async () => {
    const text = sign(sessions[3] ?? { kind: 'none' }, 'cookie')
    const times = [-1, 0, 1, 1000].map((late) => NOW + MAX_AGE * 1000 + late)
    const answers = await ask(django, times.map((now) => load(text, 'cookie', now)))
    expect(answers.map(({ sees }) => sees)).toEqual(['data', 'data', 'empty', 'empty'])
    expect(times.map((now) => whatWeSee(text, 'cookie', now).sees)).toEqual(['data', 'data', 'empty', 'empty'])
  })
})

describe.skipIf(current.length === 0).each(current)('$label judges as we do', (django) => {
  const agree = async (jobs: readonly StoreJob[]): Promise<void> => {
    const answers = await ask(django, jobs)
    for (const [index, { text = '', place, now }] of jobs.entries()) {
      const ours = whatWeSee(text, place, now)
      expect({ text, place, now, ...ours }).toEqual({ text, place, now, ...answers[index] })
      if (ours.json !== '{}') expect({ text, readable: isReadableSummary(text, place, now) }).toEqual({ text, readable: ours.sees === 'data' })
    }
  }

  test('each key of the ring, the other salt, and keys that are not known', async () => {
    const [, , , node = { kind: 'none' } as const] = sessions
    const texts = [0, 1, 3].flatMap((by) => PLACES.map((place) => sign(node, place, by)))
    const foreign = encodeSession({ data: '{"a":1}', salt: ROW_SALT, key: { name: '', secret: 'nobody' }, compress: true, now: NOW })
    await agree([...texts, Buffer.from(foreign).toString()].flatMap((text) => PLACES.map((place) => load(text, place))))
  })

  test('an empty fallback is SECRET_KEY again', () => {
    expect(decodeText(sign({ kind: 'dict', entries: [] }, 'row'), context('row')).signature.verifiedBy).toBe('SECRET_KEY')
  })

  test('texts with one thing changed', async () => {
    const changes = createRandom(7)
    const texts = sessions.filter((node) => node.entries.length > 0).slice(9).map((node) => sign(node, 'row'))
    await agree(texts.flatMap((text) => [load(mutate(text, changes), 'row'), load(mutate(text, changes), 'cookie')]))
    const shown = texts[0] ?? ''
    await agree(['', ':', '::', 'a', 'a:b', `${shown}=`, ` ${shown}`, `${shown}\n`, shown.replace(/:[^:]+$/, ''), shown.replace('e', 'é')].map((text) => load(text, 'row')))
    await agree(lastCharacters(shown).map((text) => load(text, 'row')))
  })

  test('well-signed texts with a damaged payload or time', async () => {
    const changes = createRandom(8)
    const values = sessions.slice(9).flatMap((node, index) => {
      const [payload = '', stamp = ''] = sign(node, 'row', 0, index % 2 === 0).split(':')
      return [`${mutate(payload, changes)}:${stamp}`, `${payload}:${mutate(stamp, changes)}`]
    })
    const odd = ['e30', 'e30:', ':', '.:1r31eq', 'e30:-', 'e30:--1', 'e30:-1', `eyJhIjoxfQ:${'z'.repeat(300)}`, `eyJhIjoxfQ:-${'z'.repeat(300)}`, `eyJhIjoxfQ:000${'1r31eq'}`, 'eyJhIjoxfQ==:1r31eq', 'eyJh IjoxfQ:1r31eq', 'eyJhIjoxfQ%%%%:1r31eq', 'eyJhIjoxfQ%%:1r31eq', 'eyJhIjoxfQ=x:1r31eq', '%%eyJhIjoxfQ:1r31eq', 'eyJhIjoxfQé:1r31eq', '..eJyrVgIAAOUAqw:1r31eq', 'a:b:eyJhIjoxfQ:1r31eq', 'e+/_-w:1r31eq']
    await agree([...values, ...odd].flatMap((value) => PLACES.map((place) => load(signValue(value, place), place))))
  })

  test('well-signed JSON of every kind, right and wrong', async () => {
    await agree(JSON_TEXTS.flatMap((json) => PLACES.map((place) => load(signJson(json, place), place))))
    const changes = createRandom(9)
    const mutated = sessions.slice(9).map((node) => mutate(writePythonJson(node), changes))
    await agree(mutated.map((json) => load(signJson(json, 'row'), 'row')))
  })
})

const old = djangos.filter((django) => !isCurrent(django))

describe.skipIf(old.length === 0).each(old)('$label differs where it is known to', (django) => {
  const LEGACY = 'Y2MxODJjMjZlYTU4MDA2NzY5NjI5ZmQyYmUyYjRkZjhiNGIzM2M1MTp7Il9hdXRoX3VzZXJfaWQiOiI0MiIsIl9hdXRoX3VzZXJfYmFja2VuZCI6ImRqYW5nby5jb250cmliLmF1dGguYmFja2VuZHMuTW9kZWxCYWNrZW5kIiwiX2F1dGhfdXNlcl9oYXNoIjoiZGVhZGJlZWYiLCJjYXJ0Ijp7InNrdSI6IkExIiwicXR5IjoyfX0='

  test('it reads the format before 3.1, knows no fallback keys, and may raise over what it cannot read', async () => {
    const [legacy, fallback, broken] = await ask(django, [load(LEGACY, 'row'), load(sign({ kind: 'dict', entries: [{ key: { kind: 'str', value: 'a' }, value: { kind: 'none' } }] }, 'row', 1), 'row'), load(signValue('abcde:1r31eq', 'row'), 'row')])
    expect(legacy?.json).toBe(pythonJson(decodeText(LEGACY, context('row'))))
    expect(decodeText(LEGACY, context('row'))).toMatchObject({ djangoSees: 'empty', verdict: { id: 'verdicts.legacy' } })
    expect(fallback?.sees).toBe('empty')
    expect(broken).not.toMatchObject({ sees: 'data' })
  })
})

/** Every last character of a signature: some decode to the same bytes, and only one is Django's text. */
function lastCharacters(text: string): readonly string[] {
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((last) => text.slice(0, -1) + last)
}

const JSON_TEXTS = [
  '', ' ', '{}', '[]', 'null', '7', '"text"', 'NaN', '[1,2]', 'true', '{"a":1', '{"a":}', '{"a":1}}', '{"a":1} ', ' \t\r\n{ "a" : [ 1 , 2 ] }', '{"a":1,}', '{"a":[1,]}', '{,}', '[,]', "{'a':1}", '{a:1}', '{"a" 1}', '{"a":1 "b":2}',
  '{"a":NaN,"b":Infinity,"c":-Infinity}', '{"a":nan}', '{"a":+1}', '{"a":-NaN}', '{"a":.5}', '{"a":5.}', '{"a":1e5}', '{"a":1E5}', '{"a":1E+05}', '{"a":1e}', '{"a":1e400}', '{"a":-1e400}', '{"a":1e-400}', '{"a":01}', '{"a":-0}', '{"a":-0.0}', '{"a":-}', '{"a":0x10}',
  '{"a":1,"a":2}', '{"a":{"b":1,"b":[2]},"a":{"b":3}}', '{"__proto__":{"x":1},"__proto__":2}', '{"1":1,"b":2,"0":3}', '{"a":"\\ud800"}', '{"a":"\\uD83D\\uDE00"}', '{"a":"\\ud83d\\u0041"}', '{"a":"\\u00"}', '{"a":"\\x41"}', '{"a":"\\/\\b\\f\\n\\r\\t\\"\\\\"}', '{"a":"\\',
  '{"a":"tab\tinside"}', '{"a":"new\nline"}', '{"a":"nul\u0000"}', '{"a":"\u007f\u0080\u00ff"}', '\u00ef\u00bb\u00bf{"a":1}', '{"a":"\u00c3\u00a9"}', '{"a":1}//x', '/*x*/{"a":1}', `{"a":${'9'.repeat(4300)}}`, `{"a":${'9'.repeat(4301)}}`, `{"a":-${'9'.repeat(4300)}}`, `{"a":"${'9'.repeat(5000)}"}`, `{"a":${'9'.repeat(5000)}.5}`,
  '\u0080\u0005}\u0094.', '\u0080\u0004K\u0001.', '{"a":1}\u0000', '{"a":1}\u00a0', '\u000b{"a":1}', '{"":0}', '{"a":"$","$int":"5"}', '{"$int":"5"}', '{"a":[[],{},"",0,-1,true,false,null]}',
]

test('the parser keeps what Python would drop', () => {
  expect(parsePythonJson('{"a":1,"a":2}')).toMatchObject({ node: { entries: { length: 2 } } })
})
