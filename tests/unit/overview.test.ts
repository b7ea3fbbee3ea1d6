import { expect, test } from 'vitest'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { searchWithFacets } from '../../electron/core/reports/found-facets.ts'
import { pickEvenly, reportOverview } from '../../electron/core/reports/overview.ts'
import { searchSessions } from '../../electron/core/sessions/search.ts'
import type { SessionSource } from '../../electron/core/sessions/session-source.ts'
import type { Overview } from '../../shared/model/overview.ts'
import { memorySource } from '../support/memory-source.ts'

const NOW = 1_788_000_000_000
const KEYS = [{ name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'coatcheck-old-key' }]
const HOUR = 3_600_000_000
const never = new AbortController().signal

interface Given { readonly data?: string; readonly key?: 0 | 1; readonly hours?: number; readonly serializer?: 'json' | 'pickle'; readonly text?: string }

function sourceOf(sessions: readonly Given[]): SessionSource {
  const { rows, source } = memorySource({ now: NOW, keyring: KEYS, settings: { djangoVersion: '4.2' } })
  for (const [index, { data = '{}', key = 0, hours = 100, serializer = 'json', text }] of sessions.entries()) {
    const signed = KEYS[key]
    if (signed === undefined) continue
    const bytes = text === undefined ? Buffer.from(encodeSession({ data, serializer, key: signed, salt: ROW_SALT, compress: true, now: NOW })) : Buffer.from(text)
    rows.set(`session${String(index).padStart(6, '0')}`, { data: bytes, expireDate: NOW * 1000 + hours * HOUR })
  }
  return source
}

async function overview(source: SessionSource, most?: number): Promise<Overview> {
  const steps = await Array.fromAsync(reportOverview(source, NOW, never, most))
  expect(steps.map(({ phase }) => phase === 'done')).toEqual([...steps.slice(1).map(() => false), true])
  const last = steps.at(-1)
  if (last === undefined) throw new Error('There is no report.')
  return last
}

const USER = '{"_auth_user_id":"7","_auth_user_backend":"b","_auth_user_hash":"h"}'
const MIXED: readonly Given[] = [
  { data: USER }, { data: USER, key: 1, hours: 5 }, { data: '{"_auth_user_id":"8"}', hours: -1 }, { data: '{"next":"/"}' }, { data: '{"_session_expiry":60}' }, { data: '{}', hours: 23 },
  { data: '{"a":1,"b":2}' }, { data: `{"cart":"${Array.from({ length: 900 }, (_, index) => (index * index) % 997).join()}"}`, serializer: 'pickle' }, { text: 'broken' }, { data: '{"price":{"$decimal":"9.90"}}', serializer: 'pickle' },
]

test('each facet counts what its query finds, and every readable session has one kind of visitor', async () => {
  const source = sourceOf(MIXED)
  const { groups, examined, total, isSample } = await overview(source)
  expect({ examined, total, isSample }).toEqual({ examined: 10, total: 10, isSample: false })
  for (const { facets } of groups) {
    for (const { query, sessions, id } of facets) {
      const found = await Array.fromAsync(searchSessions(source, { order: { by: 'stored', direction: 'asc' }, where: query, withData: false, withEtags: false }, NOW, never))
      expect([id, found.reduce((sum, { rows }) => sum + rows.length, 0)]).toEqual([id, sessions])
    }
  }
  const countsOf = (group: string) => groups.find(({ id }) => id === group)?.facets.map(({ id, sessions }) => [id, sessions])
  expect(countsOf('visitor')).toEqual([['signed-in', 3], ['anonymous', 2], ['bot-like', 2], ['empty', 2]])
  expect(countsOf('state')).toEqual([['live', 8], ['ending', 2], ['expired', 1], ['undecodable', 1]])
  expect(countsOf('signed')).toEqual([['SECRET_KEY', 8], ['SECRET_KEY_FALLBACKS[0]', 1], ['none', 1]])
})

test.each(['state:live', 'cart|next', 'user:any -signed:fallback', 'size>100m', 'key:*'])('within %s, each facet counts what query and facet find together, with the last event all of them', async (where) => {
  const source = sourceOf(MIXED)
  const find = async (text: string) => Array.fromAsync(searchWithFacets(source, { order: { by: 'stored', direction: 'asc' }, where: text, withData: false, withEtags: false }, NOW, never))
  const told = await find(where)
  const [first, last] = [told.find(({ found }) => found > 0), told.at(-1)]
  expect(last).toMatchObject({ done: true, facets: { counted: last?.found } })
  expect(first?.facets?.counted, 'the first ones found are counted at once').toBe(first?.found)
  for (const { query, sessions, id } of last?.facets?.groups.flatMap(({ facets }) => facets) ?? []) expect([id, (await find(`${where} ${query}`)).at(-1)?.found]).toEqual([id, sessions])
  for (const { query, sessions, id } of last?.facets?.owners ?? []) expect([id, (await find(`${where} ${query ?? ''}`)).at(-1)?.found]).toEqual([id, sessions])
  for (const { query, sessions, name } of last?.facets?.keys ?? []) expect([name, (await find(`${where} ${query ?? ''}`)).at(-1)?.found]).toEqual([name, sessions])
})

test('owners, keys, signers and losses are counted, with queries that find them', async () => {
  const { owners, people, keys, signers, losses, sizeBytes } = await overview(sourceOf(MIXED))
  expect(owners.map(({ id, sessions, query }) => [id, sessions, query])).toEqual([['7', 2, 'user:#7'], ['8', 1, 'user:#8']])
  expect(people).toBe(2)
  expect(keys[0]).toEqual({ name: '_auth_user_id', sessions: 3, query: 'has:_auth_user_id' })
  expect(signers.map(({ name, live, people: each }) => [name, live, each])).toEqual([['SECRET_KEY', 7, 1], ['SECRET_KEY_FALLBACKS[0]', 1, 1], [null, 0, 0]])
  expect(losses).toEqual({ pickled: 2, affected: 1, types: [{ type: 'Decimal', effect: 'fails', sessions: 1 }] })
  expect(sizeBytes.largestKey).toBe('session000007')
})

test('of many sessions a sample is read, evenly and the same each time, while their ends are all counted', async () => {
  const source = sourceOf(Array.from({ length: 6000 }, (_, index) => ({ data: `{"n":${index},"m":1}`, hours: index / 20 - 100 })))
  const first = await overview(source, 1000)
  expect(first).toMatchObject({ total: 6000, examined: 1000, toExamine: 1000, isSample: true })
  expect(first.ends?.isExact).toBe(true)
  expect(first.ends?.bins.reduce((sum, { live, expired }) => sum + live + expired, 0)).toBe(6000)
  const expired = first.groups[0]?.facets.find(({ id }) => id === 'expired')?.sessions ?? 0
  expect(expired / 1000).toBeCloseTo(2001 / 6000, 0)
  expect((await overview(source, 1000)).groups).toEqual(first.groups)
})

test('places are picked evenly, the first among them', () => {
  expect(pickEvenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([0, 3, 6])
  expect(pickEvenly(['a'], 5)).toEqual(['a'])
})

test('a store that cannot count by end is read, and says that the ends of a sample are one', async () => {
  const whole = sourceOf(Array.from({ length: 900 }, (_, index) => ({ hours: index })))
  const { ends, ...store } = whole.store
  expect(ends).toBeDefined()
  const source = { ...whole, store }
  expect((await overview(source)).ends).toMatchObject({ isExact: true, before: 0 })
  const sample = await overview(source, 500)
  expect(sample.ends?.isExact).toBe(false)
  expect(sample.ends?.bins.reduce((sum, { live, expired }) => sum + live + expired, sample.ends.after)).toBe(500)
})

test('a stopped overview ends as cancelled', async () => {
  const controller = new AbortController()
  const steps = reportOverview(sourceOf(MIXED), NOW, controller.signal)
  await steps.next()
  controller.abort()
  await expect(Array.fromAsync(steps)).rejects.toMatchObject({ code: 'CANCELLED' })
})
