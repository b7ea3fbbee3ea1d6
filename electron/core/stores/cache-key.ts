/** What a cache puts before each key: KEY_PREFIX and VERSION (django/core/cache/backends/base.py, `default_key_func`). */
export interface CacheKeySpace {
  /** KEY_PREFIX */
  readonly prefix: string
  /** VERSION */
  readonly version: string
}

/** What the engines `cache` and `cached_db` put before a session key. The first is the beginning of the second. */
export const CACHE_KEY_PREFIXES = ['django.contrib.sessions.cache', 'django.contrib.sessions.cached_db'] as const

/** The engines that keep sessions in a cache. */
export type CacheEngine = 'cache' | 'cached_db'

export function sessionCacheKey(space: CacheKeySpace, engine: CacheEngine, key: string): string {
  return makeCacheKey(space, `django.contrib.sessions.${engine}${key}`)
}

/** `make_key`: the whole key, as the cache has it. */
export function makeCacheKey({ prefix, version }: CacheKeySpace, key: string): string {
  return `${prefix}:${version}:${key}`
}

/** The session key in a whole key; null: it is none of a session of this site. */
export function readCacheKey(space: CacheKeySpace, whole: string): { readonly key: string; readonly engine: CacheEngine } | null {
  for (const engine of ['cached_db', 'cache'] as const) {
    const start = makeCacheKey(space, `django.contrib.sessions.${engine}`)
    if (whole.startsWith(start) && whole.length > start.length) return { key: whole.slice(start.length), engine }
  }
  return null
}
