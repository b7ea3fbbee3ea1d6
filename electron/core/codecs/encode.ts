import { CoatcheckError } from '../../../shared/errors.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { encodeCacheValue } from './cache-value/encode.ts'
import type { CacheEncodeRequest, EncodeRequest } from './decoder.ts'
import { writeLegacyText } from './legacy-text.ts'
import { serialize } from './serialize.ts'
import { isUsable, signData } from './signing.ts'

/** Stored bytes of session data: a signed text, or the value of a cache. @throws as `encodeSession` and `encodeCacheValue` */
export function encodeData(request: EncodeRequest | CacheEncodeRequest): Uint8Array {
  if (!('form' in request)) return encodeSession(request)
  const { dict, positions } = parseDict(request.data)
  return encodeCacheValue(dict, request.form, positions)
}

/**
 * Text that Django reads as this session data (`SessionBase.encode`), in the format, with the hash and by the serializer asked for.
 * @throws DATA_INVALID with a position, when `data` is not notation or not a dict; DATA_UNSAFE where the serializer cannot carry it;
 * SIGNATURE_KEY_MISSING when the key is empty
 */
export function encodeSession(request: EncodeRequest): Uint8Array {
  const { data, salt, key, compress, now, format = 'django-signed', serializer = 'json', pickleProtocol = null, pickleFramed = null } = request
  const { dict, positions } = parseDict(data)
  if (!isUsable(key)) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'data.emptyKey', { subject: key.name })
  const body = serialize(dict, { serializer, pickleProtocol, pickleFramed, positions })
  const text = format === 'django-legacy' ? writeLegacyText(body, key, salt) : signData(body, { key, salt, compress, now, algorithm: request.algorithm ?? 'sha256' })
  return Buffer.from(text, 'utf8')
}

function parseDict(data: string): { readonly dict: DictNode; readonly positions: ReadonlyMap<DataNode, number> } {
  const parsed = parseNotation(data)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', { id: `verdicts.problems.${parsed.reason}`, params: {} }, { position: parsed.position })
  if (parsed.node.kind !== 'dict') throw new CoatcheckError('DATA_INVALID', 'data.dictOnly', { position: 0 })
  return { dict: parsed.node, positions: parsed.positions }
}
