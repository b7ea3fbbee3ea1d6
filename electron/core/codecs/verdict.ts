import type { DecodedText, DecodeProblem, Sentence, Signature } from '../../../shared/model/session.ts'
import type { verdicts } from '../../../shared/words/en/verdicts.ts'
import type { DecodeContext } from './decoder.ts'
import { SIGNATURE_CHARS } from './salted-hmac.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'

/** What a verdict is made from. */
export interface Findings {
  readonly signature: Signature
  readonly salt: string | null
  readonly signatureChars: number
  /** Milliseconds since 1970 UTC; null: has no age limit, or no readable time. */
  readonly goodUntil: number | null
  readonly isTooOld: boolean
  readonly problem: DecodeProblem | null
}

type Params = Readonly<Record<string, string | number>>

export function giveVerdict(findings: Findings, context: DecodeContext): Sentence {
  switch (findings.signature.state) {
    case 'absent':
      return verdict('absent')
    case 'bad':
      return refusedVerdict(findings)
    case 'unchecked':
      return uncheckedVerdict(findings)
    case 'valid':
      return verifiedVerdict(findings, context)
  }
}

/** What Django 4.0 and later get. */
export function whatDjangoSees({ signature, isTooOld, problem }: Findings): DecodedText['djangoSees'] {
  if (signature.state === 'bad' || signature.state === 'absent' || isTooOld) return 'empty'
  if (problem === null || problem.reason === 'inflate-size') return 'data'
  return problem.step === 'not-a-dict' ? 'error' : 'empty'
}

const FOREIGN: Readonly<Record<string, Exclude<keyof typeof verdicts, 'problems'>>> = {
  'no-text': 'empty',
  'session-key': 'sessionKey',
  'json-web-token': 'jwt',
  'legacy-format': 'legacy',
}

/** Verdict on a text that is no signed session. */
export function foreignVerdict(reason: string): Sentence {
  return verdict(FOREIGN[reason] ?? 'notSession')
}

function refusedVerdict({ signature, salt, signatureChars }: Findings): Sentence {
  switch (signature.reason) {
    case 'altered':
      return verdict('altered')
    case 'truncated':
      return verdict('truncated', { length: signatureChars, expected: SIGNATURE_CHARS })
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

function uncheckedVerdict({ problem, isTooOld, goodUntil }: Findings): Sentence {
  if (problem?.step === 'not-a-dict') return verdict('notDictUnchecked')
  if (problem?.reason === 'inflate-size') return verdict('overLimitUnchecked')
  if (problem !== null) return verdict('unreadableUnchecked')
  if (isTooOld && goodUntil !== null) return verdict('tooOldUnchecked', { until: instant(goodUntil) })
  return verdict('unchecked')
}

function verifiedVerdict({ signature, salt, problem, isTooOld, goodUntil }: Findings, context: DecodeContext): Sentence {
  const key = signature.verifiedBy ?? ''
  if (isTooOld && goodUntil !== null) return verdict('tooOld', { until: instant(goodUntil) })
  if (problem?.step === 'not-a-dict') return verdict('notDict', { key })
  if (problem?.reason === 'inflate-size') return verdict('overLimit', { key })
  if (problem !== null) return verdict('unreadable', { key })
  const isBareRow = context.place === null && salt === ROW_SALT
  const fallback = FALLBACK_NAME.exec(key)
  if (fallback === null) return verdict(isBareRow ? 'bareRow' : 'verified', { key })
  const count = context.keyring.filter(({ name }) => FALLBACK_NAME.test(name)).length
  return verdict(isBareRow ? 'bareRowFallback' : 'verifiedFallback', { number: Number(fallback[1]) + 1, count })
}

const FALLBACK_NAME = /^SECRET_KEY_FALLBACKS\[(\d+)\]$/

function verdict(id: Exclude<keyof typeof verdicts, 'problems'>, params: Params = {}): Sentence {
  return { id: `verdicts.${id}`, params }
}

/** `2026-09-12 10:40:00 UTC`. */
function instant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
