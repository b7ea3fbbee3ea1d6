import type { CleanupException, TrashEntry } from '../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs } from '../../../shared/model/session.ts'
import { unpackBytes } from '../stores/image-bytes.ts'
import { countRest } from './count-rest.ts'
import type { JournalPart } from './journal.ts'
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
  /** null: it was not begun. */
  readonly journal: JournalPart | null
  /** Indexes that can be taken back: done (or perhaps done), and kept. */
  readonly undoable: readonly number[]
}

/** Parts of the list, with what the journal has of each. */
export async function* partsOf(folders: RunFolders, { runId, undo }: Pick<Manifest, 'runId' | 'undo'>, key: Buffer): AsyncGenerator<RunPart> {
  const journal = readParts(folders.pathOf(runId, JOURNAL_FILE), key)
  let next = await journal.next().catch(() => ({ done: true, value: undefined }) as const)
  let part = 0
  try {
    for await (const targets of readTargets(folders.pathOf(runId, LIST_FILE), key)) {
      const found: JournalPart | null = next.done !== true && next.value.intent.part === part ? next.value : null
      if (found !== null) next = await journal.next()
      yield { part, targets, journal: found, undoable: undo ? undoableOf(found, targets) : [] }
      part++
    }
  } finally {
    await journal.return(undefined)
  }
}

function undoableOf(journal: JournalPart | null, targets: readonly Target[]): readonly number[] {
  if (journal === null) return []
  const { intent, result } = journal
  const rest = new Set(result?.rest.filter(([, outcome]) => outcome !== 'partly' && outcome !== 'unknown').map(([index]) => index) ?? [])
  const images = intent.images === null ? null : unpackBytes(intent.images)
  return targets.flatMap((_, index) => (!rest.has(index) && (intent.did === 'create' ? result !== null : (images?.[index]?.length ?? 0) > 0) ? [index] : []))
}

/** What the files of a run come to: the truth after a restart. */
export interface RunTally {
  readonly counts: RunCounts
  readonly exceptions: number
  readonly undoable: number
  readonly undone: number
  readonly begun: number
}

export async function tallyRun(folders: RunFolders, manifest: Manifest, key: Buffer): Promise<RunTally> {
  const counts = new RunCounts(manifest.matched)
  const undone = await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key)
  let [exceptions, undoable, taken, begun] = [0, 0, 0, 0]
  for await (const { part, targets, journal, undoable: here } of partsOf(folders, manifest, key)) {
    if (journal !== null) begun++
    if (journal !== null && journal.result !== null) {
      counts.add(countRest(targets.length, journal.result.rest), 0)
      counts.addLayers(journal.result.layers)
      exceptions += journal.result.rest.length
    }
    const back = undone.get(part)
    undoable += here.filter((index) => back?.done.has(index) !== true).length
    taken += back?.done.size ?? 0
  }
  return { counts, exceptions, undoable, undone: taken, begun }
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
