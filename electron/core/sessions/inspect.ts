import type { DecodedText, EpochMicros, ExpiryFacts, SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import { customExpiry, endsAtBrowserClose, ownExpiry } from '../../../shared/model/expiry.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { toTopLevel } from '../codecs/top-level.ts'
import type { StoredSession } from '../stores/session-store.ts'
import type { ReadLayer } from './pair-inspect.ts'
import { describePair, readPair } from './pair-inspect.ts'
import type { ClaimedLogin } from './logins.ts'
import { judgeLogins } from './logins.ts'
import { findOwners } from './browse.ts'
import type { SessionEnd } from './session-end.ts'
import type { SessionSource } from './session-source.ts'
import { isEmptySession, sessionEnd, sessionState } from './session-end.ts'
import { decodeContext, toMicros } from './session-source.ts'

/** A stored session together with what it decodes to: the ground on which views and changes stand. */
export interface ReadSession {
  readonly stored: StoredSession
  readonly text: DecodedText
  /** null: not readable. */
  readonly data: DataNode | null
  /** Of a pair: each layer as a session of its own. Missing: another store. */
  readonly layers?: readonly ReadLayer[]
}

/** null: the store has no such session. */
export async function readSession(source: SessionSource, key: SessionKey, now: number, signal: AbortSignal): Promise<ReadSession | null> {
  const stored = await source.store.read(key, signal)
  return stored === null ? null : decodeSession(source, stored, now, signal)
}

/** What was read already, decoded. */
export async function decodeSession(source: SessionSource, stored: StoredSession, now: number, signal: AbortSignal): Promise<ReadSession> {
  const readOne = (layer: SessionSource, session: StoredSession): Promise<ReadSession> => decodeStored(layer, session, now, signal)
  return stored.layers === undefined ? readOne(source, stored) : readPair(source, stored, now, readOne)
}

async function decodeStored(source: SessionSource, stored: StoredSession, now: number, signal: AbortSignal): Promise<ReadSession> {
  const text = await source.decoder.decode(stored.data, decodeContext(source, now, stored.flags), signal)
  return { stored, text, data: text.data === null ? null : parseStored(text.data) }
}

export async function describeSession(source: SessionSource, session: ReadSession, now: number, signal: AbortSignal): Promise<SessionDetail> {
  const { layers } = session
  const describeOne = (layer: SessionSource, one: ReadSession): Promise<SessionDetail> => describeStored(layer, one, now, signal)
  return layers === undefined ? describeOne(source, session) : describePair(source, { ...session, layers }, now, describeOne)
}

async function describeStored(source: SessionSource, session: ReadSession, now: number, signal: AbortSignal): Promise<SessionDetail> {
  const { stored, text } = session
  const readable = text.djangoSees === 'data'
  const keys = topLevelKeys(session.data)
  const id = userId(session.data)
  const owners = await findOwners(source, [id], signal)
  const end = endOf(source, session, now)
  const isEmpty = isEmptySession(source, stored.data.byteLength)
  const state = sessionState(source, { readable: readable || isEmpty, signature: text.signature }, end)
  const [login] = state === 'live' ? await judgeLogins(source, [claimOf(session.data)], signal) : []
  return {
    row: {
      key: stored.key,
      state,
      expireDate: end.at,
      sizeBytes: stored.data.byteLength,
      signature: text.signature,
      serializer: text.serializer,
      compressed: text.compressed,
      ...(text.signedAt === null ? {} : { signedAt: text.signedAt }),
      topLevelKeys: keys?.slice(0, 12) ?? (isEmpty ? [] : null),
      keyCount: keys?.length ?? 0,
      userId: id,
      owner: owners.get(id ?? '') ?? null,
      ...(login === null || login === undefined ? {} : { login }),
    },
    etag: stored.etag,
    text,
    physical: stored.physical,
    expiry: expiryFacts(source, session, end.at),
  }
}

export function endOf(source: SessionSource, { stored, data }: ReadSession, now: number): SessionEnd {
  return sessionEnd(source, { expireDate: stored.expireDate, sizeBytes: stored.data.byteLength, ownExpiry: ownExpiry(data) }, now)
}

function expiryFacts(source: SessionSource, session: ReadSession, expireDate: EpochMicros | null): ExpiryFacts {
  const { settings } = source
  const custom = customExpiry(ownExpiry(session.data), settings.clock)
  return {
    expireDate,
    savedAt: session.text.signedAt === null ? null : toMicros(session.text.signedAt),
    custom,
    cookieAgeSeconds: settings.cookieAgeSeconds,
    endsAtBrowserClose: endsAtBrowserClose(custom, settings.expireAtBrowserClose),
    saveEveryRequest: settings.saveEveryRequest,
  }
}

function claimOf(data: DataNode | null): ClaimedLogin | null {
  if (data === null) return null
  const { userId: id, login } = toTopLevel(data, 'json')
  return id === null || login === null ? null : { id, ...login }
}

function parseStored(notation: string): DataNode | null {
  const parsed = parseNotation(notation)
  return parsed.ok ? parsed.node : null
}

function topLevelKeys(data: DataNode | null): string[] | null {
  if (data?.kind !== 'dict') return null
  return data.entries.map((entry) => (entry.key.kind === 'str' ? entry.key.value : ''))
}

/** `_auth_user_id`, as Django compares it: as text. null: anonymous, or not readable. */
export function userId(data: DataNode | null): string | null {
  if (data?.kind !== 'dict') return null
  const value = data.entries.findLast((entry) => entry.key.kind === 'str' && entry.key.value === '_auth_user_id')?.value
  if (value?.kind === 'str') return value.value
  return value?.kind === 'int' ? value.digits : null
}
