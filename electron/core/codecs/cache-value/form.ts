import type { CacheContainer, CompressorId } from '../../../../shared/model/store.ts'
import type { JsonStyle } from '../../../../shared/values/python-json.ts'

export type { CacheContainer, CompressorId }

/**
 * What made the bytes. `int`: decimal digits, which Django's caches write for an int. `text`: a text of its own, most often the
 * signed text of a session engine that keeps that in Redis.
 */
export type CacheSerializer = 'pickle' | 'json' | 'msgpack' | 'int' | 'text'

/** Everything that is needed to write a value in the form it was found in. Plain data: it crosses threads. */
export interface CacheForm {
  readonly container: CacheContainer
  readonly serializer: CacheSerializer
  /** null: no pickle. */
  readonly pickle: PickleForm | null
  /** null: no JSON. */
  readonly json: JsonStyle | null
  readonly compression: CompressionForm
  /** Item flags of memcached. null: another container, or not known. */
  readonly flags: number | null
  /** What stands before the value in a file of FileBasedCache. null: another container. */
  readonly fileExpiry: FileExpiry | null
  /** What django-redis' HerdClient put around the value. null: nothing. */
  readonly herd: HerdForm | null
}

export interface PickleForm {
  readonly protocol: number
  readonly framed: boolean
}

/** What the writer does, whether or not the value at hand was long enough for it. */
export interface CompressionForm {
  readonly compressor: CompressorId
  /** null: the bytes do not tell. */
  readonly level: number | null
  /** Only what is longer is compressed (`min_length` of django-redis). */
  readonly aboveBytes: number
}

export interface FileExpiry {
  /** Seconds since 1970, as Python's `repr(float)`. null: never. */
  readonly at: string | null
  readonly pickle: PickleForm
}

export interface HerdForm {
  /** Seconds since 1970, decimal: after them, one of the readers gets a miss and renews the value. */
  readonly until: string
}

export const NOT_COMPRESSED: CompressionForm = { compressor: 'none', level: null, aboveBytes: 0 }
