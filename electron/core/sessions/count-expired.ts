import type { SessionReader } from '../stores/session-store.ts'
import { toMicros } from './session-source.ts'

/** Rows that `clearsessions` would delete now. It walks the whole store, in short reads. */
export async function countExpired(store: SessionReader, now: number, signal: AbortSignal): Promise<number> {
  let expired = 0
  for await (const step of store.tally({ order: { by: 'stored', direction: 'asc' }, every: EVERY, now: toMicros(now) }, signal)) expired = step.expired
  return expired
}

const EVERY = 500
