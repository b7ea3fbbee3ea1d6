import type { ErrorCode } from '../../../shared/errors.ts'
import type { CleanupAction } from '../../../shared/model/cleanup.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { EpochMs } from '../../../shared/model/session.ts'
import { packBytes, unpackBytes } from '../stores/image-bytes.ts'
import { imagesOf, restoreMany } from '../stores/many.ts'
import type { Pace } from '../stores/session-store.ts'
import type { CleanupTarget } from './cleanup-target.ts'
import type { Intent, JournalPart, PartResult, Rest } from './journal.ts'
import type { Target } from './target-list.ts'

/** A part of the list on its way: what will be done, and what will not. */
export interface PartWork {
  readonly intent: Intent
  /** Known before anything is done, by index. */
  readonly rest: Rest
  /** Indexes that are done. */
  readonly attempt: readonly number[]
  /** One outcome for each of `attempt`, in order. Not to be stopped: an answer that nobody waits for would leave the outcome unknown. */
  run(pace: Pace): Promise<readonly KeyOutcome[]>
}

/** What a run's action does to parts; each kind of action has one. */
export interface ActionWork {
  prepare(part: number, targets: readonly Target[], keeps: boolean): Promise<PartWork>
  /** After a crash, or an answer that never came: which of the intent was done, and what is still to do. */
  recover(intent: Intent, targets: readonly Target[]): Promise<{ readonly done: ReadonlyMap<number, KeyOutcome>; readonly rest: Rest; readonly again: readonly number[] }>
  undo(part: JournalPart, targets: readonly Target[], indexes: readonly number[], pace: Pace): Promise<readonly KeyOutcome[]>
}

export interface ActionPlace {
  /** As it is now: a lost connection makes it another object. */
  source(): CleanupTarget
  /** Of a copy: where to. */
  copyTo(): CleanupTarget
  readonly action: CleanupAction
  /** What relative times reckon from. */
  readonly now: EpochMs
}

/** What one session's data speaks against; the others go on. */
export const OF_ONE: readonly ErrorCode[] = ['DATA_CORRUPT', 'DATA_TOO_LARGE', 'SESSION_GONE', 'SESSION_TOO_LARGE', 'NOTHING_TO_CHANGE', 'DATA_UNSAFE']

/** Never aborted: see `PartWork.run`. */
export const UNSTOPPED = new AbortController().signal

/** Deleting. Its after is nothing, so that what is gone after a crash was done. */
export function deletion(place: ActionPlace): ActionWork {
  const store = (): CleanupTarget['source']['store'] => place.source().source.store
  return {
    async prepare(part, targets, keeps) {
      const { etags, data } = await imagesOf(store(), targets.map(({ key }) => key), UNSTOPPED)
      const attempt = targets.flatMap(({ ifEtag }, index) => (etags[index] === ifEtag ? [index] : []))
      const rest = targets.flatMap(({ ifEtag }, index): Rest => (etags[index] === ifEtag ? [] : [[index, etags[index] === null ? 'gone' : 'conflict', null]]))
      const images = keeps ? keepOnly(data, attempt) : null
      return {
        intent: { part, did: 'delete', etags, images, before: null, after: [] },
        rest, attempt,
        run: (pace) => store().deleteMany(attempt.flatMap((index) => targets[index] ?? []), UNSTOPPED, pace),
      }
    },
    async recover({ etags }, targets) {
      const { etags: now } = await imagesOf(store(), targets.map(({ key }) => key), UNSTOPPED)
      const done = new Map<number, KeyOutcome>()
      const rest: Rest[number][] = []
      const again: number[] = []
      for (const [index, { key, ifEtag }] of targets.entries()) {
        if (etags[index] !== ifEtag) rest.push([index, etags[index] === null ? 'gone' : 'conflict', null])
        else if (now[index] === ifEtag) again.push(index)
        else if (now[index] === null || now[index] === undefined) done.set(index, { key, outcome: 'done', etag: null, reason: null })
        // Deleted, and made again by the site; or changed before it was its turn. Either way it is the site's now.
        else rest.push([index, 'conflict', null])
      }
      return { done, rest, again }
    },
    undo: ({ intent }, _, indexes, pace) => restoreImages(place.source(), intent, indexes, pace),
  }
}

/** Puts back byte for byte; one that stands there as it was is as good as put back. */
export async function restoreImages({ source: { store } }: CleanupTarget, intent: Intent, indexes: readonly number[], pace: Pace): Promise<readonly KeyOutcome[]> {
  const images = intent.images === null ? [] : unpackBytes(intent.images)
  const outcomes = await restoreMany(store, packBytes(indexes.map((index) => images[index] ?? new Uint8Array())), UNSTOPPED, pace)
  return outcomes.map((outcome, at) => (outcome.outcome === 'exists' && outcome.etag === intent.etags[indexes[at] ?? -1] ? { ...outcome, outcome: 'done' } : outcome))
}

/** Empty where an index is not among them. */
export function keepOnly(packed: Parameters<typeof unpackBytes>[0], indexes: readonly number[]): ReturnType<typeof packBytes> {
  const wanted = new Set(indexes)
  return packBytes(unpackBytes(packed).map((bytes, index) => (wanted.has(index) ? bytes : new Uint8Array())))
}

/** Outcomes of a part as its journal has them. */
export function toResult({ intent: { part, did }, rest, attempt }: PartWork, targets: readonly Target[], outcomes: readonly KeyOutcome[], tookMs: number): PartResult {
  const after: (string | null)[] = did === 'delete' ? [] : targets.map(() => null)
  const all: Rest[number][] = [...rest]
  let layers: { db: number; cache: number } | null = null
  for (const [at, outcome] of outcomes.entries()) {
    const index = attempt[at] ?? 0
    if (did !== 'delete') after[index] = outcome.etag
    for (const layer of outcome.layers ?? []) {
      layers ??= { db: 0, cache: 0 }
      if (layer.outcome === 'done') layers[layer.layer]++
    }
    if (outcome.outcome !== 'done') all.push([index, outcome.outcome, outcome.reason])
  }
  return { part, rest: all.toSorted(([a], [b]) => a - b), etags: after, layers, tookMs }
}
