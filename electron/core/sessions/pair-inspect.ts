import type { Drift, EpochMicros, SessionDetail, SessionLayer } from '../../../shared/model/session.ts'
import type { LayerId } from '../../../shared/model/store.ts'
import { sameData } from '../../../shared/values/walk.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import type { StoredSession } from '../stores/session-store.ts'
import type { ReadSession } from './inspect.ts'
import type { SessionSource } from './session-source.ts'
import { toMicros } from './session-source.ts'

/** One layer of a pair, read as if it were a store of its own. */
export interface ReadLayer {
  readonly layer: LayerId
  /** null: nothing is there, or (`reason`) it could not be read. */
  readonly session: ReadSession | null
  readonly reason: Reason | null
}

/** Ends of row and copy that lie no further apart are the same: Django sets them one after the other, the copy's in whole seconds. */
const SAME_END: EpochMicros = 60_000_000

/** A layer as a source of its own: what it keeps, and what ends a session there. */
export function layerSource(source: SessionSource, layer: LayerId): SessionSource {
  return layer === 'db' || source.cache === undefined ? source : { ...source, payload: source.cache.payload, expiry: source.cache.expiry, hasNaiveDates: false }
}

type ReadOne = (source: SessionSource, stored: StoredSession) => Promise<ReadSession>

/** `text` and `data` are of the layer that Django reads; `stored` is of both. */
export async function readPair(source: SessionSource, stored: StoredSession, now: number, readOne: ReadOne): Promise<ReadSession> {
  const layers = await Promise.all((stored.layers ?? []).map(async ({ layer, session, reason }): Promise<ReadLayer> => ({ layer, reason, session: session === null ? null : await readOne(layerSource(source, layer), session) })))
  const { session } = readByDjango(layers, now)
  if (session === null) throw new TypeError('A pair is read where at least one layer is there.')
  return { ...session, stored, layers }
}

/**
 * `load` of cached_db (django/contrib/sessions/backends/cached_db.py): the copy wins, whatever became of the row. A copy that is past its
 * end, or cannot be read, is a miss; then the row is read.
 */
export function readByDjango(layers: readonly ReadLayer[], now: number): ReadLayer {
  const [row, copy] = [layerOf(layers, 'db'), layerOf(layers, 'cache')]
  const end = copy.session?.stored.expireDate ?? null
  const isHit = copy.session !== null && copy.session.text.djangoSees !== 'empty' && (end === null || end > toMicros(now))
  return isHit || row.session === null ? copy : row
}

export function layerOf(layers: readonly ReadLayer[], id: LayerId): ReadLayer {
  return layers.find(({ layer }) => layer === id) ?? { layer: id, session: null, reason: null }
}

/** @param describeOne describes one layer as a session of its own */
export async function describePair(source: SessionSource, session: ReadSession & { readonly layers: readonly ReadLayer[] }, now: number, describeOne: (source: SessionSource, session: ReadSession) => Promise<SessionDetail>): Promise<SessionDetail> {
  const read = readByDjango(session.layers, now)
  const layers = await Promise.all(session.layers.map(async (layer): Promise<SessionLayer> => {
    const detail = layer.session === null ? null : await describeOne(layerSource(source, layer.layer), layer.session)
    return {
      layer: layer.layer, reason: layer.reason, isRead: layer.layer === read.layer,
      expireDate: detail?.expiry.expireDate ?? null, sizeBytes: detail?.row.sizeBytes ?? null, text: detail?.text ?? null, physical: detail?.physical ?? [],
    }
  }))
  const drift = driftOf(session.layers)
  const detail = await describeOne(layerSource(source, read.layer), read.session ?? session)
  const [row, copy] = [layerOf(session.layers, 'db').session, layerOf(session.layers, 'cache').session]
  const expireDate = pairEnd(row === null ? undefined : row.stored.expireDate, copy === null ? undefined : copy.stored.expireDate)
  const ends = { ...(row === null ? {} : { row: row.stored.expireDate }), ...(copy === null ? {} : { copy: copy.stored.expireDate }) }
  // Only the row carries the time of its saving.
  const signedAt = row?.text.signedAt ?? null
  const savedAt = signedAt === null ? null : toMicros(signedAt)
  return { ...detail, row: { ...detail.row, expireDate, drift }, etag: session.stored.etag, expiry: { ...detail.expiry, expireDate, savedAt, layers: ends }, pair: { drift, layers } }
}

/** How the copy differs from the row. The first that applies: each outranks what follows. */
function driftOf(layers: readonly ReadLayer[]): Drift {
  const [row, copy] = [layerOf(layers, 'db'), layerOf(layers, 'cache')]
  if (copy.reason !== null) return 'cache-failed'
  if (copy.session === null) return 'cache-missing'
  if (row.session === null) return 'rowless'
  if (row.session.data === null || copy.session.data === null) return 'unreadable'
  if (!sameData(row.session.data, copy.session.data)) return 'data'
  return endsApart(row.session.stored.expireDate, copy.session.stored.expireDate) ? 'expiry' : 'same'
}

/** The later end counts: after the copy's, Django reads the row again. null: never; undefined: that layer is not there. */
export function pairEnd(row: EpochMicros | null | undefined, copy: EpochMicros | null | undefined): EpochMicros | null {
  const ends = [row, copy].filter((end) => end !== undefined)
  return copy === null || ends.length === 0 ? null : Math.max(...ends.map((end) => end ?? 0)) || null
}

export function endsApart(row: EpochMicros | null, copy: EpochMicros | null): boolean {
  return row === null || copy === null ? row !== copy : Math.abs(row - copy) > SAME_END
}
