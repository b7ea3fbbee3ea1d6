import { describe, expect, it } from 'vitest'
import type { SessionState, SignatureReason } from '../../../../shared/model/session.ts'
import { stampOf } from './stamp.ts'
import type { StampSubject } from './stamp.ts'

const good: StampSubject = { format: 'django-signed', signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null }, djangoSees: 'data', problem: null, data: '{}' }
const bad = (reason: SignatureReason): StampSubject => ({ ...good, signature: { state: 'bad', verifiedBy: null, reason }, djangoSees: 'empty' })
const word = (text: StampSubject, state: SessionState | null = 'live', keyCount = 3): string => stampOf(text, state, keyCount).word

describe('the stamp of a ticket', () => {
  it('says which key verified it', () => {
    expect(word(good)).toBe('verified')
    expect(stampOf({ ...good, signature: { ...good.signature, verifiedBy: 'SECRET_KEY_FALLBACKS[1]' } }, 'live', 3)).toEqual({ word: 'fallback', tone: 'fallback', fallback: 2 })
  })

  it('puts unreadable before expired, expired before the key', () => {
    expect(word(bad('wrong-key'), 'expired')).toBe('wrongKey')
    expect(word({ ...good, problem: { step: 'zlib', reason: 'zlib-damaged', position: null }, djangoSees: 'empty' } as StampSubject, 'expired')).toBe('refused')
    expect(word({ ...good, signature: { ...good.signature, verifiedBy: 'SECRET_KEY_FALLBACKS[0]' } }, 'expired')).toBe('expired')
    expect(word({ ...good, signature: { state: 'unchecked', verifiedBy: null, reason: null } }, 'expired')).toBe('expired')
  })

  it('names each reason for which Django refuses a signature', () => {
    expect((['wrong-salt', 'too-old', 'altered', 'truncated', 'wrong-key'] as const).map((reason) => word(bad(reason)))).toEqual(['wrongSalt', 'tooOld', 'refused', 'refused', 'wrongKey'])
  })

  it('does not call verified what is too old, though its signature is good', () => {
    expect(word({ ...good, signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: 'too-old' }, djangoSees: 'empty' })).toBe('tooOld')
  })

  it('never says verified of what was not checked', () => {
    expect(word({ ...good, signature: { state: 'unchecked', verifiedBy: null, reason: null } })).toBe('notVerified')
    expect(word({ ...good, signature: { state: 'absent', verifiedBy: null, reason: null } })).toBe('notVerified')
    expect(word({ ...good, format: 'unknown' })).toBe('notDjango')
  })

  it('tells what is Django’s from what is not, whatever its signature says', () => {
    expect((['jwt', 'flask', 'php', 'itsdangerous'] as const).map((format) => word({ ...good, format }))).toEqual(Array.from({ length: 4 }, () => 'notDjango'))
    expect(word({ ...good, format: 'django-other' })).toBe('noSession')
  })

  it('does not ask a signature of a cache', () => {
    const cached: StampSubject = { ...good, format: 'django-cache', signature: { state: 'absent', verifiedBy: null, reason: null } }
    expect(word(cached)).toBe('unsigned')
    expect(word({ ...cached, djangoSees: 'error' })).toBe('refused')
  })

  it('does not call wrong what only this Django refuses', () => {
    expect((['no-fallbacks', 'other-hash', 'other-format'] as const).map((reason) => word({ ...good, signature: { ...good.signature, reason }, djangoSees: 'empty' }))).toEqual(['refused', 'refused', 'refused'])
  })

  it('says empty of a verified session without keys', () => {
    expect(word(good, 'live', 0)).toBe('empty')
  })
})
