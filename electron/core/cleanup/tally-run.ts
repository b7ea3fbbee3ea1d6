import type { CleanupException, TrashEntry } from '../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs } from '../../../shared/model/session.ts'
import { unpackBytes } from '../stores/image-bytes.ts'
import { countRest } from './count-rest.ts'
import type { Intent, JournalPart, PartResult } from './journal.ts'
import { readParts } from './journal.ts'
import { RunCounts } from './run-counts.ts'
import type { Manifest, RunFolders } from './run-folder.ts'
import { JOURNAL_FILE, LIST_FILE, UNDO_FILE } from './run-folder.ts'
import { readTargets } from './target-list.ts'
import type { Target } from './target-list.ts'
import { readUndone } from './undo-file.ts'

/** A part of a run as its files have it. */
export interface RunPart {
  readonly part: number
  readonly targets: readonly Target[]
  /** With what came of trying again. null: it was not begun. */
  readonly journal: JournalPart | null
  /** What failed was being tried again when the program ended; null: it was not. */
  readonly openRetry: Intent | null
  /** Indexes that can be taken back: done (or perhaps done), and kept. */
  readonly undoable: readonly number[]
}

/** Parts of the list, with what the journals have of each. */
export async function* partsOf(folders: RunFolders, { runId, undo }: Pick<Manifest, 'runId' | 'undo'>, key: Buffer): AsyncGenerator<RunPart> {
  const [first, ...retries] = [JOURNAL_FILE, ...folders.retries(runId)].map((name) => partReader(readParts(folders.pathOf(runId, name), key)))
  let part = 0
  try {
    for await (const targets of readTargets(folders.pathOf(runId, LIST_FILE), key)) {
      let journal = (await first?.take(part)) ?? null
      let openRetry: Intent | null = null
      for (const retry of retries) {
        const again = await retry.take(part)
        if (journal === null || again === null) continue
        openRetry = again.result === null ? again.intent : null
        journal = withRetry(journal, again)
      }
      yield { part, targets, journal, openRetry, undoable: undo ? undoableOf(journal, targets, openRetry !== null) : [] }
      part++
    }
  } finally {
    for (const reader of [first, ...retries]) await reader?.close()
  }
}

function partReader(parts: AsyncGenerator<JournalPart>): { take(part: number): Promise<JournalPart | null>; close(): Promise<unknown> } {
  let next: IteratorResult<JournalPart, unknown> | null = null
  return {
    async take(part) {
      // There is no journal before the first part was begun.
      next ??= await parts.next().catch(() => ({ done: true, value: undefined }) as const)
      if (next.done === true || next.value.intent.part !== part) return null
      const { value } = next
      next = await parts.next()
      return value
    },
    close: () => parts.return(undefined),
  }
}

/** What has failed and can be tried again, by index. What went through in one layer only cannot. */
export function failedOf({ rest }: PartResult): readonly number[] {
  return rest.flatMap(([index, outcome]) => (outcome === 'failed' ? [index] : []))
}

/** Indexes of `again` count among what had failed. */
function withRetry(before: JournalPart, again: JournalPart): JournalPart {
  if (before.result === null || again.result === null) return before
  const { result } = before
  const failed = failedOf(result)
  const retried = again.result.rest.map(([at, outcome, reason]) => [failed[at] ?? 0, outcome, reason] as const)
  const etags = [...result.etags]
  for (const [at, etag] of again.result.etags.entries()) etags[failed[at] ?? 0] = etag
  const layers = new RunCounts(0)
  layers.addLayers(result.layers)
  layers.addLayers(again.result.layers)
  return { intent: before.intent, result: { ...result, etags, layers: layers.layers, rest: [...result.rest.filter(([, outcome]) => outcome !== 'failed'), ...retried].toSorted(([a], [b]) => a - b) } }
}

function undoableOf(journal: JournalPart | null, targets: readonly Target[], isRetrying: boolean): readonly number[] {
  if (journal === null) return []
  const { intent, result } = journal
  const perhaps: readonly string[] = isRetrying ? ['partly', 'unknown', 'failed'] : ['partly', 'unknown']
  const rest = new Set(result?.rest.filter(([, outcome]) => !perhaps.includes(outcome)).map(([index]) => index) ?? [])
  const images = intent.images === null ? null : unpackBytes(intent.images)
  return targets.flatMap((_, index) => (!rest.has(index) && (intent.did === 'create' ? result !== null : (images?.[index]?.length ?? 0) > 0) ? [index] : []))
}

/** What the files of a run come to: the truth after a restart. */
export interface RunTally {
  readonly counts: RunCounts
  /** What became of those that can be put back, where the run is being undone. */
  readonly undoCounts: RunCounts
  readonly exceptions: number
  readonly undoable: number
  readonly undone: number
  readonly begun: number
  /** Of those counted as failed: what can be tried again. */
  readonly failed: number
}

export async function tallyRun(folders: RunFolders, manifest: Manifest, key: Buffer): Promise<RunTally> {
  const counts = new RunCounts(manifest.matched)
  const undone = await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key)
  let [exceptions, undoable, taken, begun, failed] = [0, 0, 0, 0, 0]
  for await (const { part, targets, journal, undoable: here } of partsOf(folders, manifest, key)) {
    if (journal !== null) begun++
    if (journal !== null && journal.result !== null) {
      counts.add(countRest(targets.length, journal.result.rest), 0)
      counts.addLayers(journal.result.layers)
      exceptions += journal.result.rest.length
      failed += failedOf(journal.result).length
    }
    const back = undone.get(part)
    undoable += here.filter((index) => back?.done.has(index) !== true).length
    taken += back?.done.size ?? 0
  }
  const attempts = [...undone.values()].map(({ done, rest }) => countRest(done.size + rest.length, rest))
  const undoCounts = new RunCounts(manifest.undoKeys?.length ?? undoable + taken)
  for (const attempt of attempts) undoCounts.add(attempt, 0)
  return { counts, undoCounts, exceptions, undoable, undone: taken, begun, failed }
}

export async function* exceptionsOf(folders: RunFolders, manifest: Manifest, key: Buffer): AsyncGenerator<CleanupException> {
  const undone = manifest.kind === 'undo' ? await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key) : null
  for await (const { part, targets, journal } of partsOf(folders, manifest, key)) {
    const rest = undone === null ? journal?.result?.rest : undone.get(part)?.rest
    for (const [index, outcome, reason] of rest ?? []) yield { key: targets[index]?.key ?? '', outcome, reason }
  }
}

/** How a journal's before-image ends; null: it has no end, or that is not known. */
export type EndOfImage = (bytes: Uint8Array) => { readonly expireDate: EpochMicros | null; readonly sizeBytes: number }

export async function* trashOf(folders: RunFolders, manifest: Manifest, { key, now, endOf }: { readonly key: Buffer; readonly now: EpochMs; readonly endOf: EndOfImage }): AsyncGenerator<TrashEntry> {
  const undone = await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key)
  for await (const { part, targets, journal, undoable } of partsOf(folders, manifest, key)) {
    const images = journal?.intent.images === null || journal === null ? [] : unpackBytes(journal.intent.images)
    for (const index of undoable) {
      const { expireDate, sizeBytes } = endOf(images[index] ?? new Uint8Array())
      const state = undone.get(part)?.done.has(index) === true ? 'undone' : journal?.intent.did === 'delete' ? 'removed' : 'changed'
      yield { key: targets[index]?.key ?? '', state, sizeBytes, expireDate, remainingSeconds: expireDate === null ? null : Math.floor(expireDate / 1_000_000 - now / 1000) }
    }
  }
}
