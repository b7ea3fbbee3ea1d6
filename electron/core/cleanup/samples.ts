import { CoatcheckError, throwIfAborted } from '../../../shared/errors.ts'
import type { CleanupSample } from '../../../shared/model/cleanup.ts'
import type { EpochMs, SessionRow } from '../../../shared/model/session.ts'
import { readSession } from '../sessions/inspect.ts'
import { changeSides } from '../sessions/layers.ts'
import type { DryRunRequest } from './dry-run.ts'
import { editStep } from './edits.ts'

/** Samples whose data is worked out; the others are shown as rows. */
const WORKED_OUT = 5

/** Sample rows; of the first few, what the action would make of them. */
export async function makeSamples({ target, action }: DryRunRequest, rows: readonly SessionRow[], now: EpochMs, signal: AbortSignal): Promise<readonly CleanupSample[]> {
  const samples: CleanupSample[] = []
  for (const [index, row] of rows.entries()) {
    throwIfAborted(signal)
    const plain: CleanupSample = { row, before: null, after: null }
    const isEdit = action.kind !== 'delete' && action.kind !== 'copy'
    samples.push(isEdit && index < WORKED_OUT ? await workedOut({ target, action }, plain, now, signal) : plain)
  }
  return samples
}

async function workedOut({ target: { source }, action }: Pick<DryRunRequest, 'target' | 'action'>, plain: CleanupSample, now: EpochMs, signal: AbortSignal): Promise<CleanupSample> {
  try {
    const session = await readSession(source, plain.row.key, now, signal)
    const step = session === null ? null : await editStep(source, session, action, now)
    if (session === null || step === null || 'params' in step || step.step.did !== 'write') return plain
    return { row: plain.row, ...changeSides(source, { session, edit: step.step.edit, newData: step.newData, end: step.end }, now) }
  } catch (error) {
    if (error instanceof CoatcheckError && error.code !== 'CANCELLED') return plain
    throw error
  }
}
