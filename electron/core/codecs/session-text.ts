import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { DecodedText, DecodeProblem, TextHabit } from '../../../shared/model/session.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { decodeBase62 } from '../util/base62.ts'
import { ABSENT, checkLegacyHash, checkSignature, isCookie } from './check-signature.ts'
import type { DecodeContext } from './decoder.ts'
import { whatDjangoSees, whatDjangoSeesOfOther } from './django-sees.ts'
import type { Findings } from './django-sees.ts'
import { readLegacyText } from './legacy-text.ts'
import type { LegacyText } from './legacy-text.ts'
import { loadData } from './load-data.ts'
import type { LoadedData } from './load-data.ts'
import { unpackPayload } from './payload.ts'
import { writesFrames } from './pickle/write.ts'
import { problem } from './problem.ts'
import { hashOfSignature, isTooOld } from './signing.ts'
import { isNearlyDjangoText, nameForeignText, splitText } from './text-shape.ts'
import type { TextShape } from './text-shape.ts'
import { foreignVerdict, giveVerdict } from './verdict.ts'
import { deflateIfWorthwhile } from './zlib-limit.ts'

const INDENT = 2
/** Largest instant of a JavaScript `Date`. */
const LAST_MS = 8.64e15

/**
 * One stored value or cookie taken apart, as the site's Django would judge it (`SessionBase.decode`, `signed_cookies.load`).
 * Its signature is checked first; text that fails is unpacked too, under the same limits, because people want to read it.
 * @throws DATA_TOO_LARGE when it is longer than `LIMITS.storedValueBytes`
 */
export function decodeSessionText(bytes: Uint8Array, context: DecodeContext): DecodedText {
  if (bytes.byteLength > LIMITS.storedValueBytes) {
    throw new CoatcheckError('DATA_TOO_LARGE', reason('data.storedTooLong', { size: bytes.byteLength, limit: LIMITS.storedValueBytes }))
  }
  return decodeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), context)
}

export function decodeText(text: string, context: DecodeContext): DecodedText {
  const legacy = readLegacyText(text)
  if (legacy !== null) return decodeLegacy(text, legacy, context)
  const shape = splitText(text)
  const check = shape.signature === null ? { signature: ABSENT, salt: null } : checkSignature(text.slice(0, text.lastIndexOf(':')), shape.signature, context)
  const isSigned = check.signature.state === 'valid' || check.signature.reason === 'wrong-salt'
  if (!isSigned && !isNearlyDjangoText(text)) return otherText(text, context)

  const inCookie = isCookie(context, check.salt)
  const age = judgeAge(shape.stamp === null ? null : decodeBase62(shape.stamp), inCookie, context)
  const content = readContent(shape.payload)
  const found: Findings = {
    format: 'django-signed', text, inCookie,
    signature: age.isTooOld && check.signature.state === 'valid' && check.signature.reason === null ? { ...check.signature, reason: 'too-old' } : check.signature,
    salt: check.salt,
    signatureChars: shape.signature?.length ?? 0,
    goodUntil: age.goodUntil,
    isTooOld: age.isTooOld,
    serializer: content.serializer,
    problem: shapeProblem(shape) ?? age.problem ?? content.problem,
  }
  return {
    ...describe(found, content, context),
    parts: shape.spans,
    signedAt: age.signedAt,
    compressed: content.compressed,
    habit: { hash: hashOfSignature(shape.signature ?? ''), neverCompresses: content.neverCompresses, ...pickleHabit(content) },
  }
}

function decodeLegacy(text: string, legacy: LegacyText, context: DecodeContext): DecodedText {
  const { signature, salt } = checkLegacyHash(legacy, context)
  const content: Content = { ...loadData(legacy.body), compressed: false, neverCompresses: false, packedBytes: null, dataBytes: legacy.body.length }
  const found: Findings = {
    format: 'django-legacy', text, inCookie: context.place === 'cookie', signature, salt, signatureChars: legacy.hash.length, goodUntil: null, isTooOld: false,
    serializer: content.serializer,
    problem: legacy.isBase64 ? content.problem : problem('base64', 'bad-padding'),
  }
  return { ...describe(found, content, context), habit: { hash: 'sha1', neverCompresses: false, ...pickleHabit(content) } }
}

/** What is said of a session text in either format. */
function describe(found: Findings, content: Content, context: DecodeContext): Omit<DecodedText, 'habit'> {
  const djangoSees = whatDjangoSees(found, context)
  return {
    format: found.format,
    text: found.text,
    parts: null,
    salt: found.salt,
    signature: found.signature,
    keysTried: context.keyring.map(({ name }) => name),
    signedAt: null,
    goodUntil: found.goodUntil,
    serializer: content.node === null ? null : content.serializer,
    compressed: false,
    cache: null,
    pickle: content.pickle,
    packedBytes: content.packedBytes,
    dataBytes: content.dataBytes,
    data: content.node === null ? null : formatNotation(content.node, { indent: INDENT, interchange: false }),
    djangoSees,
    problem: found.problem,
    verdict: giveVerdict(found, djangoSees, context),
  }
}

interface Content extends LoadedData {
  readonly compressed: boolean
  readonly neverCompresses: boolean
  readonly packedBytes: number | null
  readonly dataBytes: number | null
}

function pickleHabit({ pickle, dataBytes }: Content): Pick<TextHabit, 'pickleProtocol' | 'pickleFramed'> {
  return { pickleProtocol: pickle?.protocol ?? null, pickleFramed: pickle === null ? null : writesFrames(pickle, dataBytes ?? 0) }
}

function readContent(payload: string): Content {
  const { data, compressed, packedBytes, problem: fault } = unpackPayload(payload, LIMITS.inflateBytes)
  if (data === null) return { node: null, serializer: null, pickle: null, compressed, neverCompresses: false, packedBytes, dataBytes: null, problem: fault }
  return { ...loadData(data), compressed, neverCompresses: !compressed && deflateIfWorthwhile(data) !== null, packedBytes, dataBytes: data.length }
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

export function dateOrNull(epochMs: number): number | null {
  return Math.abs(epochMs) <= LAST_MS ? epochMs : null
}

function otherText(text: string, context: DecodeContext): DecodedText {
  const reason = nameForeignText(text)
  const djangoSees = whatDjangoSeesOfOther(text, context)
  return {
    format: 'unknown',
    text,
    parts: null,
    salt: null,
    signature: ABSENT,
    keysTried: context.keyring.map(({ name }) => name),
    signedAt: null,
    goodUntil: null,
    serializer: null,
    compressed: false,
    habit: null,
    cache: null,
    pickle: null,
    packedBytes: null,
    dataBytes: null,
    data: null,
    djangoSees,
    problem: problem('shape', reason),
    verdict: foreignVerdict(reason, djangoSees, context),
  }
}
