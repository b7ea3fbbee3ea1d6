import type { DjangoVersion } from '../../../../shared/model/django.ts'
import type { CacheContainer, CacheReader, CompressorId } from '../../../../shared/model/store.ts'

/** What is known of a value before it is looked at. */
export interface CacheContext {
  /** null: not known, and found by content. */
  readonly container: CacheContainer | null
  /** Item flags of memcached. null: not known. */
  readonly flags: number | null
  /** null: not known; the site then reads what it wrote. */
  readonly settings: CacheSettings | null
  /** Whose rules judge; null or missing: the current one. */
  readonly djangoVersion?: DjangoVersion | null
  /** Milliseconds since 1970 UTC: files of FileBasedCache carry their own end. */
  readonly now: number
}

/** What reads the values of this site, by its CACHES or SESSION_ENGINE. null: not known. */
export interface CacheSettings {
  readonly reader: CacheReader | null
  readonly serializer: 'pickle' | 'json' | 'msgpack' | null
  readonly compressor: CompressorId | null
}
