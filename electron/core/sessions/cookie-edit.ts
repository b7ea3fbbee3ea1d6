import { CoatcheckError } from '../../../shared/errors.ts'
import type { ChangeCheck } from '../../../shared/model/change.ts'
import type { EpochMicros } from '../../../shared/model/session.ts'
import { COOKIE_BYTES, cookieBytes } from '../codecs/data-checks.ts'
import type { ChangeOfStored } from './prepare.ts'
import type { SessionSource } from './session-source.ts'
import { placeOf, toMicros } from './session-source.ts'

/** What signing a cookie anew does beside its data. */
export interface CookieEdit {
  readonly expireDate: EpochMicros
  readonly checks: readonly ChangeCheck[]
}

/** null: what is edited is no cookie. */
export function cookieEdit(source: SessionSource, value: Uint8Array, now: number): CookieEdit | null {
  if (placeOf(source) !== 'cookie') return null
  const { cookieName, cookieAgeSeconds } = source.settings
  const expireDate = toMicros((Math.floor(now / 1000) + cookieAgeSeconds) * 1000)
  const bytes = cookieBytes(cookieName, Buffer.from(value).toString('utf8'), cookieAgeSeconds)
  const until = `${new Date(expireDate / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const checks: ChangeCheck[] = bytes > COOKIE_BYTES ? [{ level: 'warn', sentence: { id: 'changes.checks.cookieSize', params: { bytes } } }] : []
  return { expireDate, checks: [...checks, { level: 'ok', sentence: { id: 'changes.checks.ageRestarts', params: { until } } }] }
}

/** @throws STORE_UNSUPPORTED for an expiry that no signed cookie has */
export function assertCookieChange(source: SessionSource, change: ChangeOfStored): void {
  if (placeOf(source) !== 'cookie') return
  const endsNow = change.kind === 'edit' && change.expiry?.kind === 'now'
  if (change.kind === 'expire' || endsNow) throw cookieEndsByAge()
}

export function cookieEndsByAge(): CoatcheckError {
  return new CoatcheckError('STORE_UNSUPPORTED', 'sessions.cookieEnds', { hint: 'next.cookieEndsWithKey' })
}
