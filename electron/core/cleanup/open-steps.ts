import { CoatcheckError } from '../../../shared/errors.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import type { CleanupSources, CleanupTarget } from './cleanup-target.ts'
import { copies } from './copies.ts'
import { edits } from './edits.ts'
import { openJournal } from './journal.ts'
import type { RunJournal } from './journal.ts'
import type { ActionPlace, ActionWork } from './part-work.ts'
import { deletion } from './part-work.ts'
import { openRecords } from './record-file.ts'
import type { CleaningStep, RunStep } from './run.ts'
import { cleaningStep } from './run.ts'
import type { Manifest, RunFolders } from './run-folder.ts'
import { JOURNAL_FILE, UNDO_FILE } from './run-folder.ts'
import { failedOf, partsOf } from './tally-run.ts'
import { readUndone, undoStep } from './undo-file.ts'

export interface StepsOptions {
  readonly folders: RunFolders
  readonly sources: CleanupSources
  readonly manifest: Manifest
  readonly key: Buffer
  readonly limitBytes: number
}

/** What a run still has to do, part by part, and how its files are closed. */
export async function openSteps(options: StepsOptions): Promise<{ readonly steps: AsyncIterable<RunStep>; readonly close: () => Promise<void> }> {
  const { folders, manifest, key } = options
  const work = workOf(options)
  if (manifest.kind === 'undo') {
    const file = await openRecords(folders.pathOf(manifest.runId, UNDO_FILE), key)
    return { steps: undoSteps(options, { work, file }), close: () => file.close() }
  }
  const journal = await openJournal(folders.pathOf(manifest.runId, JOURNAL_FILE), key)
  const cleaning = { work, journal, keeps: manifest.undo && manifest.action.kind !== 'copy', limitBytes: options.limitBytes, partialUndo: manifest.partialUndo }
  let retried: RunJournal | null = null
  async function* steps(): AsyncGenerator<RunStep> {
    const retryFile = folders.pathOf(manifest.runId, folders.nextRetry(manifest.runId))
    let waiting: CleaningStep | null = null
    let following: CleaningStep | null = null
    for await (const { part, targets, journal: found, openRetry } of partsOf(folders, manifest, key)) {
      // One is kept back, so that it knows the next one. Nothing is written before its turn.
      const fresh = found === null ? cleaningStep(part, targets, null, cleaning, () => following) : null
      following = fresh
      if (waiting !== null) yield waiting
      waiting = fresh
      if (found === null) continue
      if (found.result === null) yield cleaningStep(part, targets, found.intent, cleaning)
      else if (failedOf(found.result).length > 0) {
        retried ??= await openJournal(retryFile, key)
        if (openRetry !== null) await retried.intend(openRetry)
        // Before-images of the first time are kept, and these sessions are as they were then, or left.
        yield cleaningStep(part, failedOf(found.result).flatMap((index) => targets[index] ?? []), openRetry, { ...cleaning, journal: retried, keeps: false })
      }
    }
    following = null
    if (waiting !== null) yield waiting
  }
  const close = async (): Promise<void> => {
    await journal.close()
    await retried?.close()
  }
  return { steps: steps(), close }
}

async function* undoSteps({ folders, manifest, key }: StepsOptions, undo: Parameters<typeof undoStep>[2]): AsyncGenerator<RunStep> {
  const undone = await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key)
  const only = manifest.undoKeys === null ? null : new Set(manifest.undoKeys)
  for await (const part of partsOf(folders, manifest, key)) {
    const indexes = part.undoable.filter((index) => undone.get(part.part)?.done.has(index) !== true && (only === null || only.has(part.targets[index]?.key ?? '')))
    if (indexes.length > 0) yield undoStep(part, indexes, undo)
  }
}

function workOf({ sources, manifest }: StepsOptions): ActionWork {
  const open = (target: SourceTarget): CleanupTarget => {
    const found = sources.find(target)
    if (found === null) throw new CoatcheckError('CONNECT_LOST', 'cleanup.runSourceClosed', { hint: 'next.openThenResume' })
    return found
  }
  const place: ActionPlace = {
    source: () => open(manifest.target), copyTo: () => open(manifest.copyTarget ?? manifest.target), action: manifest.action, now: manifest.now,
  }
  switch (manifest.action.kind) {
    case 'delete':
      return deletion(place)
    case 'copy':
      return copies(place)
    default:
      return edits(place)
  }
}
