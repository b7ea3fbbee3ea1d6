import { z } from 'zod'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { monotonicMs } from '../util/clock.ts'
import { countRest } from './count-rest.ts'
import type { Rest } from './journal.ts'
import type { ActionWork } from './part-work.ts'
import type { RecordFile } from './record-file.ts'
import { readRecords } from './record-file.ts'
import { reasonShape } from './reason-shape.ts'
import type { RunStep } from './run.ts'
import { assertAnswered } from './run.ts'
import type { RunPart } from './tally-run.ts'

const undone = z.object({ part: z.int(), done: z.array(z.int()), rest: z.array(z.tuple([z.int(), z.enum(['gone', 'conflict', 'exists', 'failed', 'unknown', 'partly', 'skipped']), reasonShape.nullable()])) })

export interface UndonePart {
  readonly done: Set<number>
  /** As the last attempt had it. */
  rest: Rest
}

/** What was put back already, part by part. Empty: nothing was. */
export async function readUndone(path: string, key: Buffer): Promise<ReadonlyMap<number, UndonePart>> {
  const parts = new Map<number, UndonePart>()
  try {
    for await (const { facts } of readRecords(path, key)) {
      const { part, done, rest } = undone.parse(facts)
      const known = parts.get(part) ?? { done: new Set(), rest: [] }
      for (const index of done) known.done.add(index)
      known.rest = rest
      parts.set(part, known)
    }
  } catch (error) {
    if (!(error instanceof CoatcheckError)) throw error
  }
  return parts
}

/** Undo of one part. What is put back already, and stands there as it was, is as good as done: to try again does nothing twice. */
export function undoStep({ part, targets, journal }: RunPart, indexes: readonly number[], { work, file }: { readonly work: ActionWork; readonly file: RecordFile }): RunStep {
  return {
    sessions: indexes.length,
    async carryOut(pace) {
      const started = monotonicMs()
      const outcomes = journal === null ? [] : await work.undo(journal, targets, indexes, pace)
      assertAnswered(outcomes)
      if (outcomes.some(({ outcome, reason }) => outcome === 'unknown' && reason === null)) throw new CoatcheckError('CONNECT_LOST', 'cleanup.lostBeforeAnswer', { retryable: true })
      const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
      if (failed.length > 1 && failed.length === outcomes.length) throw new CoatcheckError('STORE_READ_ONLY', failed[0]?.reason ?? 'cleanup.refusesAll', { hint: 'next.lookThenResume' })
      const rest = restOf(indexes, outcomes)
      await file.append({ facts: { part, done: indexes.filter((index) => !rest.some(([other]) => other === index)), rest }, blobs: [] })
      return { counts: countRest(indexes.length, rest), tookMs: Math.round(monotonicMs() - started), bytes: 0 }
    },
  }
}

function restOf(indexes: readonly number[], outcomes: readonly KeyOutcome[]): Rest {
  return outcomes.flatMap(({ outcome, reason }, at): Rest => (outcome === 'done' ? [] : [[indexes[at] ?? 0, outcome, reason]]))
}
