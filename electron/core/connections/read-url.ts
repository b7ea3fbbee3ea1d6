import { CoatcheckError } from '../../../shared/errors.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import { readServerUrl } from '../stores/database/server-url.ts'
import { readFileUrl } from '../stores/file/file-url.ts'
import { readFileCacheUrl } from '../stores/file-cache/file-cache-url.ts'
import { readMemcachedUrl } from '../stores/memcached/memcached-url.ts'
import { readRedisUrl } from '../stores/redis/redis-url.ts'
import type { ReadStoreUrl, StoreUrl } from '../stores/store-url.ts'
import type { StoreProfile } from './open-store.ts'

/** Scheme → the driver that reads its URLs. */
const READERS: Readonly<Record<string, ReadStoreUrl<StoreProfile>>> = {
  postgresql: readServerUrl,
  postgres: readServerUrl,
  mysql: readServerUrl,
  mariadb: readServerUrl,
  file: readFileUrl,
  djcache: readFileCacheUrl,
  memcached: readMemcachedUrl,
  redis: readRedisUrl,
  rediss: readRedisUrl,
  unix: readRedisUrl,
  'redis+sentinel': readRedisUrl,
  'rediss+sentinel': readRedisUrl,
  'redis+cluster': readRedisUrl,
  'rediss+cluster': readRedisUrl,
}

/**
 * What the URL of a store says. Connects to nothing.
 * @throws STORE_UNSUPPORTED for a scheme that no driver has; REQUEST_INVALID. Neither quotes the URL, which may hold a password.
 */
export function readStoreUrl(text: string, clock: StoreClock): StoreUrl<StoreProfile> {
  const scheme = /^\s*([a-z][a-z0-9+]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? ''
  if (!Object.hasOwn(READERS, scheme)) {
    throw new CoatcheckError('STORE_UNSUPPORTED', scheme === '' ? 'This is no URL of a store.' : `No store has URLs that begin with ${scheme}://.`, { hint: `Known are sqlite, ${Object.keys(READERS).join(', ')}.` })
  }
  const read = READERS[scheme] as ReadStoreUrl<StoreProfile>
  return read(text, clock)
}
