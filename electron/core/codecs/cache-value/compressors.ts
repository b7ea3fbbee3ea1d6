import { constants, deflateSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { LIMITS } from '../../../../shared/limits.ts'
import { inflateUpTo } from '../zlib-limit.ts'
import type { CompressorId } from './form.ts'
import { packLz4, unpackLz4 } from './lz4/frame.ts'
import { UnpackFault } from './unpack-fault.ts'
import type { UnpackReason } from './unpack-fault.ts'
import { packXz, unpackXz } from './xz/xz.ts'

/** A compressor of django-redis (`django_redis.compressors`), as it writes and reads. */
export interface Compressor {
  readonly id: CompressorId
  readonly looksPacked: (data: Buffer) => boolean
  /** @throws UnpackFault or the error of zlib */
  readonly unpack: (data: Buffer, limitBytes: number) => Buffer
  readonly pack: (data: Buffer, level: number | null) => Buffer
  /** What the header tells of the level. null: nothing. */
  readonly levelOf: (packed: Buffer) => number | null
  /** Only longer values are compressed. */
  readonly minLength: number
}

/** Levels by the two bits of a zlib header: fastest, fast, the default, the best. */
const ZLIB_LEVELS = [1, 5, 6, 9]
const GZIP_BEST = 2
const GZIP_FASTEST = 4
/** Larger windows than all output may be are refused before memory is set aside for them. */
const ZSTD_WINDOW_LOG = Math.ceil(Math.log2(LIMITS.inflateBytes))

const unknownLevel = (): null => null

export const COMPRESSORS: readonly Compressor[] = [
  {
    id: 'zlib',
    looksPacked: (data) => data.length > 2 && (data.readUInt8(0) & 0x8f) === 0x08 && data.readUInt16BE(0) % 31 === 0,
    unpack: (data, limitBytes) => {
      const inflated = inflateUpTo(data, limitBytes)
      if (inflated.ok) return inflated.data
      throw new UnpackFault(ZLIB_REASONS[inflated.reason])
    },
    pack: (data, level) => deflateSync(data, { level: level ?? constants.Z_DEFAULT_COMPRESSION }),
    levelOf: (packed) => ZLIB_LEVELS[packed.readUInt8(1) >> 6] ?? null,
    minLength: 15,
  },
  {
    id: 'gzip',
    looksPacked: startsWith('1f8b08'),
    unpack: (data, limitBytes) => gunzipSync(data, { maxOutputLength: limitBytes }),
    pack: (data, level) => gzipSync(data, { level: level ?? constants.Z_BEST_COMPRESSION }),
    levelOf: (packed) => (packed[8] === GZIP_BEST ? 9 : packed[8] === GZIP_FASTEST ? 1 : 6),
    minLength: 15,
  },
  { id: 'lzma', looksPacked: startsWith('fd377a585a00'), unpack: unpackXz, pack: packXz, levelOf: unknownLevel, minLength: 100 },
  { id: 'lz4', looksPacked: startsWith('04224d18'), unpack: unpackLz4, pack: packLz4, levelOf: unknownLevel, minLength: 15 },
  {
    id: 'zstd',
    looksPacked: startsWith('28b52ffd'),
    unpack: (data, limitBytes) => zstdDecompressSync(data, { maxOutputLength: limitBytes, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
    pack: (data) => zstdCompressSync(data, { params: { [constants.ZSTD_c_contentSizeFlag]: 1 }, pledgedSrcSize: data.length }),
    levelOf: unknownLevel,
    minLength: 15,
  },
]

export function compressorOf(id: CompressorId): Compressor | null {
  return COMPRESSORS.find((compressor) => compressor.id === id) ?? null
}

/** `not-packed`: django-redis takes the bytes as they are. */
export type Unpacked = { readonly ok: true; readonly data: Buffer } | { readonly ok: false; readonly reason: UnpackReason }

/** Never more than the limit, whatever the bytes claim. */
export function unpack(compressor: Compressor, data: Buffer, limitBytes: number = LIMITS.inflateBytes): Unpacked {
  if (!compressor.looksPacked(data)) return { ok: false, reason: 'not-packed' }
  try {
    return { ok: true, data: compressor.unpack(data, limitBytes) }
  } catch (error) {
    return { ok: false, reason: error instanceof UnpackFault ? error.reason : reasonOf(error) }
  }
}

const ZLIB_REASONS = {
  'not-zlib': 'not-packed',
  'zlib-damaged': 'packed-damaged',
  'zlib-truncated': 'packed-truncated',
  'zlib-checksum': 'packed-checksum',
  'inflate-size': 'inflate-size',
} as const

/** Node's errors of gzip and zstd. */
function reasonOf(error: unknown): UnpackReason {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: '' }
  if (code === 'ERR_BUFFER_TOO_LARGE' || code === 'ZSTD_error_frameParameter_windowTooLarge') return 'inflate-size'
  if (code === 'Z_BUF_ERROR') return 'packed-truncated'
  return message === 'incorrect data check' || code === 'ZSTD_error_checksum_wrong' ? 'packed-checksum' : 'packed-damaged'
}

function startsWith(hex: string): (data: Buffer) => boolean {
  const magic = Buffer.from(hex, 'hex')
  return (data) => data.subarray(0, magic.length).equals(magic)
}
