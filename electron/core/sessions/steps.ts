import type { KeyOutcome, ChangeResult } from '../../../shared/model/change.ts'
import type { Sentence, SessionKey } from '../../../shared/model/session.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { CoatcheckError, cancelled } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { Journal, JournalEntry, JournalStep } from '../journal/journal.ts'
import type { NewSession, SessionStore, StoreEdit, StoreImage, StoredSession } from '../stores/session-store.ts'

/** The smallest thing that is done to a store, and how it is taken back. */
export type Step =
  | { readonly did: 'write'; readonly edit: StoreEdit; readonly before: StoredBytes }
  | { readonly did: 'delete'; readonly key: SessionKey; readonly ifEtag: string; readonly before: StoredBytes }
  | { readonly did: 'restore'; readonly image: StoreImage }
  | { readonly did: 'create'; readonly session: NewSession }

export type StoredBytes = Pick<StoredSession, 'data' | 'image'>

/** A change that was reviewed: done as it was shown, or not at all. */
export interface PreparedChange {
  readonly changeId: string
  readonly kind: JournalEntry['kind']
  readonly target: SourceTarget
  readonly sentence: Sentence
  readonly steps: readonly Step[]
}

/**
 * Journal first, then slice by slice; a step that no longer fits is skipped and reported.
 * Stopping takes effect between slices, so that each outcome is known: what is done stays done, the rest is reported as not done.
 */
export async function applyChange(store: SessionStore, journal: Journal, change: PreparedChange, at: number, signal: AbortSignal): Promise<ChangeResult> {
  const { changeId, kind, target, sentence, steps } = change
  await journal.begin({ changeId, kind, at, target, sentence, steps: steps.map(toJournalStep) })
  const outcomes: KeyOutcome[] = []
  try {
    for (const slice of slices(steps)) outcomes.push(...(signal.aborted ? slice.map((step) => notDone(stepKey(step), cancelled().reason)) : await applySlice(store, slice)))
  } finally {
    await journal.finish(changeId, outcomes.map(({ key, outcome, etag }) => ({ key, outcome, etag })))
  }
  const changed = outcomes.filter((item) => item.outcome === 'done').length
  const failed = outcomes.filter((item) => item.outcome === 'failed' || item.outcome === 'unknown' || item.outcome === 'partly').length
  const isUndoable = outcomes.some(isWritten)
  return { changeId: isUndoable ? changeId : null, outcomes, changed, failed, skipped: outcomes.length - changed - failed, journal: journal.fileOf(changeId) }
}

/** The steps that take a journalled change back: the last first, and only what was done. Reads what stands there now, so that an undo can be undone. */
export async function undoSteps(store: SessionStore, entry: JournalEntry, signal: AbortSignal): Promise<Step[]> {
  const etags = new Map(entry.outcomes.filter(isWritten).map((item) => [item.key, item.etag]))
  const steps: Step[] = []
  for (const step of entry.steps.toReversed()) {
    const etag = etags.get(step.key)
    if (etag === undefined) continue
    const taken = await undoStep(store, step, etag, signal)
    if (taken !== null) steps.push(taken)
  }
  return steps
}

async function undoStep(store: SessionStore, step: JournalStep, etag: string | null, signal: AbortSignal): Promise<Step | null> {
  const { key, before } = step
  if (step.did === 'delete') return before === null ? null : { did: 'restore', image: before.image }
  // Ended by a store that drops what has ended: it comes back as a deleted one does, where nothing new stands.
  if (step.did === 'write' && etag === null && before !== null) return { did: 'restore', image: before.image }
  if (etag === null) return null
  const now = (await store.read(key, signal)) ?? { data: new Uint8Array(), image: { key, columns: {} } }
  if (step.did === 'restore' || step.did === 'create') return { did: 'delete', key, ifEtag: etag, before: now }
  return before === null ? null : { did: 'write', edit: { key, ifEtag: etag, data: before.data, image: before.image }, before: now }
}

/** Steps of one kind that the store may do in one transaction. */
const SLICE_STEPS = 500

function slices(steps: readonly Step[]): Step[][] {
  const all: Step[][] = []
  for (const step of steps) {
    const last = all.at(-1)
    if (last !== undefined && last[0]?.did === step.did && last.length < SLICE_STEPS) last.push(step)
    else all.push([step])
  }
  return all
}

async function applySlice(store: SessionStore, slice: readonly Step[]): Promise<readonly KeyOutcome[]> {
  // Not the caller's signal: an answer that nobody waits for would leave the outcome unknown.
  const { signal } = new AbortController()
  try {
    const writes = slice.flatMap((step) => (step.did === 'write' ? [step.edit] : []))
    if (writes.length > 0) return await store.writeMany(writes, signal)
    const deletes = slice.flatMap((step) => (step.did === 'delete' ? [{ key: step.key, ifEtag: step.ifEtag }] : []))
    if (deletes.length > 0) return await store.deleteMany(deletes, signal)
    return await Promise.all(slice.flatMap((step) => (step.did === 'restore' ? [store.restore(step.image, signal)] : step.did === 'create' ? [store.create(step.session, signal)] : [])))
  } catch (error) {
    // The store may have done it before its answer was lost: say so rather than guess.
    const outcome = isCode(error, 'WORKER_LOST') || isCode(error, 'CONNECT_LOST') ? 'unknown' : 'failed'
    const why = error instanceof CoatcheckError ? error.reason : reason('stores.failedShort')
    return slice.map((step) => ({ key: stepKey(step), outcome, etag: null, reason: why }))
  }
}

/** Of a pair, one layer is enough: it is to be taken back, too. */
const isWritten = ({ outcome }: { readonly outcome: string }): boolean => outcome === 'done' || outcome === 'partly'
const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
const notDone = (key: SessionKey, reason: Reason): KeyOutcome => ({ key, outcome: 'failed', etag: null, reason })

export function stepKey(step: Step): SessionKey {
  if (step.did === 'write') return step.edit.key
  if (step.did === 'create') return step.session.key
  return step.did === 'delete' ? step.key : step.image.key
}

function toJournalStep(step: Step): JournalStep {
  return { key: stepKey(step), did: step.did, before: step.did === 'restore' || step.did === 'create' ? null : { data: step.before.data, image: step.before.image } }
}
