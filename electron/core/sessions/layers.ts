import type { ChangeLayer, ChangePlan, ChangeSide, StoredPlace } from '../../../shared/model/change.ts'
import type { EpochMicros } from '../../../shared/model/session.ts'
import type { EngineId, StorePayload } from '../../../shared/model/store.ts'
import { shownBytes } from '../codecs/decode-bytes.ts'
import type { ChangeTarget } from './changes.ts'
import { endOf } from './inspect.ts'
import type { ChangeOfStored, Prepared } from './prepare.ts'
import type { SessionSource } from './session-source.ts'

type Sides = Pick<ChangePlan, 'before' | 'after'>

/** One session as it is, and as it would be. */
export function changeSides(source: SessionSource, single: Prepared['single'], now: number): Sides {
  if (single === null) return { before: null, after: null }
  const { session, edit, newData, end } = single
  const { stored, text } = session
  const before = side(text.data, stored.data, endOf(source, session, now).at)
  if (edit === null) return { before, after: null }
  // A new time at the head of a file leaves its data what it was.
  return { before, after: edit.data === undefined ? { ...before, expireDate: end } : side(newData ?? text.data, edit.data, end) }
}

function side(data: string | null, bytes: Uint8Array, expireDate: EpochMicros | null): ChangeSide {
  return { data, text: shownBytes(bytes), sizeBytes: bytes.byteLength, expireDate }
}

const MANY = { row: 'rows', key: 'keys', item: 'items', entry: 'entries', file: 'files' } as const

/** Every place that a change touches, and those that it leaves alone on purpose. */
export function changeLayers(target: ChangeTarget, change: ChangeOfStored, count: number, { before, after }: Sides): ChangeLayer[] {
  const { table, place } = target
  const stored = (id: string, params: Record<string, string | number> = {}, written = true): ChangeLayer => ({ place, sentence: { id: `changes.layers.${id}`, params: { table, ...params } }, written })
  const cookie: ChangeLayer = { place: 'cookie', sentence: { id: 'changes.layers.cookieKey', params: {} }, written: false }
  if (before === null) return [stored(`${MANY[place]}${change.kind === 'delete' ? 'Deleted' : 'Replaced'}`, { count }), cookie]
  if (after === null) return [stored(`${place}Deleted`), cookie]
  if (target.source.expiry === 'signature') return cookieLayers(target.source, before, after)
  const isNew = after.text !== before.text
  const data = isNew ? stored(`${place}Replaced`, { before: before.sizeBytes, after: after.sizeBytes }) : stored(`${place}DataKept`, {}, false)
  return [data, ...(isNew ? [signatureLayer(target.source)] : []), expiryLayer(target.source, before.expireDate, after.expireDate), cookie]
}

/** What is changed is a text in memory; the jar's file and the browser stay as they are. */
function cookieLayers(source: SessionSource, before: ChangeSide, after: ChangeSide): ChangeLayer[] {
  const layer = (place: ChangeLayer['place'], id: string, params: ChangeLayer['sentence']['params'], written: boolean): ChangeLayer => ({ place, sentence: { id: `changes.layers.${id}`, params }, written })
  return [
    layer('cookie', 'cookieText', { before: before.sizeBytes, after: after.sizeBytes }, true),
    signatureLayer(source),
    layer('expire-date', 'ageMoves', { before: isoUtc(before.expireDate), after: isoUtc(after.expireDate) }, true),
    layer('cookie', 'browserKeeps', {}, false),
  ]
}

function signatureLayer({ payload, keyring }: SessionSource): ChangeLayer {
  if (payload.kind === 'cache-value') return { place: 'signature', sentence: { id: 'changes.layers.unsigned', params: {} }, written: false }
  return { place: 'signature', sentence: { id: 'changes.layers.signed', params: { keyName: keyring[0]?.name ?? 'SECRET_KEY' } }, written: true }
}

function expiryLayer({ expiry }: SessionSource, before: EpochMicros | null, after: EpochMicros | null): ChangeLayer {
  const moves = after !== before
  const sentence = { id: `changes.layers.${expiryId(expiry, before, moves)}`, params: { before: isoUtc(before), after: isoUtc(after), at: isoUtc(before) } }
  return { place: 'expire-date', sentence, written: moves }
}

function expiryId(expiry: SessionSource['expiry'], before: EpochMicros | null, moves: boolean): string {
  if (expiry === 'column') return moves ? 'expiryMoves' : 'expiryKept'
  if (before === null) return moves ? 'endlessEnds' : 'endless'
  const kind = expiry === 'ttl' ? 'ttl' : 'end'
  return moves ? `${kind}Moves` : `${kind}Kept`
}

/** What a store of this kind keeps a session in. */
export function storedPlace(engine: EngineId, payload: StorePayload): StoredPlace {
  if (payload.kind === 'session-text') return engine === 'file' ? 'file' : engine === 'cache' ? 'key' : 'row'
  switch (payload.container) {
    case 'memcached':
      return 'item'
    case 'database-cache':
      return 'entry'
    case 'file-cache':
      return 'file'
    case 'redis':
    case 'plain':
      return 'key'
  }
}

export function isoUtc(at: EpochMicros | null): string {
  return at === null ? '–' : `${new Date(Math.floor(at / 1000)).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
