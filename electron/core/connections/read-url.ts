import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import { readCacheTableUrl } from '../stores/database/cache-table-url.ts'
import { readServerUrl } from '../stores/database/server-url.ts'
import { readJarUrl } from '../stores/jar/jar-url.ts'
import { readFileUrl } from '../stores/file/file-url.ts'
import { readFileCacheUrl } from '../stores/file-cache/file-cache-url.ts'
import { readMemcachedUrl } from '../stores/memcached/memcached-url.ts'
import { readSqliteUrl } from '../stores/database/sqlite-url.ts'
import { refuseDummyCache, refuseLocMemCache } from '../stores/process-memory.ts'
import { readRedisUrl } from '../stores/redis/redis-url.ts'
import type { ReadStoreUrl, StoreUrl } from '../stores/store-url.ts'
import type { LayerProfile } from './open-store.ts'

/** Scheme → the driver that reads its URLs. */
const READERS: Readonly<Record<string, ReadStoreUrl<LayerProfile>>> = {
  sqlite: readSqliteUrl,
  postgresql: readServerUrl,
  postgres: readServerUrl,
  mysql: readServerUrl,
  mariadb: readServerUrl,
  jar: readJarUrl,
  'dbcache+sqlite': readCacheTableUrl,
  'dbcache+postgresql': readCacheTableUrl,
  'dbcache+postgres': readCacheTableUrl,
  'dbcache+mysql': readCacheTableUrl,
  'dbcache+mariadb': readCacheTableUrl,
  file: readFileUrl,
  djcache: readFileCacheUrl,
  memcached: readMemcachedUrl,
  locmem: refuseLocMemCache,
  dummy: refuseDummyCache,
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
export function readStoreUrl(text: string, clock: StoreClock): StoreUrl<LayerProfile> {
  const scheme = /^\s*([a-z][a-z0-9+]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? ''
  if (!Object.hasOwn(READERS, scheme)) {
    throw new CoatcheckError('STORE_UNSUPPORTED', scheme === '' ? 'stores.noUrl' : reason('stores.noScheme', { scheme }), { hint: reason('next.known', { names: Object.keys(READERS).join(', ') }) })
  }
  const read = READERS[scheme] as ReadStoreUrl<LayerProfile>
  return read(text, clock)
}
