import type { DecodedText, Sentence } from '../../../shared/model/session.ts'
import type { verdicts } from '../../../shared/words/en/verdicts.ts'
import type { DecodeContext } from './decoder.ts'
import type { Findings } from './django-sees.ts'
import { canLoad } from './load-data.ts'
import { SIGNATURE_CHARS } from './salted-hmac.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'
import { hashOfSignature } from './signing.ts'

type Params = Readonly<Record<string, string | number>>
type VerdictId = Exclude<keyof typeof verdicts, 'problems'>

/** One sentence on a session text: who signed it, and what Django makes of it. */
export function giveVerdict(found: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  if (found.format === 'django-legacy') return legacyVerdict(found, sees, context)
  if (found.signature.reason === 'other-format') return atVersion(sees === 'error' ? 'newFormatError' : 'newFormat', context)
  switch (found.signature.state) {
    case 'absent':
      return sees === 'error' ? atVersion('absentError', context) : verdict('absent')
    case 'bad':
      return refusedVerdict(found, sees, context)
    case 'unchecked':
      return uncheckedVerdict(found, sees, context)
    case 'valid':
      return verifiedVerdict(found, sees, context)
  }
}

const FOREIGN: Readonly<Record<string, VerdictId>> = {
  'no-text': 'empty',
  'session-key': 'sessionKey',
  'json-web-token': 'jwt',
}

/** Verdict on a text that is no session. */
export function foreignVerdict(reason: string, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  const id = FOREIGN[reason]
  if (id !== undefined) return verdict(id)
  return sees === 'error' ? atVersion('notSessionError', context) : verdict('notSession')
}

function legacyVerdict(found: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  const { state, reason, verifiedBy } = found.signature
  if (sees === 'error') return atVersion(found.problem?.step === 'not-a-dict' ? 'legacyNotDict' : 'legacyError', context)
  if (reason === 'other-format' && found.inCookie) return verdict('legacyCookie')
  if (reason === 'other-format' || (context.djangoVersion ?? null) === null) return versioned('legacy', 'legacyAt', {}, context)
  if (reason === 'no-fallbacks') return verdict('legacyFallback')
  if (state === 'bad') return atVersion('legacyBad', context)
  if (sees === 'empty') return atVersion('legacyUnreadable', context)
  return state === 'unchecked' ? atVersion('legacyUnchecked', context) : atVersion('legacyVerified', context, { key: verifiedBy ?? '' })
}

function refusedVerdict({ signature, salt, signatureChars }: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  if (sees === 'error') return atVersion('newFormatError', context)
  switch (signature.reason) {
    case 'altered':
      return verdict('altered')
    case 'truncated':
      return verdict('truncated', { length: signatureChars, expected: SIGNATURE_CHARS.sha256 })
    case 'wrong-salt':
      return wrongSaltVerdict(salt)
    default:
      return verdict('bad')
  }
}

function wrongSaltVerdict(salt: string | null): Sentence {
  if (salt === ROW_SALT) return verdict('wrongSaltRow')
  if (salt === COOKIE_SALT) return verdict('wrongSaltCookie')
  return verdict('wrongSalt', { salt: salt ?? '' })
}

function uncheckedVerdict(found: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  const { problem, isTooOld, goodUntil, signature } = found
  if (signature.reason === 'other-hash') return hashVerdict(found, context)
  if (problem?.step === 'not-a-dict') return verdict('notDictUnchecked')
  if (problem !== null && sees === 'data') return verdict('overLimitUnchecked')
  if (problem !== null) return sees === 'error' ? atVersion('unreadableUncheckedError', context) : verdict('unreadableUnchecked')
  if (isTooOld && goodUntil !== null) return verdict('tooOldUnchecked', { until: instant(goodUntil) })
  return canLoad(found.serializer, context) ? verdict('unchecked') : serializerVerdict(found, sees, context)
}

function verifiedVerdict(found: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  const { signature, salt, problem, isTooOld, goodUntil } = found
  const key = signature.verifiedBy ?? ''
  const number = FALLBACK_NAME.exec(key)?.[1]
  if (signature.reason === 'other-hash') return hashVerdict(found, context)
  if (signature.reason === 'no-fallbacks') return atVersion('fallbackAt', context, { number: Number(number ?? 0) + 1 })
  if (isTooOld && goodUntil !== null) return verdict('tooOld', { until: instant(goodUntil) })
  if (problem?.step === 'not-a-dict') return verdict('notDict', { key })
  if (problem !== null && sees === 'data') return verdict('overLimit', { key })
  if (problem !== null) return sees === 'error' ? atVersion('unreadableError', context, { key }) : verdict('unreadable', { key })
  if (!canLoad(found.serializer, context)) return serializerVerdict(found, sees, context)
  const isBareRow = context.place === null && salt === ROW_SALT
  // With several sites open, the key's name says whose it is.
  if (number === undefined || !key.endsWith(']')) return verdict(isBareRow ? 'bareRow' : 'verified', { key })
  const count = context.keyring.filter(({ name }) => FALLBACK_NAME.test(name)).length
  return verdict(isBareRow ? 'bareRowFallback' : 'verifiedFallback', { number: Number(number) + 1, count })
}

/** Signed well, with the other hash. */
function hashVerdict({ text, signature }: Findings, context: DecodeContext): Sentence {
  const key = signature.verifiedBy
  if (hashOfSignature(text.slice(text.lastIndexOf(':') + 1)) === 'sha256') return key === null ? atVersion('sha256Unchecked', context) : atVersion('sha256', context, { key })
  return key === null ? versioned('sha1Unchecked', 'sha1UncheckedAt', {}, context) : versioned('sha1', 'sha1At', { key }, context)
}

/** Written by a serializer that the site does not read with. */
function serializerVerdict({ serializer, signature }: Findings, sees: DecodedText['djangoSees'], context: DecodeContext): Sentence {
  if (sees === 'error') return atVersion('unreadableError', context, { key: signature.verifiedBy ?? '' })
  const isConfigured = (context.serializer ?? null) !== null
  if (isConfigured) return verdict(serializer === 'pickle' ? 'pickleForJson' : 'jsonForPickle')
  return versioned('pickle', 'pickleAt', {}, context)
}

/** `SECRET_KEY_FALLBACKS[0]`; where several sites are open, the name goes on with the site's. */
const FALLBACK_NAME = /^SECRET_KEY_FALLBACKS\[(\d+)\]/

function verdict(id: VerdictId, params: Params = {}): Sentence {
  return { id: `verdicts.${id}`, params }
}

/** A sentence that only a site whose Django is known can get. */
function atVersion(id: VerdictId, context: DecodeContext, params: Params = {}): Sentence {
  return verdict(id, { ...params, version: context.djangoVersion ?? '' })
}

function versioned(unknown: VerdictId, known: VerdictId, params: Params, context: DecodeContext): Sentence {
  return (context.djangoVersion ?? null) === null ? verdict(unknown, params) : atVersion(known, context, params)
}

/** `2026-09-12 10:40:00 UTC`. */
function instant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
