import { expect, test } from 'vitest'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { reportJsonReadiness } from '../../electron/core/reports/json-readiness.ts'
import { reportKeyRotation } from '../../electron/core/reports/key-rotation.ts'
import type { SessionSource } from '../../electron/core/sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../../electron/core/sessions/session-source.ts'
import { createMemoryStore } from '../../electron/core/stores/memory/memory-store.ts'
import type { ReadinessReport } from '../../shared/model/report.ts'

const NOW = 1_788_000_000_000
const KEYS = [{ name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'coatcheck-old-key' }] as const
const never = new AbortController().signal

function sourceOf(sessions: readonly { readonly data: string; readonly serializer?: 'json' | 'pickle'; readonly key?: 0 | 1; readonly ended?: boolean }[]): SessionSource {
  const rows = sessions.map(({ data, serializer = 'pickle', key = 0, ended = false }, index) => {
    const text = Buffer.from(encodeSession({ data, serializer, key: KEYS[key], salt: ROW_SALT, compress: true, now: NOW }))
    return [`session${String(index).padStart(5, '0')}`, { data: text, expireDate: (NOW + (ended ? -1 : 1) * 86_400_000) * 1000 }] as const
  })
  return { store: createMemoryStore(new Map(rows)), decoder: createInlineDecoder(), keyring: KEYS, settings: { ...DEFAULT_SETTINGS, djangoVersion: '4.2' }, owners: null, payload: { kind: 'session-text' }, expiry: 'column', hasNaiveDates: true }
}

async function report(source: SessionSource): Promise<ReadinessReport> {
  const steps = await Array.fromAsync(reportJsonReadiness(source, NOW, never))
  expect(steps.map(({ done }) => done)).toEqual([...steps.slice(1).map(() => false), true])
  const last = steps.at(-1)
  if (last === undefined) throw new Error('There is no report.')
  return last
}

test('what is shared survives as a copy, what holds itself does not, and JSON is not looked into', async () => {
  const { findings, pickled, examined } = await report(sourceOf([
    { data: '{"a":[1],"b":{"$ref":"#/a"}}' }, { data: '{"a":[{"$ref":"#/a"}]}' }, { data: '{"n":NaN}', serializer: 'json' }, { data: '{"n":NaN}' },
  ]))
  expect({ examined, pickled }).toEqual({ examined: 4, pickled: 3 })
  expect(findings.map(({ path, type, effect }) => [path, type, effect])).toEqual([['a[]', 'value that holds itself', 'fails'], ['n', 'nan', 'python-only']])
})

test('however many different places there are, memory is bounded and what is left out is counted', async () => {
  const places = Array.from({ length: 600 }, (_, index) => ({ data: `{"k${index}":{"$bytes":""}}` }))
  const { findings, findingsLeftOut, affected } = await report(sourceOf(places))
  expect({ listed: findings.length, findingsLeftOut, affected }).toEqual({ listed: 500, findingsLeftOut: 100, affected: 600 })
  expect(findings.every(({ samples }) => samples.length <= 5)).toBe(true)
})

test('an aborted report ends as cancelled', async () => {
  const controller = new AbortController()
  const steps = reportJsonReadiness(sourceOf(Array.from({ length: 1200 }, () => ({ data: '{"a":{"$tuple":[]}}' }))), NOW, controller.signal)
  await steps.next()
  controller.abort()
  await expect(Array.fromAsync(steps)).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('sessions by the key that verifies them, and who is signed out when it goes', async () => {
  const source = sourceOf([{ data: '{}' }, { data: '{"a":1}', key: 1 }, { data: '{"a":1}', key: 1, ended: true }])
  const steps = await Array.fromAsync(reportKeyRotation({ ...source, keyring: KEYS }, NOW, never))
  expect(steps.at(-1)).toMatchObject({ examined: 3, done: true, groups: [{ keyName: 'SECRET_KEY', sessions: 1, live: 1 }, { keyName: 'SECRET_KEY_FALLBACKS[0]', sessions: 2, live: 1 }, { keyName: null, sessions: 0 }] })
  const alone = await Array.fromAsync(reportKeyRotation({ ...source, keyring: KEYS.slice(0, 1) }, NOW, never))
  expect(alone.at(-1)?.groups).toMatchObject([{ keyName: 'SECRET_KEY', sessions: 1 }, { keyName: null, sessions: 2 }])
})
