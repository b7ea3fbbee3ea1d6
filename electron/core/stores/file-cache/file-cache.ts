import { createHash } from 'node:crypto'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import { CACHE_KEY_PREFIXES, makeCacheKey, sessionCacheKey } from '../cache-key.ts'
import type { CacheKeySpace } from '../cache-key.ts'
import type { FolderLayout } from '../file/folder-layout.ts'
import { FolderStore } from '../file/folder-store.ts'
import { SessionFolder } from '../file/session-folder.ts'
import { HEADER_BYTES, readFileHeader, withExpireDate } from './file-header.ts'

export interface FileCachePlace extends CacheKeySpace {
  /** LOCATION of the cache. */
  readonly path: string
}

const SUFFIX = '.djcache'
const HASH = /^[0-9a-f]{32}$/

/**
 * Django's FileBasedCache (django/core/cache/backends/filebased.py), in which everything that the site caches lies side by side.
 * A file is named by the MD5 of its cache key, and nothing in it tells the key: it is listed by that hash, and found by either.
 * @throws STORE_NOT_FOUND, STORE_PERMISSION
 */
export async function openFileCache(place: FileCachePlace): Promise<FolderStore> {
  return new FolderStore(new SessionFolder(place.path), fileCacheLayout(place))
}

function fileCacheLayout(space: CacheKeySpace): FolderLayout {
  const hashOf = (key: SessionKey, engine: string): string => createHash('md5').update(makeCacheKey(space, `${engine}${key}`), 'utf8').digest('hex')
  return {
    payload: { kind: 'cache-value', container: 'file-cache', reader: 'django', serializer: 'pickle', compressor: 'zlib' },
    expiry: 'in-value',
    filter: [],
    server: 'Files of Django’s FileBasedCache',
    facts: [
      { name: 'file name', value: `MD5 of the cache key and ${SUFFIX}` },
      { name: 'keys', value: 'not stored; each session is listed by the MD5 of its cache key, and found by its own key too' },
      { name: 'cache key', value: makeCacheKey(space, `${CACHE_KEY_PREFIXES[0]}<session key>`) },
    ],
    headBytes: HEADER_BYTES,
    keyOf(name) {
      const hash = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : ''
      return HASH.test(hash) ? hash : null
    },
    namesOf: (key) => [...(HASH.test(key) ? [key] : []), ...CACHE_KEY_PREFIXES.map((engine) => hashOf(key, engine))].map((hash) => `${hash}${SUFFIX}`),
    newName: (key, engine) => `${createHash('md5').update(sessionCacheKey(space, engine, key), 'utf8').digest('hex')}${SUFFIX}`,
    make: ({ data }) => ({ bytes: data, mtime: null }),
    expireDate: ({ bytes }) => readFileHeader(bytes)?.expireDate ?? null,
    physical({ bytes }) {
      const header = readFileHeader(bytes)
      const at = header === null ? 'not readable' : header.expireDate === null ? 'None' : String(header.expireDate / 1_000_000)
      return [{ name: 'expiry', value: at }]
    },
    // Not the time: Django writes the same entry anew with another one.
    etag: ({ bytes }) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    revise({ bytes: before }, { data, expireDate }) {
      const bytes = data ?? before
      if (expireDate === undefined) return { bytes, mtime: null }
      const header = readFileHeader(bytes)
      if (header === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'The file does not begin with a time of expiry, so it cannot get another one.')
      return { bytes: header.expireDate === expireDate ? bytes : withExpireDate(bytes, header, expireDate), mtime: null }
    },
  }
}
