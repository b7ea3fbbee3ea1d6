import { CoatcheckError } from '../../../shared/errors.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { writePythonJson } from '../../../shared/values/python-json.ts'
import type { EncodeRequest } from './decoder.ts'
import { isUsable, signData } from './signing.ts'

/**
 * Text that Django reads as this session data (`SessionBase.encode`).
 * @throws DATA_INVALID with a position, when `data` is not notation or not a dict; SIGNATURE_KEY_MISSING when the key is empty
 */
export function encodeSession({ data, salt, key, compress, now }: EncodeRequest): Uint8Array {
  const parsed = parseNotation(data)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', parsed.message, { position: parsed.position })
  if (parsed.node.kind !== 'dict') throw new CoatcheckError('DATA_INVALID', 'Session data is an object; Django cannot use anything else.', { position: 0 })
  if (!isUsable(key)) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'An empty key signs nothing.', { subject: key.name })
  const json = Buffer.from(writePythonJson(parsed.node), 'latin1')
  return Buffer.from(signData(json, { key, salt, compress, now }), 'utf8')
}
