import { expect, test } from 'vitest'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import { createInlineDecoder } from '../codecs/inline-decoder.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import { createMemoryStore } from '../stores/memory/memory-store.ts'
import { usersBeside } from '../connections/users-beside.ts'
import { readServerUrl } from '../stores/database/server-url.ts'
import { readRedisUrl } from '../stores/redis/redis-url.ts'
import { AUTH_USER } from '../../../shared/model/owner.ts'
import type { SourceRegistry } from './source-types.ts'
import { withPassword } from './place-secrets.ts'
import { createSourceRegistry } from './source-registry.ts'

const { signal } = new AbortController()
const target = { kind: 'sqlite', path: '/srv/db.sqlite3', table: 'django_session' } as const

function createRegistry(): { registry: SourceRegistry; lose: (error?: CoatcheckError) => void; opened: () => number } {
  const losses: ((error: CoatcheckError) => void)[] = []
  let ids = 0
  const registry = createSourceRegistry({
    decoder: createInlineDecoder(),
    newId: () => `s${++ids}`,
    resolve: async (asked) => ({
      target: asked, name: 'shop', kind: 'file', environment: 'local', isLocal: true, ssh: null, location: '/srv/db.sqlite3', settings: DEFAULT_SETTINGS, keyring: [],
      users: null,
      profile: { kind: 'sqlite', path: '/srv/db.sqlite3', table: 'django_session', clock: DEFAULT_SETTINGS.clock },
    }),
    clock: Date.now,
    openStore: async (_place, onLost) => {
      losses.push(onLost)
      return { ...createMemoryStore(new Map()), users: null }
    },
  })
  return { registry, opened: () => losses.length, lose: (error = new CoatcheckError('WORKER_LOST', verbatim('Its worker has ended.'))) => losses.at(-1)?.(error) }
}

test('opening a place twice gives the same source and one store', async () => {
  const { registry, opened } = createRegistry()
  const first = await registry.open(target, {}, signal)
  expect(await registry.open(target, {}, signal)).toBe(first)
  expect(opened()).toBe(1)
})

test('a place stays one source when its time zone is set', async () => {
  const { registry } = createRegistry()
  const { id } = await registry.open(target, {}, signal)
  await registry.setClock(id, { useTz: false, timeZone: 'Europe/Paris' }, signal)
  const again = await registry.open(target, {}, signal)
  expect(again).toMatchObject({ id, clock: { useTz: false, timeZone: 'Europe/Paris', origin: 'user' } })
  expect(registry.list()).toHaveLength(1)
})

test('a lost store says so once, takes no calls, and comes back with the keys it had', async () => {
  const { registry, lose } = createRegistry()
  const events: unknown[] = []
  registry.onEvent((event) => events.push(event))
  const { id } = await registry.open(target, { keys: { secretKey: 'k', fallbacks: ['old', ''] } }, signal)
  lose()
  lose()
  expect(events.filter((event) => (event as { kind: string }).kind === 'source-lost')).toHaveLength(1)
  expect(() => registry.get(id)).toThrowError(expect.objectContaining({ code: 'CONNECT_LOST' }))
  const back = await registry.open(target, {}, signal)
  expect(back).toMatchObject({ id, keyNames: ['SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]'] })
  expect(registry.get(id).session.keyring.map((key) => key.secret)).toEqual(['k', 'old'])
})

test('no field of a source holds a key', async () => {
  const { registry } = createRegistry()
  const source = await registry.open(target, { keys: { secretKey: 'MARKER-1', fallbacks: ['MARKER-2'] } }, signal)
  expect(JSON.stringify([source, registry.list()])).not.toContain('MARKER')
})

test('closing one forgets it; its id is refused from then on', async () => {
  const { registry } = createRegistry()
  const { id } = await registry.open(target, {}, signal)
  await registry.close(id)
  expect(registry.list()).toEqual([])
  expect(() => registry.get(id)).toThrowError(expect.objectContaining({ code: 'REQUEST_INVALID' }))
})

test('users hear the password of the sessions on their own server, and nowhere else', () => {
  const { profile } = readServerUrl('postgresql://ana:secret@db.example.org/shop', DEFAULT_SETTINGS.clock)
  const beside = usersBeside({ ...profile, password: null }, AUTH_USER)
  expect(withPassword(beside, profile)).toMatchObject({ place: { password: 'secret' } })
  for (const other of ['postgresql://ana@users.example.org/shop', 'postgresql://ana@db.example.org:6543/shop', 'postgresql://bob@db.example.org/shop', 'mysql://ana@db.example.org/shop']) {
    const elsewhere = usersBeside(readServerUrl(other, DEFAULT_SETTINGS.clock).profile, AUTH_USER)
    expect(withPassword(elsewhere, profile), other).toMatchObject({ place: { password: null } })
  }
  const redis = readRedisUrl('redis://:secret@127.0.0.1/0', DEFAULT_SETTINGS.clock).profile
  expect(withPassword(beside, redis)).toMatchObject({ place: { password: null } })
})
