import type { CompressionForm } from '../../../../shared/model/cache-form.ts'

export type { CacheForm, CacheSerializer, CompressionForm, FileExpiry, HerdForm, PickleForm } from '../../../../shared/model/cache-form.ts'
export type { CacheContainer, CompressorId } from '../../../../shared/model/store.ts'

export const NOT_COMPRESSED: CompressionForm = { compressor: 'none', level: null, aboveBytes: 0 }
