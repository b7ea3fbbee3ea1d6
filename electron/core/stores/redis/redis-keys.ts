import type { SessionKey } from '../../../../shared/model/session.ts'
import type { WantedKeys } from '../key-lists.ts'
import { CACHE_KEY_PREFIXES, makeCacheKey, readCacheKey } from '../cache-key.ts'
import type { RedisPlace } from './redis-place.ts'

/** Which keys of Redis are sessions, and of which session. */
export interface RedisKeys {
  /** For MATCH of SCAN; more than sessions, and more than those that are wanted, may match. */
  globOf(wanted: WantedKeys): string
  /** For people: a whole key. */
  readonly shown: string
  /** null: it is no session's. `rank`: its place in `wholeKeys`. */
  read(wholeKey: string): { readonly key: SessionKey; readonly rank: number } | null
  /** Whole keys under which the session of a key may stand, the likeliest first; empty: Redis has no such keys. */
  wholeKeys(key: SessionKey): readonly string[]
}

export function redisKeys(place: Pick<RedisPlace, 'prefix' | 'version' | 'pattern'>): RedisKeys {
  return place.pattern === null ? djangoKeys(place) : patternKeys(place.pattern)
}

function djangoKeys(space: Pick<RedisPlace, 'prefix' | 'version'>): RedisKeys {
  const [start] = CACHE_KEY_PREFIXES
  return {
    // The prefix of cached_db goes on where that of cache ends; a star stands for the rest of it.
    globOf: (wanted) => `${escapeGlob(makeCacheKey(space, start))}*${begins(wanted)}`,
    shown: makeCacheKey(space, `${start}<session key>`),
    read(wholeKey) {
      const found = readCacheKey(space, wholeKey)
      return found === null ? null : { key: found.key, rank: found.engine === 'cache' ? 0 : 1 }
    },
    wholeKeys: (key) => (isText(key) ? CACHE_KEY_PREFIXES.map((prefix) => makeCacheKey(space, `${prefix}${key}`)) : []),
  }
}

function patternKeys(pattern: string): RedisKeys {
  const [before = '', after = ''] = pattern.split('*')
  return {
    globOf: (wanted) => `${escapeGlob(before)}${begins(wanted) || '*'}${escapeGlob(after)}`,
    shown: `${before}<session key>${after}`,
    read(wholeKey) {
      const isOne = wholeKey.length > before.length + after.length && wholeKey.startsWith(before) && wholeKey.endsWith(after)
      return isOne ? { key: wholeKey.slice(before.length, wholeKey.length - after.length), rank: 0 } : null
    },
    wholeKeys: (key) => (isText(key) ? [`${before}${key}${after}`] : []),
  }
}

/** Of one wanted beginning, or one key, what MATCH can say. */
function begins(wanted: WantedKeys): string {
  const [only, ...others] = wanted ?? []
  return only === undefined || others.length > 0 ? '' : `${escapeGlob(only.text)}${only.isPrefix ? '*' : ''}`
}

const escapeGlob = (text: string): string => text.replace(/[\\*?[\]^-]/g, '\\$&')
/** Half a character cannot be sent. */
const isText = (key: string): boolean => key !== '' && key.isWellFormed()
