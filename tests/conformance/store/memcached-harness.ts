import { randomBytes } from 'node:crypto'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import { chooseServer } from '../../../electron/core/stores/memcached/server-choice.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import type { TestMemcached } from '../../support/memcached.ts'
import { TABLE_TRAITS } from './harness.ts'
import type { StoreHarness, StoreTraits } from './harness.ts'

export const MEMCACHED_TRAITS: StoreTraits = {
  ...TABLE_TRAITS, sort: [], count: 'estimate', enumerate: 'incomplete', filter: ['key'], expiry: 'ttl', tick: 1_000_000, until: (2 ** 31 - 1) * 1_000_000, keepsExpired: false, expiryFact: 'exptime',
}

export type MemcachedProfile = Extract<StoreProfile, { kind: 'memcached' }>

export function memcachedProfile(servers: readonly TestMemcached[], changes: Partial<MemcachedProfile> = {}): MemcachedProfile {
  return { kind: 'memcached', servers: servers.map(({ port }) => ({ host: '127.0.0.1', port })), client: 'pymemcache', prefix: '', version: '1', allowWrites: false, ...changes }
}

/** Keys that Django would give to memcached, with all that comes before them. */
const isPlain = (key: string): boolean => !/[\u0000- \u007f]/.test(key) && Buffer.byteLength(key) <= 150

export async function makeMemcachedHarness(servers: readonly TestMemcached[], open: (profile: StoreProfile) => Promise<SessionStore>): Promise<StoreHarness> {
  const prefix = randomBytes(6).toString('hex')
  const opened: SessionStore[] = []
  const seeded = new Set<string>()
  const names = servers.map(({ port }) => `127.0.0.1:${port}`)
  const wholeKey = (key: string): string => `${prefix}:1:django.contrib.sessions.cache${key}`
  const serverOf = (key: string): TestMemcached => {
    const server = servers[chooseServer('pymemcache', names, wholeKey(key))]
    if (server === undefined) throw new Error('No server.')
    return server
  }
  return {
    holdsKey: isPlain,
    async open() {
      const store = await open(memcachedProfile(servers, { prefix }))
      opened.push(store)
      return store
    },
    async put(rows) {
      for (const { key } of rows) seeded.add(key)
      for (const server of servers) {
        const mine = rows.filter(({ key }) => serverOf(key) === server)
        const commands = mine.flatMap(({ key, data, expireDate }) => {
          const seconds = expireDate / 1_000_000
          return [Buffer.from(`set ${wholeKey(key)} 1 ${seconds > 2_592_000 ? seconds : -1} ${Buffer.byteLength(data)}\r\n${data}\r\n`)]
        })
        if (commands.length > 0) await server.run(Buffer.concat(commands), commands.length)
      }
    },
    async remove(key) {
      await serverOf(key).run(`delete ${wholeKey(key)}\r\n`, 1)
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      // Every listing of a later test would walk over them.
      for (const server of servers) {
        const commands = [...seeded].filter((key) => serverOf(key) === server).map((key) => `delete ${wholeKey(key)}\r\n`)
        if (commands.length > 0) await server.run(commands.join(''), commands.length)
      }
    },
  }
}
