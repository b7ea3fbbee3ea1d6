import { z } from 'zod'
import type { CacheContainer } from './store.ts'

const pickleForm = z.strictObject({ protocol: z.int().min(0).max(5), framed: z.boolean() })
export type PickleForm = Readonly<z.infer<typeof pickleForm>>

/** What the writer does, whether or not the value at hand was long enough for it. */
const compressionForm = z.strictObject({
  compressor: z.enum(['none', 'zlib', 'gzip', 'lzma', 'lz4', 'zstd']),
  /** null: the bytes do not tell. */
  level: z.int().min(0).max(9).nullable(),
  /** Only what is longer is compressed (`min_length` of django-redis). */
  aboveBytes: z.int().min(0),
})
export type CompressionForm = Readonly<z.infer<typeof compressionForm>>

const fileExpiry = z.strictObject({
  /** Seconds since 1970, as Python's `repr(float)`. null: never. */
  at: z.string().max(32).regex(/^(?:-?\d+(?:\.\d+)?(?:e[+-]\d+)?|-?inf|nan)$/).nullable(),
  pickle: pickleForm,
})
export type FileExpiry = Readonly<z.infer<typeof fileExpiry>>

/** `until`: seconds since 1970, decimal; after them, one of the readers gets a miss and renews the value. */
const herdForm = z.strictObject({ until: z.string().max(64).regex(/^-?\d+$/) })
export type HerdForm = Readonly<z.infer<typeof herdForm>>

const CONTAINERS = ['plain', 'redis', 'memcached', 'database-cache', 'file-cache'] as const satisfies readonly CacheContainer[]

/** Everything that is needed to write the value of a cache in the form it was found in. Plain data: it crosses threads and the wire. */
export const cacheForm = z.strictObject({
  container: z.enum(CONTAINERS),
  /**
   * What made the bytes. `int`: decimal digits, which Django's caches write for an int. `text`: a text of its own, most often the
   * signed text of a session engine that keeps that in Redis.
   */
  serializer: z.enum(['pickle', 'json', 'msgpack', 'int', 'text']),
  /** null: no pickle. */
  pickle: pickleForm.nullable(),
  /** How the JSON is spelled. null: no JSON. */
  json: z.strictObject({ itemSeparator: z.enum([',', ', ']), keySeparator: z.enum([':', ': ']), asciiOnly: z.boolean() }).nullable(),
  compression: compressionForm,
  /** Item flags of memcached. null: another container, or not known. */
  flags: z.int().min(0).max(0xffffffff).nullable(),
  /** What stands before the value in a file of FileBasedCache. null: another container. */
  fileExpiry: fileExpiry.nullable(),
  /** What django-redis' HerdClient put around the value. null: nothing. */
  herd: herdForm.nullable(),
})
export type CacheForm = Readonly<z.infer<typeof cacheForm>>
export type CacheSerializer = CacheForm['serializer']
