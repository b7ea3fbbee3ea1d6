import { randomBytes } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import type { RedisProfile } from '../../support/redis-servers.ts'
import { TABLE_TRAITS } from './harness.ts'
import type { StoreHarness, StoreTraits } from './harness.ts'

export const REDIS_TRAITS: StoreTraits = { ...TABLE_TRAITS, sort: [], count: 'none', enumerate: 'unordered', filter: ['key'], expiry: 'ttl', tick: 1000, keepsExpired: false, expiryFact: 'TTL' }

/** `app`: a connection that writes what Django would. */
export async function makeRedisHarness(app: Redis | Cluster, profile: RedisProfile, open: (profile: StoreProfile) => Promise<SessionStore>): Promise<StoreHarness> {
  const prefix = `t${randomBytes(6).toString('hex')}`
  const pattern = profile.pattern === null ? null : `${prefix}${profile.pattern}`
  const wholeKey = (key: string): string => (pattern === null ? `${prefix}:1:django.contrib.sessions.cache${key}` : pattern.split('*').join(key))
  const opened: SessionStore[] = []
  const made = new Set<string>()
  return {
    async open() {
      const store = await open({ ...profile, prefix, pattern })
      opened.push(store)
      return store
    },
    async put(rows) {
      await Promise.all(rows.map(({ key, data, expireDate }) => {
        made.add(wholeKey(key))
        return app.set(wholeKey(key), Buffer.from(data), 'PXAT', expireDate / 1000)
      }))
    },
    async remove(key) {
      await app.del(wholeKey(key))
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      await Promise.all([...made].map((key) => app.del(key)))
    },
  }
}
