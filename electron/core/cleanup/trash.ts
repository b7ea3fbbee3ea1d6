import { CoatcheckError, throwIfAborted } from '../../../shared/errors.ts'
import type { CleanupReport } from '../../../shared/model/cleanup.ts'
import type { EpochMs } from '../../../shared/model/session.ts'
import type { TrashBundle, TrashStep, TrashedData, TrashedSession } from '../../../shared/model/trash.ts'
import { ABSENT } from '../codecs/check-signature.ts'
import type { DecodedSummary, Decoder } from '../codecs/decoder.ts'
import { findOwners } from '../sessions/browse.ts'
import type { Owners } from '../sessions/owners.ts'
import type { Clock, SessionSettings, SessionSource } from '../sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import { packBytes } from '../stores/image-bytes.ts'
import type { StoreImage } from '../stores/session-store.ts'
import type { CleanupSources } from './cleanup-target.ts'
import { describeKept } from './image-end.ts'
import { keptContext, keptValue } from './kept-value.ts'
import { placeName } from './place-name.ts'
import type { KeptPlace, KeptSession, Removed, TrashFiles } from './trash-walk.ts'
import { keptSessions, placeText, readPlace, removedNewestFirst } from './trash-walk.ts'

export interface TrashParts extends TrashFiles {
  readonly sources: CleanupSources
  readonly decoder: Decoder
  readonly clock: Clock
  readonly report: (runId: string) => Promise<CleanupReport>
}

/** `bundleIds` null: all. `text`: part of a key or of a user's name, or `#` and the primary key of one; empty: any. */
export interface TrashQuery {
  readonly bundleIds: readonly string[] | null
  readonly text: string
  readonly cursor: string | null
  readonly limit: number
}

/** What was removed and can be put back, over all runs and sources. Journals are streamed: what is held of them is a part at a time. */
export interface Trash {
  /** Newest first. */
  bundles(): Promise<readonly TrashBundle[]>
  sessions(query: TrashQuery, signal: AbortSignal): AsyncGenerator<TrashStep>
  /** @throws SESSION_GONE for one that is kept no more */
  show(wanted: { readonly bundleId: string; readonly place: string }, signal: AbortSignal): Promise<TrashedData>
}

/** Sessions that are looked into at once: one batch of a decoder, and one question to the user table. */
const AT_ONCE = 500
const BEGIN: KeptPlace = { part: 0, index: 0 }

export function createTrash(parts: TrashParts): Trash {
  const { sources, clock } = parts

  async function bundleOf(removed: Removed): Promise<TrashBundle> {
    if (removed.kind === 'deletion') {
      const { deletion: { id, at, target, sentence, images } } = removed
      const open = sources.find(target)
      return { id, kind: 'deletion', target, sourceName: open?.name ?? placeName(target), sourceId: open?.sourceId ?? null, removedAt: at, sentences: [sentence], count: images.length, keptUntil: null, state: 'ready' }
    }
    const { id, at, manifest: { target, sourceName, sentences } } = removed
    const base = { id, kind: 'run' as const, target, sourceName, sourceId: sources.find(target)?.sourceId ?? null, removedAt: at, sentences }
    try {
      const report = await parts.report(id)
      const isLocked = (await parts.keys.open(id, removed.manifest.key)) === null
      const isIdle = report.state === 'done' || report.state === 'stopped' || report.state === 'interrupted'
      return { ...base, count: report.undoable, keptUntil: report.keptUntil, state: isLocked ? 'locked' : isIdle ? 'ready' : 'busy' }
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      return { ...base, count: 0, keptUntil: null, state: 'damaged' }
    }
  }

  return {
    async bundles() {
      const all = await Promise.all((await removedNewestFirst(parts)).map(bundleOf))
      return all.filter(({ count, state }) => count > 0 || state === 'locked' || state === 'damaged')
    },
    async* sessions(query, signal) {
      const now = clock()
      const named = new Map<Owners | null, boolean>()
      let [found, examined] = [0, 0]
      for await (const { removed, kept } of chunksOf(parts, query)) {
        throwIfAborted(signal)
        const source = sourceOf(parts, removed)
        // Where nobody can be named, the key alone tells, and no data is read.
        const isByKey = isPartOfName(query.text) && !(await canName(source, named, signal))
        const wanted = isByKey ? kept.filter(({ key }) => hasText(key, query.text)) : kept
        const fresh: TrashedSession[] = []
        for (const looked of await lookAt(parts, removed, wanted, now, signal)) {
          if (found + fresh.length === query.limit) {
            yield { sessions: fresh, examined, next: cursorOf(removed, placeText(looked.kept.place)), done: true }
            return
          }
          if (!isByKey) examined++
          if (fits(looked, query.text)) fresh.push(toTrashed(looked, removed, source?.settings ?? DEFAULT_SETTINGS, now))
        }
        if (isByKey) examined += kept.length
        found += fresh.length
        yield { sessions: fresh, examined, next: null, done: false }
      }
      yield { sessions: [], examined, next: null, done: true }
    },
    async show({ bundleId, place }, signal) {
      const removed = (await removedNewestFirst(parts)).find(({ id }) => id === bundleId)
      const kept = removed === undefined ? null : await keptAt(removed, parts, readPlace(place))
      if (removed === undefined || kept === null) throw new CoatcheckError('SESSION_GONE', 'cleanup.noTrashed', { hint: 'next.trashAgain' })
      const now = clock()
      const source = sourceOf(parts, removed)
      const [looked] = await lookAt(parts, removed, [kept], now, signal)
      const { layer, data, flags } = keptValue(kept.image())
      const text = await parts.decoder.decode(data, { ...keptContext(source, layer, now), flags }, signal)
      if (looked === undefined) throw new CoatcheckError('SESSION_GONE', 'cleanup.noTrashed', { hint: 'next.trashAgain' })
      return { session: toTrashed(looked, removed, source?.settings ?? DEFAULT_SETTINGS, now), text, isJudged: source !== null }
    },
  }
}

async function* chunksOf(parts: TrashParts, { bundleIds, cursor }: TrashQuery): AsyncGenerator<{ readonly removed: Removed; readonly kept: readonly KeptSession[] }> {
  const from = cursor === null ? null : readCursor(cursor)
  const all = (await removedNewestFirst(parts)).filter(({ id }) => bundleIds === null || bundleIds.includes(id))
  for (const removed of all) {
    // What was forgotten meanwhile is left out; what is newer was shown before.
    if (from !== null && removed.id !== from.id && removed.at >= from.at) continue
    try {
      for await (const kept of keptSessions(removed, parts, removed.id === from?.id ? from.place : BEGIN)) {
        for (let at = 0; at < kept.length; at += AT_ONCE) yield { removed, kept: kept.slice(at, at + AT_ONCE) }
      }
    } catch (error) {
      // One run whose files are damaged hides no other; `bundles` names it.
      if (!(error instanceof CoatcheckError) || error.code !== 'JOURNAL_INVALID') throw error
    }
  }
}

/** What tells whether a kept session is looked for. */
interface Looked {
  readonly kept: KeptSession
  readonly image: StoreImage
  readonly facts: Pick<TrashedSession, 'userId' | 'owner' | 'signature' | 'topLevelKeys'>
}

async function lookAt(parts: TrashParts, removed: Removed, kept: readonly KeptSession[], now: EpochMs, signal: AbortSignal): Promise<readonly Looked[]> {
  const source = sourceOf(parts, removed)
  const images = kept.map((one) => one.image())
  const values = images.map(keptValue)
  const summaries = new Map<number, DecodedSummary>()
  for (const layer of ['db', 'cache'] as const) {
    const own = values.flatMap((value, index) => (value.layer === layer ? [{ ...value, index }] : []))
    if (own.length === 0) continue
    const read = await parts.decoder.summarize({ ...packBytes(own.map(({ data }) => data)), flags: own.map(({ flags }) => flags ?? 0) }, keptContext(source, layer, now), signal)
    for (const [at, summary] of read.entries()) summaries.set(own[at]?.index ?? 0, summary)
  }
  const owners = source === null ? new Map() : await findOwners(source, [...summaries.values()].map(({ userId }) => userId), signal)
  return kept.flatMap((one, index) => {
    const { userId = null, signature = ABSENT, topLevelKeys = null } = summaries.get(index) ?? {}
    const image = images[index]
    return image === undefined ? [] : [{ kept: one, image, facts: { userId, owner: owners.get(userId ?? '') ?? null, signature, topLevelKeys } }]
  })
}

function toTrashed({ kept: { key, place }, image, facts }: Looked, removed: Removed, settings: SessionSettings, now: EpochMs): TrashedSession {
  const { expireDate, sizeBytes } = describeKept(image, settings)
  return { bundleId: removed.id, place: placeText(place), key, sizeBytes, expireDate, remainingSeconds: expireDate === null ? null : Math.floor(expireDate / 1_000_000 - now / 1000), ...facts }
}

async function keptAt(removed: Removed, files: TrashFiles, wanted: KeptPlace): Promise<KeptSession | null> {
  for await (const kept of keptSessions(removed, files, wanted)) {
    const first = kept[0]
    if (first !== undefined) return first.place.part === wanted.part && first.place.index === wanted.index ? first : null
  }
  return null
}

const isPartOfName = (text: string): boolean => text.trim() !== '' && !text.trim().startsWith('#')

/** `known`: what was asked before. */
async function canName(source: SessionSource | null, known: Map<Owners | null, boolean>, signal: AbortSignal): Promise<boolean> {
  const owners = source?.owners ?? null
  const can = known.get(owners) ?? (owners !== null && (await owners.table(signal).catch(() => null)) !== null)
  known.set(owners, can)
  return can
}

function fits({ kept: { key }, facts: { userId, owner } }: Looked, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted.startsWith('#')) return userId?.toLowerCase() === wanted.slice(1)
  return hasText(key, wanted) || hasText(owner?.username ?? '', wanted)
}

const hasText = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted.trim().toLowerCase())

function sourceOf({ sources }: TrashParts, removed: Removed): SessionSource | null {
  return sources.find(removed.kind === 'run' ? removed.manifest.target : removed.deletion.target)?.source ?? null
}

const cursorOf = ({ id, at }: Removed, place: string): string => [at, place, id].join(' ')

function readCursor(text: string): { readonly id: string; readonly at: number; readonly place: KeptPlace } {
  const [at = '', place = '', id = ''] = text.split(' ')
  return { id, at: Number(at), place: readPlace(place) }
}
