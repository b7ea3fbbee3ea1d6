import { isDjangoSession } from '../../../../shared/model/session.ts'
import type { DecodedText, SessionState } from '../../../../shared/model/session.ts'

/** A verdict by Django's rules, in one word of the catalogue (`inspector.stamps.*`). */
export interface Stamp {
  readonly word: 'verified' | 'fallback' | 'expired' | 'refused' | 'wrongSalt' | 'wrongKey' | 'tooOld' | 'notVerified' | 'unsigned' | 'noSession' | 'empty' | 'notDjango' | 'reached'
  readonly tone: 'ok' | 'fallback' | 'warn' | 'bad' | 'neutral'
  /** Which fallback key it is, counted from 1; null: it is none. */
  readonly fallback: number | null
}

const stamp = (word: Stamp['word'], tone: Stamp['tone'], fallback: number | null = null): Stamp => ({ word, tone, fallback })

export type StampSubject = Pick<DecodedText, 'format' | 'signature' | 'djangoSees' | 'problem' | 'data'>

/** One stamp for each ticket, the gravest first: unreadable, expired, refused for what is in it, the key. */
export function stampOf(text: StampSubject, state: SessionState | null, keyCount: number | null): Stamp {
  const { signature } = text
  // Django made it, for something else than a session.
  if (text.format === 'django-other') return stamp('noSession', 'neutral')
  if (!isDjangoSession(text.format)) return stamp('notDjango', 'neutral')
  // A good signature may be refused too: for its age, or for the place it was made for.
  if (signature.state === 'bad' || signature.reason !== null) return badStamp(signature.reason)
  if (text.problem !== null) return stamp('refused', 'bad')
  if (state === 'expired') return stamp('expired', 'bad')
  if (text.djangoSees !== 'data' && signature.state === 'valid') return stamp('refused', 'bad')
  // A cache has no signatures to check.
  if (signature.state === 'absent' && (text.format === 'django-cache' || text.format === 'django-pickle')) return text.djangoSees === 'data' ? stamp('unsigned', 'neutral') : stamp('refused', 'bad')
  if (signature.state !== 'valid') return stamp('notVerified', 'warn')
  if (keyCount === 0) return stamp('empty', 'neutral')
  const fallback = fallbackNumber(signature.verifiedBy)
  return fallback === null ? stamp('verified', 'ok') : stamp('fallback', 'fallback', fallback)
}

function badStamp(reason: StampSubject['signature']['reason']): Stamp {
  switch (reason) {
    case 'wrong-salt': return stamp('wrongSalt', 'warn')
    case 'too-old': return stamp('tooOld', 'bad')
    case 'no-fallbacks':
    case 'other-hash':
    case 'other-format':
    case 'altered':
    case 'truncated': return stamp('refused', 'bad')
    default: return stamp('wrongKey', 'bad')
  }
}

/** `SECRET_KEY_FALLBACKS[0]` → 1, as people count. */
export function fallbackNumber(keyName: string | null): number | null {
  const index = /^SECRET_KEY_FALLBACKS\[(\d+)\]$/.exec(keyName ?? '')?.[1]
  return index === undefined ? null : Number(index) + 1
}
