import { createHash } from 'node:crypto'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { EpochMicros, SessionKey } from '../../../../shared/model/session.ts'
import { floatRepr } from '../../../../shared/values/float-repr.ts'
import { FILE_HEADER_BYTES, readFileHeader, withFileExpiry } from '../../codecs/cache-value/file-header.ts'
import { CACHE_KEY_PREFIXES, makeCacheKey, sessionCacheKey } from '../cache-key.ts'
import type { CacheKeySpace } from '../cache-key.ts'
import type { FolderLayout } from '../file/folder-layout.ts'
import { FolderStore } from '../file/folder-store.ts'
import { SessionFolder } from '../file/session-folder.ts'

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
    headBytes: FILE_HEADER_BYTES,
    keyOf(name) {
      const hash = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : ''
      return HASH.test(hash) ? hash : null
    },
    namesOf: (key) => [...(HASH.test(key) ? [key] : []), ...CACHE_KEY_PREFIXES.map((engine) => hashOf(key, engine))].map((hash) => `${hash}${SUFFIX}`),
    newName: (key, engine) => `${createHash('md5').update(sessionCacheKey(space, engine, key), 'utf8').digest('hex')}${SUFFIX}`,
    make: ({ data }) => ({ bytes: data, mtime: null }),
    expireDate: ({ bytes }) => endOf(bytes) ?? null,
    physical({ bytes }) {
      const end = endOf(bytes)
      return [{ name: 'expiry', value: end === undefined ? 'not readable' : end === null ? 'None' : String(end / 1_000_000) }]
    },
    // Not the time: Django writes the same entry anew with another one.
    etag: ({ bytes }) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    revise({ bytes: before }, { data, expireDate }) {
      const bytes = data ?? before
      if (expireDate === undefined) return { bytes, mtime: null }
      const [header, end] = [readFileHeader(bytes), endOf(bytes)]
      const revised = header === null || end === undefined ? null : end === expireDate ? bytes : withFileExpiry(bytes, { ...header.expiry, at: floatRepr(expireDate / 1_000_000) })
      if (revised === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'files.noExpiryHead')
      return { bytes: revised, mtime: null }
    },
  }
}

/** null: never; undefined: the file begins with no instant. */
function endOf(bytes: Uint8Array): EpochMicros | null | undefined {
  const header = readFileHeader(bytes)
  if (header === null) return undefined
  const end = header.expiry.at === null ? null : Math.round(Number(header.expiry.at) * 1_000_000)
  return end === null || Number.isSafeInteger(end) ? end : undefined
}
