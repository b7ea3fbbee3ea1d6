import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { FollowedState, FollowEvent } from '../../../shared/model/follow.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

/** `missed`: saved while nobody looked. `never`: it was not there at the beginning. */
export type FollowEntryKind = 'first' | 'saved' | 'missed' | 'made-again' | 'gone' | 'never' | 'expired' | 'unreached' | 'reached'

export interface FollowEntry {
  readonly id: number
  readonly kind: FollowEntryKind
  readonly seenAt: number
  /** null: nothing was there, or the entry tells of none. */
  readonly before: FollowedState | null
  readonly after: FollowedState | null
}

export type FollowPhase = 'off' | 'starting' | 'on' | 'paused' | 'failed'

export interface Follow {
  readonly phase: Readonly<Ref<FollowPhase>>
  /** Newest first. */
  readonly entries: Readonly<Ref<readonly FollowEntry[]>>
  /** Older entries that were let go. */
  readonly dropped: Readonly<Ref<number>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  start(): void
  stop(): void
  clear(): void
}

const MOST_ENTRIES = 100
/** Characters of data that all entries hold together. */
const MOST_CHARS = 16 * 1024 * 1024

/** Follows one session while it is shown and the window can be seen. `onState` is called for each save. */
export function useFollow(session: () => { readonly sourceId: SourceId; readonly key: SessionKey | null }, onState: () => void): Follow {
  const client = useClient()
  const phase = shallowRef<FollowPhase>('off')
  const entries = shallowRef<readonly FollowEntry[]>([])
  const dropped = shallowRef(0)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()
  let last: FollowedState | null = null
  let ids = 0

  async function run(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { sourceId, key } = session()
    if (key === null) return
    failure.value = null
    phase.value = 'starting'
    try {
      for await (const event of client.stream('sessions.follow', { sourceId, key }, signal)) {
        if (signal.aborted) return
        phase.value = 'on'
        take(event)
      }
      if (!signal.aborted) phase.value = 'off'
    } catch (error) {
      if (signal.aborted) return
      failure.value = error instanceof CoatcheckError ? error : unexpected(error)
      phase.value = 'failed'
    }
  }

  function take(event: FollowEvent): void {
    const after = event.kind === 'state' ? event.state : null
    const kind = kindOf(event)
    const before = last
    if (after !== null) last = after
    else if (kind === 'gone') last = null
    if (kind === null) return
    add({ kind, seenAt: event.seenAt, before: after === null ? null : before, after })
    if (kind === 'saved' || kind === 'missed' || kind === 'made-again') onState()
  }

  /** null: begun again after a pause, and nothing happened meanwhile. */
  function kindOf(event: FollowEvent): FollowEntryKind | null {
    if (event.kind === 'gone') return event.wasThere || last !== null ? 'gone' : entries.value.some(({ kind }) => kind === 'gone' || kind === 'never') ? null : 'never'
    if (event.kind !== 'state') return event.kind
    if (event.reason !== 'first' || entries.value.length === 0) return event.reason
    if (last === null) return 'made-again'
    return last.etag === event.state.etag ? null : 'missed'
  }

  function add(entry: Omit<FollowEntry, 'id'>): void {
    const kept = [{ ...entry, id: ids++ }, ...entries.value]
    let [chars, count] = [0, 0]
    for (const { after } of kept) {
      chars += after?.data?.length ?? 0
      if (count >= MOST_ENTRIES || (count > 0 && chars > MOST_CHARS)) break
      count += 1
    }
    dropped.value += kept.length - count
    entries.value = kept.slice(0, count)
  }

  function stop(): void {
    request.abort()
    phase.value = 'off'
  }

  function clear(): void {
    entries.value = entries.value.slice(0, 0)
    dropped.value = 0
    if (phase.value === 'on' || phase.value === 'starting') start()
    else last = null
  }

  function start(): void {
    if (entries.value.length === 0) last = null
    void run()
  }

  /** What nobody sees is not asked for. */
  function onVisibility(): void {
    if (document.hidden && (phase.value === 'on' || phase.value === 'starting')) {
      request.abort()
      phase.value = 'paused'
    } else if (!document.hidden && phase.value === 'paused') void run()
  }

  watch(() => [session().sourceId, session().key], () => {
    stop()
    clear()
    failure.value = null
  })
  document.addEventListener('visibilitychange', onVisibility)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility)
    request.abort()
  })
  return { phase: readonly(phase), entries: readonly(entries) as Readonly<Ref<readonly FollowEntry[]>>, dropped: readonly(dropped), failure: readonly(failure) as Readonly<Ref<CoatcheckError | null>>, start, stop, clear }
}
