import { formatNotation } from '../../../../shared/values/notation.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { DecodedText } from '../../../../shared/model/session.ts'
import { ABSENT } from '../check-signature.ts'
import type { DecodeContext } from '../decoder.ts'
import { loadData } from '../load-data.ts'
import { decodeText } from '../session-text.ts'
import { isDjangoText } from '../text-shape.ts'
import { inflateUpTo } from '../zlib-limit.ts'

const INDENT = 2
const ZLIB = 0x78

/** A value that is bytes, as a cache keeps it: the one seam to the codecs of cache values. */
export function decodeBytes(bytes: Buffer, context: DecodeContext): DecodedText {
  const text = bytes.toString('latin1')
  if (isDjangoText(text)) return decodeText(text, context)
  const inflated = bytes[0] === ZLIB ? inflateUpTo(bytes, LIMITS.inflateBytes) : null
  const data = inflated?.ok === true ? inflated.data : bytes
  const { node, serializer, problem } = loadData(data)
  return {
    format: 'django-cache',
    text: bytes.toString('base64'),
    parts: null,
    habit: null,
    salt: null,
    signature: ABSENT,
    keysTried: [],
    signedAt: null,
    goodUntil: null,
    serializer,
    compressed: inflated?.ok === true,
    packedBytes: bytes.length,
    dataBytes: data.length,
    data: node === null ? null : formatNotation(node, { indent: INDENT, interchange: false }),
    djangoSees: problem === null ? 'data' : 'empty',
    problem,
    verdict: { id: problem === null ? 'foreign.cacheValue' : 'foreign.cacheUnread', params: {} },
  }
}
