import type { DecodeProblem } from '../../../../shared/model/session.ts'
import { decodeStandardBase64 } from '../base64url.ts'
import { cacheProblem } from './cache-problem.ts'
import { compressorOf } from './compressors.ts'
import type { CacheContext } from './context.ts'
import { readFileHeader } from './file-header.ts'
import type { CacheContainer, FileExpiry } from './form.ts'

/** How the bytes of a payload are to be read. `by-content`: whatever they look like. `bytes`: they are the value itself. */
export type PayloadKind = 'by-content' | 'pickle' | 'int' | 'bool' | 'text' | 'bytes'

/** A stored value without what its container puts around it. */
export interface Payload {
  readonly container: CacheContainer
  /** null: it cannot be reached; see `problem`. */
  readonly data: Buffer | null
  readonly kind: PayloadKind
  /** Whether it is compressed: `always` (with zlib), `never`, or as its first bytes tell. */
  readonly compressed: 'always' | 'never' | 'by-content'
  readonly flags: number | null
  readonly fileExpiry: FileExpiry | null
  readonly problem: DecodeProblem | null
}

const BASE64_OF_PICKLE = /^gA[I-X]/
const NOT_BASE64 = /[^A-Za-z0-9+/=]/
/** Item flags that pymemcache and pylibmc both use. */
const FLAG = { pickle: 1, integer: 2, long: 4, zlib: 8, text: 16 } as const
const KNOWN_FLAGS = 31

export function openContainer(bytes: Buffer, context: CacheContext): Payload {
  switch (context.container ?? findContainer(bytes, context)) {
    case 'file-cache':
      return openFile(bytes)
    case 'database-cache':
      return openDatabaseValue(bytes, context)
    case 'memcached':
      return openItem(bytes, context)
    case 'redis':
      return { ...plain(bytes), container: 'redis' }
    case 'plain':
      return plain(bytes)
  }
}

function findContainer(bytes: Buffer, { flags }: CacheContext): CacheContainer {
  if (flags !== null) return 'memcached'
  if (BASE64_OF_PICKLE.test(bytes.toString('latin1', 0, 4))) return 'database-cache'
  const header = readFileHeader(bytes)
  return header !== null && compressorOf('zlib')?.looksPacked(bytes.subarray(header.sizeBytes)) === true ? 'file-cache' : 'plain'
}

function plain(bytes: Buffer): Payload {
  return { container: 'plain', data: bytes, kind: 'by-content', compressed: 'by-content', flags: null, fileExpiry: null, problem: null }
}

/** `pickle(expiry)` and then `zlib(pickle(value))` (django/core/cache/backends/filebased.py). */
function openFile(bytes: Buffer): Payload {
  const file = { ...plain(bytes), container: 'file-cache', kind: 'pickle', compressed: 'always' } as const
  const header = readFileHeader(bytes)
  if (header === null) return { ...file, data: null, problem: cacheProblem('shape', bytes.length === 0 ? 'empty-value' : 'file-header', 0) }
  const { expiry, sizeBytes } = header
  const rest = bytes.subarray(sizeBytes)
  const isPacked = compressorOf('zlib')?.looksPacked(rest) === true
  return { ...file, data: isPacked ? rest : null, fileExpiry: expiry, problem: isPacked ? null : cacheProblem('shape', 'file-not-packed', sizeBytes) }
}

/** Base64 of a pickle in a text column; up to 6.0 Django skips what is none (django/core/cache/backends/db.py). */
function openDatabaseValue(bytes: Buffer, { djangoVersion }: CacheContext): Payload {
  const text = bytes.toString('latin1')
  const data = decodeStandardBase64(text)
  const isStrict = djangoVersion === null || djangoVersion === undefined || djangoVersion === '6.1'
  const stray = NOT_BASE64.exec(text)?.index ?? null
  const value = { ...plain(bytes), container: 'database-cache', data, kind: 'by-content', compressed: 'never' } as const
  // Shown all the same, as far as it goes: most often only the padding is gone.
  if (data === null) return { ...value, data: Buffer.from(text, 'base64'), problem: cacheProblem('base64', 'base64-damaged') }
  return isStrict && stray !== null ? { ...value, problem: cacheProblem('base64', 'base64-stray', stray) } : value
}

/** An item of memcached: its flags tell what made it (pymemcache/serde.py, and the same numbers in pylibmc). */
function openItem(bytes: Buffer, { flags, settings }: CacheContext): Payload {
  const item = { ...plain(bytes), container: 'memcached', flags } as const
  if (flags === null) return item
  const compressed = (flags & FLAG.zlib) === 0 ? 'never' : 'always'
  const fault = (flags & ~KNOWN_FLAGS) === 0 ? null : cacheProblem('shape', 'bad-flags', null, { flags })
  return { ...item, compressed, kind: kindOf(flags, settings?.reader === 'pylibmc'), problem: fault }
}

function kindOf(flags: number, isPylibmc: boolean): PayloadKind {
  if ((flags & FLAG.text) !== 0) return 'text'
  if ((flags & FLAG.integer) !== 0) return isPylibmc ? 'bool' : 'int'
  if ((flags & FLAG.long) !== 0) return 'int'
  return (flags & FLAG.pickle) === 0 ? 'bytes' : 'pickle'
}
