import type { CacheForm } from '../../../../shared/model/cache-form.ts'
import type { CompressorId } from '../../../../shared/model/store.ts'
import type { DecodedText, Sentence } from '../../../../shared/model/session.ts'

/** One wrapping of the value, from the outside in: what stands around it, how it is packed, what wrote it. */
export interface CacheLayer {
  readonly id: 'container' | 'base64' | 'head' | 'compression' | 'herd' | 'serializer'
  /** Below `inspector.anatomy.*`. */
  readonly name: Sentence
  /** null: not reached, or not known. */
  readonly sizeBytes: number | null
}

/** How this value is packed; what its writer would do with others is in the form. */
export function compressorIn({ compressed, cache }: DecodedText): CompressorId {
  return compressed && cache !== null ? cache.compression.compressor : 'none'
}

/** Bytes as they are stored: known of a text by its length, of base64 by what it stands for. */
export function storedBytes(text: DecodedText): number {
  if (!showsBase64(text)) return new TextEncoder().encode(text.text).length
  const padding = text.text.endsWith('==') ? 2 : text.text.endsWith('=') ? 1 : 0
  return (text.text.length / 4) * 3 - padding
}

/** Whether the text that is shown stands for bytes that are no text. */
export function showsBase64(text: DecodedText): boolean {
  const { cache } = text
  if (cache === null || cache.container === 'database-cache') return false
  return (text.compressed || cache.serializer === 'pickle' || cache.serializer === 'msgpack' || text.data === null) && text.text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text.text)
}

export function cacheLayers(text: DecodedText): readonly CacheLayer[] {
  const { cache, packedBytes, dataBytes } = text
  if (cache === null) return []
  const compressor = compressorIn(text)
  const layer = (id: CacheLayer['id'], name: string, sizeBytes: number | null, params: Sentence['params'] = {}): CacheLayer => ({ id, name: { id: `inspector.anatomy.${name}`, params }, sizeBytes })
  return [
    layer('container', `containers.${cache.container}`, storedBytes(text)),
    ...(cache.container === 'database-cache' ? [layer('base64', 'base64', packedBytes)] : []),
    ...(cache.fileExpiry === null ? [] : [layer('head', 'fileHead', packedBytes === null ? null : storedBytes(text) - packedBytes)]),
    ...(compressor === 'none' ? [] : [layer('compression', 'packed', packedBytes, { compressor })]),
    ...(cache.herd === null ? [] : [layer('herd', 'herd', null)]),
    layer('serializer', ...serializerName(cache, dataBytes)),
  ]
}

function serializerName({ serializer, pickle }: CacheForm, dataBytes: number | null): [name: string, sizeBytes: number | null, params: Sentence['params']] {
  return [`cacheSerializers.${serializer}`, dataBytes, { protocol: pickle?.protocol ?? '' }]
}
