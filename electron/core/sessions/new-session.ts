import { randomInt } from 'node:crypto'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { ChangeCheck, ExpirySetting, PlannedChange } from '../../../shared/model/change.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { dataChecks } from '../codecs/data-checks.ts'
import type { NewSession } from '../stores/session-store.ts'
import { cookieEdit, cookieEndsByAge } from './cookie-edit.ts'
import { encoderForNew } from './encode-like.ts'
import { userId } from './inspect.ts'
import { logIn } from './log-in.ts'
import { layerSource } from './pair-inspect.ts'
import { parseDict } from './parse-dict.ts'
import { newExpiry } from './session-end.ts'
import type { SessionSource } from './session-source.ts'
import { placeOf } from './session-source.ts'

type Create = Extract<PlannedChange, { kind: 'create' }>

/** A session worked out before anything is written. */
export interface PreparedSession {
  readonly session: NewSession
  /** Typed notation of its data. */
  readonly data: string
  /** Whom it logs in, for people; null: nobody. */
  readonly loginName: string | null
  readonly checks: readonly ChangeCheck[]
}

/** VALID_KEY_CHARS and the length of `_get_new_session_key` (django/contrib/sessions/backends/base.py). */
const KEY_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const KEY_LENGTH = 32
/** Tells cookies made here apart in a jar. */
const COOKIE_KEY_LENGTH = 6
/** A session that logs somebody in ends soon, unless told otherwise. */
const LOGIN_EXPIRY: ExpirySetting = { kind: 'in', seconds: 3600 }

/**
 * `notLocalReason`: why nobody may be logged in here; null: it is this machine's own site.
 * @throws ACCESS_DENIED, DATA_INVALID, SIGNATURE_KEY_MISSING, STORE_UNSUPPORTED, and as `logIn`
 */
export async function prepareSession(source: SessionSource, change: Create, notLocalReason: Reason | null, now: number, signal: AbortSignal): Promise<PreparedSession> {
  const isCookie = placeOf(source) === 'cookie'
  if (isCookie && change.expiry !== null && change.expiry.kind !== 'default') throw cookieEndsByAge()
  if (change.expiry?.kind === 'now') throw new CoatcheckError('REQUEST_INVALID', 'sessions.endedNew')
  const given = parseDict(change.data)
  const isLogin = change.user !== null || userId(given) !== null
  if (isLogin && notLocalReason !== null) throw new CoatcheckError('ACCESS_DENIED', reason('sessions.nobodyLoggedIn', { reason: notLocalReason }), { hint: 'next.onlyLocalLogins' })
  const login = change.user === null ? null : await logIn(source, change.user, given, signal)
  const expiry = change.expiry ?? (isLogin && !isCookie ? LOGIN_EXPIRY : { kind: 'default' as const })
  const row = await encode(layerSource(source, 'db'), login?.data ?? given, expiry, now, signal)
  const copy = source.cache === undefined ? null : await encode(layerSource(source, 'cache'), login?.data ?? given, expiry, now, signal)
  const engine = source.settings.engine === 'cached_db' ? 'cached_db' : 'cache'
  return {
    session: { ...row.stored, key: isCookie ? `${source.settings.cookieName}#${newSessionKey().slice(0, COOKIE_KEY_LENGTH)}` : newSessionKey(), userId: userId(row.dict), engine, ...(copy === null ? {} : { cache: copy.stored }) },
    data: row.data,
    loginName: login?.name ?? null,
    checks: [...(login?.checks ?? []), ...row.checks, ...(cookieEdit(source, row.stored.data, now)?.checks ?? [])],
  }
}

interface Encoded {
  readonly stored: Pick<NewSession, 'data' | 'flags' | 'expireDate'>
  readonly dict: DictNode
  readonly data: string
  readonly checks: readonly ChangeCheck[]
}

/** One layer, as this site's Django writes it. */
async function encode(source: SessionSource, given: DictNode, setting: ExpirySetting, now: number, signal: AbortSignal): Promise<Encoded> {
  const { expireDate, data: kept } = newExpiry(source, given, setting, now)
  const dict = kept ?? given
  const { serializer, checks, encode: toBytes } = encoderForNew(source, now, expireDate)
  const data = formatNotation(dict, { interchange: false })
  return { stored: { ...(await toBytes(data, signal)), expireDate }, dict, data, checks: [...checks, ...dataChecks(dict, dict, serializer), ...clockChecks(source)] }
}

/** Dates without a time zone depend on what is not known. */
function clockChecks({ settings: { clock }, hasNaiveDates }: SessionSource): readonly ChangeCheck[] {
  if (clock.origin !== 'assumed' || !hasNaiveDates) return []
  return [{ level: 'warn', sentence: { id: 'changes.checks.assumedClock', params: { zone: clock.useTz ? 'UTC' : clock.timeZone } } }]
}

export function newSessionKey(): SessionKey {
  return Array.from({ length: KEY_LENGTH }, () => KEY_CHARACTERS[randomInt(KEY_CHARACTERS.length)]).join('')
}
