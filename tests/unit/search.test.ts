import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { createOwners } from '../../electron/core/sessions/owners.ts'
import { searchSessions } from '../../electron/core/sessions/search.ts'
import type { SessionSource } from '../../electron/core/sessions/session-source.ts'
import type { SessionSearchPage } from '../../shared/model/session.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { memorySource } from '../support/memory-source.ts'

const NOW = Date.UTC(2026, 0, 10)
const KEYRING = [{ name: 'SECRET_KEY', secret: 'k1' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'k2' }] as const
const never = new AbortController().signal
const USERS: Readonly<Record<string, readonly string[]>> = { ana: ['1'], 'ana*': ['1', '2'], 'many*': Array.from({ length: 1000 }, (_, id) => String(id)) }

function sourceOf(sessions: readonly { readonly data: string; readonly key?: 0 | 1; readonly hours?: number }[], options: { readonly users?: boolean } = {}): SessionSource {
  const { source, rows } = memorySource({ now: NOW, keyring: KEYRING })
  for (const [index, { data, key = 0, hours = 1 }] of sessions.entries()) {
    const text = encodeSession({ data, key: KEYRING[key], salt: ROW_SALT, compress: true, now: NOW })
    rows.set(`s${String(index).padStart(4, '0')}`, { data: Buffer.from(text), expireDate: (NOW + hours * 3_600_000) * 1000 })
  }
  if (options.users !== true) return source
  const users = { describe: async () => 'auth_user', byIds: async () => [], idsOf: async (name: string) => USERS[name] ?? [], credentialsOf: async () => new Map(), search: async () => [] }
  return { ...source, owners: createOwners(users, () => NOW) }
}

const search = (source: SessionSource, where: string, signal = never, withData = false): AsyncGenerator<SessionSearchPage> =>
  searchSessions(source, { where, order: { by: 'key', direction: 'asc' }, withData, withEtags: true }, NOW, signal)

async function keys(source: SessionSource, where: string): Promise<string[]> {
  const pages = await Array.fromAsync(search(source, where))
  for (const { rows, etags } of pages) expect(etags?.length ?? 0).toBe(rows.length)
  return pages.flatMap(({ rows }) => rows.map(({ key }) => key))
}

const FEW = [
  { data: '{"_auth_user_id":"1","cart":[{"qty":2}]}' },
  { data: '{"_auth_user_id":"2"}', key: 1, hours: -1 },
  { data: '{"cart":[]}', hours: 50 },
] as const

test.each([
  ['', ['s0000', 's0001', 's0002']],
  ['has:cart', ['s0000', 's0002']],
  ['-has:cart', ['s0001']],
  ['cart[].qty>1', ['s0000']],
  ['user:ana', ['s0000']],
  ['user:ana*', ['s0000', 's0001']],
  ['user:ana* -user:#1', ['s0001']],
  ['user:none', ['s0002']],
  ['state:expired', ['s0001']],
  ['signed:fallback', ['s0001']],
  ['expires>+2h', ['s0002']],
  ['expires<+2h has:cart', ['s0000']],
  ['key:s0002|s0001', ['s0001', 's0002']],
  ['size>1m', []],
])('%s finds %o', async (where, expected) => {
  expect(await keys(sourceOf(FEW, { users: true }), where)).toEqual(expected)
})

test.each([
  ['user:ana', false, 5, 'No user table is known here, so nobody can be found by name. Use the number, like user:#42.'],
  ['has:cart user:bob', true, 14, 'There is no user bob.'],
  ['user:many*', true, 5, '1000 users or more are called many*. Write more of the name.'],
  ['state:dead', false, 6, 'state is never dead. It is one of live, expired, undecodable.'],
])('%s is an error with its place', async (where, users, position, message) => {
  await expect(keys(sourceOf(FEW, { users }), where)).rejects.toMatchObject({ code: 'REQUEST_INVALID', message, details: { position } })
})

test('pages come in order with their progress, and the last one is done', async () => {
  const source = sourceOf(Array.from({ length: 1700 }, (_, index) => ({ data: index % 100 === 0 ? '{"mark":1}' : '{}' })))
  const pages = await Array.fromAsync(search(source, 'mark=1', never, true))
  expect(pages.map(({ examined, done, rows }) => [examined, done, rows.length])).toEqual([[500, false, 5], [1000, false, 5], [1500, false, 5], [1700, false, 2], [1700, true, 0]])
  expect(pages[0]?.data?.[0]).toContain('"mark": 1')
})

test('a store that can is asked for what may fit only, and the search says by which fields', async () => {
  const source = sourceOf(Array.from({ length: 1700 }, (_, index) => ({ data: '{}', hours: index % 100 === 0 ? 9 : -9 })))
  const last = async (where: string, more: Partial<SessionSource> = {}) => (await Array.fromAsync(search({ ...source, ...more }, where))).at(-1)
  expect(await last('expires>now')).toMatchObject({ found: 17, examined: 17, filtered: ['expires'] })
  expect(await last('state:live -size>1m has:x')).toMatchObject({ found: 0, examined: 17, filtered: ['expires', 'size'] })
  expect(await last('-key:s0001')).toMatchObject({ found: 1699, examined: 1700, filtered: [] })
  expect(await last('expires>now key:s00*', { filter: ['key'] })).toMatchObject({ found: 1, examined: 100, filtered: ['key'] })
  expect(await last('expires>now', { filter: [] })).toMatchObject({ found: 17, examined: 1700, filtered: [] })
})

test('a count has no rows, and asks for no data where none is needed', async () => {
  const source = sourceOf(FEW)
  const asked: unknown[] = []
  const store = { ...source.store, listPage: (...args: Parameters<typeof source.store.listPage>) => { asked.push(args[0].isBare); return source.store.listPage(...args) } }
  const count = async (where: string) => (await Array.fromAsync(searchSessions({ ...source, store }, { where, order: { by: 'key', direction: 'asc' }, withData: false, withEtags: false, countOnly: true }, NOW, never))).map(({ rows, found }) => [rows.length, found])
  expect(await count('expires>now')).toEqual([[0, 2], [0, 2]])
  expect(await count('has:cart')).toEqual([[0, 2], [0, 2]])
  expect(asked).toEqual([true, false])
})

test('the first page is told before the store is read further than one page ahead', async () => {
  const source = sourceOf(Array.from({ length: 3000 }, () => ({ data: '{"mark":1}' })))
  let asked = 0
  const store = { ...source.store, listPage: (...args: Parameters<typeof source.store.listPage>) => { asked++; return source.store.listPage(...args) } }
  const pages = search({ ...source, store }, 'mark=1')
  expect((await pages.next()).value).toMatchObject({ examined: 500 })
  expect(asked).toBeLessThanOrEqual(2)
  await pages.return(undefined)
})

test('what cannot be read is counted, and neither has nor lacks anything', async () => {
  const { source, rows } = memorySource({ now: NOW, keyring: KEYRING })
  rows.set('broken', { data: Buffer.from('%%%'), expireDate: NOW * 1000 })
  for (const where of ['has:cart', '-has:cart']) {
    const pages = await Array.fromAsync(search(source, where))
    expect(pages.at(-1)).toMatchObject({ examined: 1, unread: 1, done: true })
    expect(pages.flatMap((page) => page.rows)).toEqual([])
  }
  expect(await keys(source, 'state:undecodable')).toEqual(['broken'])
})

test('a search that is stopped ends as cancelled', async () => {
  const controller = new AbortController()
  const pages = search(sourceOf(Array.from({ length: 3000 }, () => ({ data: '{}' }))), 'has:x', controller.signal)
  await pages.next()
  controller.abort()
  await expect(Array.fromAsync(pages)).rejects.toMatchObject({ code: 'CANCELLED' })
})

describe('the demo', () => {
  let app: TestApp
  let sourceId: string
  beforeAll(async () => {
    app = await startApp()
    sourceId = (await app.client.call('sources.open', { target: { kind: 'demo' } })).id
  })
  afterAll(() => app[Symbol.asyncDispose]())

  async function found(where: string): Promise<SessionSearchPage['rows']> {
    const pages = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, where, order: { by: 'stored', direction: 'asc' } }, never))
    return pages.flatMap(({ rows }) => rows)
  }

  test('a query and its opposite share all sessions between them', async () => {
    const all = await found('')
    for (const where of ['state:live', 'signed:valid', 'key:a*', 'size>500']) {
      const both = [...await found(where), ...await found(`-${where}`)].map(({ key }) => key)
      expect(both.toSorted()).toEqual(all.map(({ key }) => key).toSorted())
    }
  })

  test('a user is found by name and by number', async () => {
    const byName = await found('user:admin')
    expect(byName.length).toBeGreaterThan(0)
    expect(new Set(byName.map(({ owner }) => owner?.username))).toEqual(new Set(['admin']))
    expect(await found(`user:#${byName[0]?.userId ?? ''}`)).toEqual(byName)
  })

  test('has:cart finds exactly those whose data has one', async () => {
    const hits = new Set((await found('has:cart')).map(({ key }) => key))
    const listed = (await found('-state:undecodable')).filter(({ topLevelKeys, keyCount }) => topLevelKeys !== null && keyCount === topLevelKeys.length)
    expect(hits.size).toBeGreaterThan(0)
    for (const { key, topLevelKeys } of listed) expect(hits.has(key)).toBe(topLevelKeys?.includes('cart') === true)
  })

  test('a text that is looked for is shown where it stands, where that is asked for, and never of a secret', async () => {
    const rows = await found('sku')
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some(({ hits }) => hits?.passage !== undefined)).toBe(false)
    const pages = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, where: 'sku', order: { by: 'stored', direction: 'asc' }, withPassages: true }, never))
    for (const { hits } of pages.flatMap((page) => page.rows)) {
      const { text = null, name = '', spans = [] } = hits?.passage ?? {}
      expect(spans.map(([start, end]) => (text ?? name).slice(start, end).toLowerCase())).toContain('sku')
    }
    const [hash] = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, where: 'user:any has:_auth_user_hash', order: { by: 'stored', direction: 'asc' }, withData: true }, never))
    const secret = /"_auth_user_hash": ?"([0-9a-f]+)"/.exec(hash?.data?.[0] ?? '')?.[1] ?? ''
    expect(secret).not.toBe('')
    const bySecret = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, where: secret, order: { by: 'stored', direction: 'asc' }, withPassages: true }, never))
    expect(bySecret.flatMap((page) => page.rows).length).toBeGreaterThan(0)
    expect(bySecret.flatMap((page) => page.rows).some((row) => row.hits?.passage !== undefined)).toBe(false)
  })

  test('a wrong query is an error with its place, through every layer', async () => {
    await expect(found('user:nobody-of-that-name')).rejects.toMatchObject({ code: 'REQUEST_INVALID', details: { position: 5, length: 19 } })
  })
})
