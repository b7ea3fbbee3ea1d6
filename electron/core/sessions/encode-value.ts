import type { CacheForm } from '../../../shared/model/cache-form.ts'
import type { EncodedValue } from '../../../shared/model/decode.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { dataChecks } from '../codecs/data-checks.ts'
import type { Decoder } from '../codecs/decoder.ts'

/**
 * The value of a cache with other data, in the form it was found in. Nothing is stored.
 * @throws DATA_INVALID, DATA_UNSAFE as `Decoder.encode`
 */
export async function encodeValue(decoder: Decoder, input: { readonly data: string; readonly before: string | null; readonly form: CacheForm }, signal: AbortSignal): Promise<EncodedValue> {
  const { data, before, form } = input
  const bytes = await decoder.encode({ data, form }, signal)
  const after = parse(data)
  const serializer = form.serializer === 'pickle' || form.serializer === 'msgpack' ? form.serializer : 'json'
  return {
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    sizeBytes: bytes.byteLength,
    checks: [{ level: 'ok', sentence: { id: 'changes.checks.unsigned', params: {} } }, ...(after === null ? [] : dataChecks(before === null ? null : parse(before), after, serializer))],
  }
}

function parse(notation: string): DataNode | null {
  const parsed = parseNotation(notation)
  return parsed.ok ? parsed.node : null
}
