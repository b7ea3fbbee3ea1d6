import type { DecodedText, DecodeProblem, SerializerId, Signature } from '../../../shared/model/session.ts'
import type { DecodeContext } from './decoder.ts'
import { rulesOf } from './django-rules.ts'
import { legacyRefusal } from './legacy-text.ts'
import { canLoad, isOursOnly } from './load-data.ts'

/** What is known of one text: the ground of its verdict. */
export interface Findings {
  readonly format: 'django-signed' | 'django-legacy'
  readonly text: string
  readonly inCookie: boolean
  readonly signature: Signature
  readonly salt: string | null
  readonly signatureChars: number
  /** Milliseconds since 1970 UTC; null: has no age limit, or no readable time. */
  readonly goodUntil: number | null
  readonly isTooOld: boolean
  readonly serializer: SerializerId | null
  readonly problem: DecodeProblem | null
}

type Sees = DecodedText['djangoSees']

/**
 * What the site's Django gets from `SessionBase.decode`, or from `load` of signed_cookies. Up to 3.2, what cannot be read goes
 * through the decoder of the old format, which raises over bad base64; from 4.0 on nothing raises.
 */
export function whatDjangoSees(found: Findings, context: DecodeContext): Sees {
  const isAccepted = isTrusted(found.signature) && !found.isTooOld
  const sees = isAccepted ? seesContent(found, context) : 'empty'
  const rules = rulesOf(context.djangoVersion)
  if (sees !== 'empty' || found.inCookie || !rules.readsLegacy) return sees
  const isUnguarded = rules.rowHashes.length === 0 || (isAccepted && found.format === 'django-signed')
  return isUnguarded ? legacyRefusal(found.text) : 'empty'
}

/** What a row that is no session at all does to Django. */
export function whatDjangoSeesOfOther(text: string, context: DecodeContext): Sees {
  const { readsLegacy, rowHashes } = rulesOf(context.djangoVersion)
  return context.place === 'row' && readsLegacy && rowHashes.length === 0 ? legacyRefusal(text) : 'empty'
}

/** Accepted by Django, as far as the keys tell. */
export function isTrusted({ state, reason }: Signature): boolean {
  return reason === null && (state === 'valid' || state === 'unchecked')
}

function seesContent({ problem, serializer }: Findings, context: DecodeContext): Sees {
  if (problem?.reason === 'inflate-size') return 'data'
  if (serializer === null || !canLoad(serializer, context)) return 'empty'
  if (problem !== null && isOursOnly(problem, serializer === 'pickle')) return 'data'
  if (problem === null) return 'data'
  return problem.step === 'not-a-dict' ? 'error' : 'empty'
}
