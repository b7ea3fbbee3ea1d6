import { CoatcheckError, serializeError, throwIfAborted } from '../../../shared/errors.ts'
import type { FollowedState, FollowEvent } from '../../../shared/model/follow.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { StoredSession } from '../stores/session-store.ts'
import { sleep } from '../util/abort.ts'
import { monotonicMs } from '../util/clock.ts'
import { Announcements } from './announcements.ts'
import { decodeSession, describeSession } from './inspect.ts'
import type { Clock, SessionSource } from './session-source.ts'

export interface Following {
  /** As it is open now: another key, or leave to write, makes another one. @throws where it is open no more */
  readonly source: () => SessionSource
  readonly key: SessionKey
  readonly clock: Clock
  readonly everyMs: number
}

/** A store that has to be read is asked less often the longer nothing happens, up to this pause. */
const LONGEST_PAUSE_MS = 5000
const QUIET_SHARE = 30
/** Where a store announces what is written, it is read all the same now and then: not everything is announced. */
const ANNOUNCED_PAUSE_MS = 30_000
/** Between two readings of a session that is announced again and again. */
const LEAST_PAUSE_MS = 200
/** Redis before 7 tells the time that is left, of which every reading makes a slightly other end. */
const SAME_END_MICROS = 2_000_000

/** What is known of the session. `state` null: it is not there. */
interface Known {
  readonly state: FollowedState | null
  readonly isOver: boolean
}

/**
 * Reads one session by its key, when its store announces that it was written, else again and again; says what has become of it. Keeps its
 * last state, and nothing before it.
 */
export async function* followSession(following: Following, signal: AbortSignal): AsyncGenerator<FollowEvent> {
  const announced = new Announcements(following.key)
  try {
    yield* follow(following, announced, signal)
  } finally {
    announced.stop()
  }
}

async function* follow({ source, key, clock, everyMs }: Following, announced: Announcements, signal: AbortSignal): AsyncGenerator<FollowEvent> {
  const asked = createAsking(key)
  let isAnnounced = false
  let known: Known | null = null
  let isReached = true
  let changedAt = monotonicMs()
  for (;;) {
    const now = clock()
    const current = source()
    announced.listen(current.store)
    if (announced.isOn !== isAnnounced) {
      isAnnounced = announced.isOn
      yield { kind: 'way', seenAt: now, way: isAnnounced ? 'announced' : 'asked' }
    }
    const wasTold = announced.take()
    try {
      const read = await asked.read(current, signal)
      if (!isReached) yield { kind: 'reached', seenAt: now }
      isReached = true
      const over: FollowEvent | null = endedBy(known, now)
      if (over !== null) {
        known = { state: stateOf(known), isOver: true }
        yield over
      }
      const event: FollowEvent | null = read === 'same' ? null : await compare(current, read, known, now, signal)
      if (event !== null) {
        const state: FollowedState | null = event.kind === 'state' ? event.state : null
        known = { state, isOver: state?.state === 'expired' }
        changedAt = monotonicMs()
        if (isAnnounced && !wasTold) announced.doubt()
        yield event
      }
    } catch (error) {
      throwIfAborted(signal)
      if (source().store === current.store && !isPassing(error)) throw error
      if (isReached && source().store === current.store && error instanceof CoatcheckError) {
        isReached = false
        yield { kind: 'unreached', seenAt: now, error: serializeError(error) }
      }
    }
    const quietMs = (monotonicMs() - changedAt) / QUIET_SHARE
    const asking = asked.isCheap() && isReached ? everyMs : Math.max(everyMs, Math.min(LONGEST_PAUSE_MS, quietMs))
    if (announced.isOn) await sleep(Math.min(everyMs, LEAST_PAUSE_MS), signal)
    await announced.wait(Math.min(announced.isOn && isReached ? ANNOUNCED_PAUSE_MS : asking, untilEnd(known, clock())), signal)
    throwIfAborted(signal)
  }
}

/** Reads only where the store may have changed, if the store can tell. */
function createAsking(key: SessionKey): { read(source: SessionSource, signal: AbortSignal): Promise<StoredSession | null | 'same'>; isCheap(): boolean } {
  let last: { readonly store: SessionSource['store']; readonly revision: string | null } | null = null
  return {
    async read({ store }, signal) {
      // Before the reading: what is written in between is then noticed the next time.
      const revision = (await store.revision?.(signal)) ?? null
      if (last?.store === store && revision !== null && last.revision === revision) return 'same'
      const read = await store.read(key, signal)
      last = { store, revision }
      return read
    },
    isCheap: () => last !== null && last.revision !== null,
  }
}

async function compare(source: SessionSource, stored: StoredSession | null, known: Known | null, now: number, signal: AbortSignal): Promise<FollowEvent | null> {
  const before = stateOf(known)
  if (stored === null) return known !== null && before === null ? null : { kind: 'gone', seenAt: now, wasThere: before !== null }
  if (before?.etag === stored.etag && (source.expiry !== 'ttl' || isSameEnd(before.expireDate, stored.expireDate))) return null
  const session = await decodeSession(source, stored, now, signal)
  const { row, etag, text, expiry, pair } = await describeSession(source, session, now, signal)
  const state: FollowedState = {
    etag, data: text.data, problem: text.problem?.sentence ?? null, state: row.state, expireDate: row.expireDate, savedAt: expiry.savedAt, sizeBytes: row.sizeBytes,
    ...(pair === undefined ? {} : { drift: pair.drift }),
  }
  return { kind: 'state', reason: known === null ? 'first' : before === null ? 'made-again' : 'saved', seenAt: now, state }
}

const stateOf = (known: Known | null): FollowedState | null => known?.state ?? null

/** Django stops to load it at its expire date, whether or not anybody deletes it. */
function endedBy(known: Known | null, now: number): FollowEvent | null {
  const expireDate = stateOf(known)?.expireDate ?? null
  return known === null || known.isOver || expireDate === null || expireDate > now * 1000 ? null : { kind: 'expired', seenAt: now, expireDate }
}

function untilEnd(known: Known | null, now: number): number {
  const expireDate = stateOf(known)?.expireDate ?? null
  return known === null || known.isOver || expireDate === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(expireDate / 1000 - now))
}

function isSameEnd(before: number | null, after: number | null): boolean {
  return before === null || after === null ? before === after : Math.abs(before - after) <= SAME_END_MICROS
}

/** A lock, a restart: the same question may be answered later. */
const isPassing = (error: unknown): boolean => error instanceof CoatcheckError && error.details.retryable === true
