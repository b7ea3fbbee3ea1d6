import type { ChangeCheck, ExpirySetting, PlannedChange } from '../../../shared/model/change.ts'
import type { EpochMicros, SessionKey } from '../../../shared/model/session.ts'
import { CoatcheckError, throwIfAborted } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { ownExpiry } from '../../../shared/model/expiry.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { sameData } from '../../../shared/values/walk.ts'
import { dataChecks } from '../codecs/data-checks.ts'
import type { StoreEdit } from '../stores/session-store.ts'
import { bytesWithExpiry, encoderFor, isUnsigned, secretKey } from './encode-like.ts'
import { assertCookieChange, cookieEdit } from './cookie-edit.ts'
import type { ReadSession } from './inspect.ts'
import { endOf, readSession, userId } from './inspect.ts'
import { newExpiry } from './session-end.ts'
import { pairStep } from './pair-edit.ts'
import { parseDict } from './parse-dict.ts'
import type { SessionSource } from './session-source.ts'
import type { Step } from './steps.ts'

/** A change worked out against what the store holds now, before anything is written. */
export interface Prepared {
  readonly steps: readonly Step[]
  /** Targets that are gone or cannot be changed; they stay as they are. */
  readonly skipped: readonly SessionKey[]
  readonly checks: readonly ChangeCheck[]
  /** One session only: what it was and what it would become. */
  readonly single: { readonly session: ReadSession; readonly edit: StoreEdit | null; readonly newData: string | null; readonly end: EpochMicros | null } | null
}

/** What is done to sessions that are there. */
export type ChangeOfStored = Exclude<PlannedChange, { kind: 'create' }>

/** Before-images of one change are held in memory until it is applied. */
const MAX_HELD_BYTES = 64 * 1024 * 1024

/** @throws SESSION_GONE, SESSION_CONFLICT, DATA_INVALID, SIGNATURE_KEY_MISSING, DATA_CORRUPT, NOTHING_TO_CHANGE, DATA_TOO_LARGE */
export async function prepareChange(source: SessionSource, change: ChangeOfStored, now: number, signal: AbortSignal): Promise<Prepared> {
  assertCookieChange(source, change)
  if (change.kind === 'edit') return prepareEdit(source, change, now, signal)
  const steps: Step[] = []
  const skipped: SessionKey[] = []
  let checks: readonly ChangeCheck[] = []
  let single: Prepared['single'] = null
  let heldBytes = 0
  const isOne = change.sessions.length === 1
  for (const { key, ifEtag } of change.sessions) {
    throwIfAborted(signal)
    const session = isOne ? await readTarget(source, key, ifEtag, now, signal) : await readIfUnchanged(source, key, ifEtag, now, signal)
    const one = session === null ? null : change.kind === 'delete' ? deletion(session) : await expiryStep(source, session, change.expiry, now, signal)
    if (session === null || one === null) {
      skipped.push(key)
      continue
    }
    heldBytes += session.stored.data.byteLength
    if (heldBytes > MAX_HELD_BYTES) throw new CoatcheckError('DATA_TOO_LARGE', reason('sessions.tooMuchTogether', { megabytes: MAX_HELD_BYTES / 1_048_576 }), { hint: 'next.fewer' })
    steps.push(one.step)
    checks = one.checks
    if (isOne) single = { session, edit: one.step.did === 'write' ? one.step.edit : null, newData: one.newData, end: one.end }
  }
  if (steps.length === 0) throw new CoatcheckError('SESSION_GONE', 'sessions.noneLeft', { hint: 'next.refresh' })
  return { steps, skipped, checks, single }
}

export interface PreparedStep {
  readonly step: Step
  readonly checks: readonly ChangeCheck[]
  readonly newData: string | null
  /** When it would end. */
  readonly end: EpochMicros | null
}

async function prepareEdit(source: SessionSource, change: Extract<PlannedChange, { kind: 'edit' }>, now: number, signal: AbortSignal): Promise<Prepared> {
  const session = await readTarget(source, change.key, change.ifEtag, now, signal)
  const given = parseDict(change.data)
  const isSame = session.data !== null && sameData(session.data, given)
  if (isSame && change.expiry === null) throw new CoatcheckError('NOTHING_TO_CHANGE', 'sessions.sameData', { hint: 'next.changeFirst' })
  const one = (layer: SessionSource, stored: ReadSession): Promise<PreparedStep> => dataEdit(layer, stored, { given, expiry: change.expiry }, now, signal)
  const prepared = session.layers === undefined ? await one(source, session) : await pairStep(source, session, now, one)
  if (prepared === null || prepared.step.did !== 'write') throw new CoatcheckError('DATA_CORRUPT', 'sessions.notAnew')
  const { step, checks, newData, end } = prepared
  return { steps: [step], skipped: [], checks, single: { session, edit: step.edit, newData, end } }
}

export async function dataEdit(source: SessionSource, session: ReadSession, { given, expiry: setting }: { readonly given: DictNode; readonly expiry: ExpirySetting | null }, now: number, signal: AbortSignal): Promise<PreparedStep> {
  const expiry = setting === null ? null : newExpiry(source, given, setting, now)
  const after = expiry?.data ?? given
  const newData = formatNotation(after, { interchange: false })
  const { serializer, checks: encoderChecks, encode } = encoderFor(source, session, now, expiry?.expireDate)
  const bytes = await encode(newData, signal)
  const cookie = cookieEdit(source, bytes.data, now)
  const end = cookie?.expireDate ?? expiry?.expireDate
  const { key, etag } = session.stored
  const user = userId(given)
  const edit: StoreEdit = { key, ifEtag: etag, ...bytes, ...(end === undefined ? {} : { expireDate: end }), ...(user === userId(session.data) ? {} : { userId: user }) }
  const checks = [...encoderChecks, ...dataChecks(session.data, given, serializer), ...(cookie?.checks ?? (expiry === null ? [] : expiryChecks(source, setting)))]
  return { step: { did: 'write', edit, before: session.stored }, checks, newData, end: end ?? endOf(source, { ...session, data: after }, now).at }
}

function deletion(session: ReadSession): PreparedStep {
  const { key, etag } = session.stored
  return { step: { did: 'delete', key, ifEtag: etag, before: session.stored }, checks: [], newData: null, end: null }
}

export function expiryStep(source: SessionSource, session: ReadSession, setting: ExpirySetting, now: number, signal: AbortSignal): Promise<PreparedStep | null> {
  const one = (layer: SessionSource, stored: ReadSession): Promise<PreparedStep | null> => expiryEdit(layer, stored, setting, now, signal)
  return session.layers === undefined ? one(source, session) : pairStep(source, session, now, one)
}

/** null: its data cannot be read, so its expiry cannot be kept in it. Ending it needs neither data nor key. */
async function expiryEdit(source: SessionSource, session: ReadSession, setting: ExpirySetting, now: number, signal: AbortSignal): Promise<PreparedStep | null> {
  const dict: DictNode | null = session.data?.kind === 'dict' ? session.data : null
  if (dict === null && setting.kind !== 'now') return null
  const expiry = newExpiry(source, dict ?? { kind: 'dict', entries: [] }, setting, now)
  const { key, etag } = session.stored
  const base = { key, ifEtag: etag, expireDate: expiry.expireDate }
  const isKept = expiry.data === null || (dict !== null && sameData(dict, expiry.data))
  // In a file the data outranks the time of the file: there it has to be changed.
  const canKeepData = source.expiry !== 'mtime' || ownExpiry(dict) === null
  if (isKept || expiry.data === null || (canKeepData && !isUnsigned(session) && secretKey(source) === undefined)) {
    const checks: ChangeCheck[] = isKept ? [] : [{ level: 'warn', sentence: { id: 'changes.checks.noKey', params: {} } }]
    const edit = { ...base, ...bytesWithExpiry(session, expiry.expireDate) }
    return { step: { did: 'write', edit, before: session.stored }, checks: [...checks, ...clockChecks(source, setting)], newData: null, end: expiry.expireDate }
  }
  const newData = formatNotation(expiry.data, { interchange: false })
  const { checks, encode } = encoderFor(source, session, now, expiry.expireDate)
  const edit = { ...base, ...(await encode(newData, signal)) }
  return { step: { did: 'write', edit, before: session.stored }, checks: [...checks, ...expiryChecks(source, setting)], newData, end: expiry.expireDate }
}

async function readTarget(source: SessionSource, key: SessionKey, ifEtag: string | null, now: number, signal: AbortSignal): Promise<ReadSession> {
  const session = await readSession(source, key, now, signal)
  if (session === null) throw new CoatcheckError('SESSION_GONE', 'sessions.gone', { hint: 'next.refresh' })
  if (ifEtag !== null && session.stored.etag !== ifEtag) throw new CoatcheckError('SESSION_CONFLICT', 'sessions.savedSince', { hint: 'next.lookThenChange' })
  return session
}

async function readIfUnchanged(source: SessionSource, key: SessionKey, ifEtag: string | null, now: number, signal: AbortSignal): Promise<ReadSession | null> {
  const session = await readSession(source, key, now, signal)
  return session !== null && (ifEtag === null || session.stored.etag === ifEtag) ? session : null
}

function expiryChecks(source: SessionSource, setting: ExpirySetting | null): ChangeCheck[] {
  if (setting === null || setting.kind === 'now') return clockChecks(source, setting)
  const days = Math.round(source.settings.cookieAgeSeconds / 86_400)
  const id = setting.kind === 'default' ? 'changes.checks.defaultExpiry' : 'changes.checks.custom'
  return [{ level: 'ok', sentence: { id, params: setting.kind === 'default' ? { days } : {} } }, ...clockChecks(source, setting)]
}

/** The clock decides how a date is spelled: in a column without time zone, and in the data. */
function clockChecks({ settings: { clock }, hasNaiveDates }: SessionSource, setting: ExpirySetting | null): ChangeCheck[] {
  if (clock.origin !== 'assumed' || (!hasNaiveDates && setting?.kind !== 'at')) return []
  const id = hasNaiveDates ? 'assumedClock' : 'assumedClockData'
  return [{ level: 'warn', sentence: { id: `changes.checks.${id}`, params: { zone: clock.useTz ? 'UTC' : clock.timeZone } } }]
}
