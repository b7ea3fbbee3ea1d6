import { CoatcheckError } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { DecodedText, DecodeProblem } from '../../../shared/model/session.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { decodeBase62 } from './base62.ts'
import { ABSENT, checkSignature, isCookie } from './check-signature.ts'
import type { DecodeContext } from './decoder.ts'
import { loadJson, unpackPayload } from './payload.ts'
import { problem } from './problem.ts'
import { isTooOld } from './signing.ts'
import { isNearlyDjangoText, nameForeignText, readLegacy, splitText } from './text-shape.ts'
import type { TextShape } from './text-shape.ts'
import { foreignVerdict, giveVerdict, whatDjangoSees } from './verdict.ts'
import type { Findings } from './verdict.ts'

const INDENT = 2
/** Largest instant of a JavaScript `Date`. */
const LAST_MS = 8.64e15

/**
 * One stored value or cookie taken apart, as Django 4.0 and later would judge it (`SessionBase.decode`, `signed_cookies.load`).
 * Its signature is checked first; text that fails is unpacked too, under the same limits, because people want to read it.
 * @throws DATA_TOO_LARGE when it is longer than `LIMITS.storedValueBytes`
 */
export function decodeSessionText(bytes: Uint8Array, context: DecodeContext): DecodedText {
  if (bytes.byteLength > LIMITS.storedValueBytes) {
    throw new CoatcheckError('DATA_TOO_LARGE', `The stored value has ${bytes.byteLength} bytes; the limit is ${LIMITS.storedValueBytes}.`)
  }
  return decodeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), context)
}

export function decodeText(text: string, context: DecodeContext): DecodedText {
  const shape = splitText(text)
  const check = shape.signature === null ? { signature: ABSENT, salt: null } : checkSignature(text.slice(0, text.lastIndexOf(':')), shape.signature, context)
  const isSigned = check.signature.state === 'valid' || check.signature.reason === 'wrong-salt'
  if (!isSigned && !isNearlyDjangoText(text)) return foreignText(text, context)

  const seconds = shape.stamp === null ? null : decodeBase62(shape.stamp)
  const age = judgeAge(seconds, isCookie(context, check.salt), context)
  const content = readContent(shape.payload)
  const found: Findings = {
    signature: age.isTooOld && check.signature.state === 'valid' ? { ...check.signature, reason: 'too-old' } : check.signature,
    salt: check.salt,
    signatureChars: shape.signature?.length ?? 0,
    goodUntil: age.goodUntil,
    isTooOld: age.isTooOld,
    problem: shapeProblem(shape) ?? age.problem ?? content.problem,
  }
  return {
    format: 'django-signed',
    text,
    parts: shape.spans,
    salt: found.salt,
    signature: found.signature,
    keysTried: context.keyring.map(({ name }) => name),
    signedAt: age.signedAt,
    goodUntil: found.goodUntil,
    serializer: content.node === null ? null : 'json',
    compressed: shape.payload.startsWith('.'),
    packedBytes: content.packedBytes,
    dataBytes: content.dataBytes,
    data: content.node === null ? null : notation(content.node),
    djangoSees: whatDjangoSees(found),
    problem: found.problem,
    verdict: giveVerdict(found, context),
  }
}

interface Content {
  readonly node: DataNode | null
  readonly packedBytes: number | null
  readonly dataBytes: number | null
  readonly problem: DecodeProblem | null
}

function readContent(payload: string): Content {
  const { data, packedBytes, problem: fault } = unpackPayload(payload, LIMITS.inflateBytes)
  if (data === null) return { node: null, packedBytes, dataBytes: null, problem: fault }
  return { ...loadJson(data), packedBytes, dataBytes: data.length }
}

function shapeProblem({ stamp, signature }: TextShape): DecodeProblem | null {
  if (signature === null) return problem('shape', 'no-signature')
  return stamp === null ? problem('timestamp', 'no-timestamp') : null
}

interface Age {
  readonly signedAt: number | null
  readonly goodUntil: number | null
  readonly isTooOld: boolean
  readonly problem: DecodeProblem | null
}

/** Django reads the time of every text, and compares it with an age for cookies only. */
function judgeAge(seconds: number | null, hasLimit: boolean, { maxAgeSeconds, now }: DecodeContext): Age {
  if (seconds === null) return { signedAt: null, goodUntil: null, isTooOld: false, problem: problem('timestamp', 'bad-timestamp') }
  const isHuge = hasLimit && !Number.isFinite(seconds)
  return {
    signedAt: dateOrNull(seconds * 1000),
    goodUntil: hasLimit ? dateOrNull((seconds + maxAgeSeconds) * 1000) : null,
    isTooOld: hasLimit && !isHuge && isTooOld(seconds, maxAgeSeconds, now),
    problem: isHuge ? problem('timestamp', 'huge-timestamp') : null,
  }
}

function dateOrNull(epochMs: number): number | null {
  return Math.abs(epochMs) <= LAST_MS ? epochMs : null
}

function foreignText(text: string, context: DecodeContext): DecodedText {
  const reason = nameForeignText(text)
  const body = reason === 'legacy-format' ? readLegacy(text) : null
  const node = body === null ? null : loadJson(body).node
  return {
    format: 'unknown',
    text,
    parts: null,
    salt: null,
    signature: ABSENT,
    keysTried: context.keyring.map(({ name }) => name),
    signedAt: null,
    goodUntil: null,
    serializer: node === null ? null : 'json',
    compressed: false,
    packedBytes: null,
    dataBytes: body?.length ?? null,
    data: node === null ? null : notation(node),
    djangoSees: 'empty',
    problem: problem('shape', reason),
    verdict: foreignVerdict(reason),
  }
}

function notation(node: DataNode): string {
  return formatNotation(node, { indent: INDENT, interchange: false })
}
