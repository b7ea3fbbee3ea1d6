import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Overview } from '../../../shared/model/overview.ts'
import type { Source, SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

/** `idle`: nothing was asked yet. `overview`: as far as it is; of a run before, until a new one has something to say. */
export interface OverviewState {
  readonly phase: 'idle' | 'reading' | 'ready' | 'stopped' | 'failed'
  readonly overview: Overview | null
  /** The source that it is of; null: of none. */
  readonly of: SourceId | null
  readonly error: CoatcheckError | null
}

export interface OverviewRun {
  readonly state: Readonly<Ref<OverviewState>>
  start(): Promise<void>
  /** Counts again, at rest and not more often than is fit; what is on show stays until the new one is whole. */
  renew(): void
  stop(): void
}

const IDLE: OverviewState = { phase: 'idle', overview: null, of: null, error: null }
/** Changes come in rows: one count follows when they rest. In milliseconds. */
const REST_MS = 600
/** Unasked, it is counted again after so many times as long as that took. */
const RENEW_TIMES = 10

/** A source at a glance, for every picture of it: counted once it is wanted, and again when its sessions changed. */
export function useOverview(source: () => Source | null, revision: () => number, isWanted: () => boolean): OverviewRun {
  const client = useClient()
  const state = shallowRef<OverviewState>(IDLE)
  let running = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let restsUntil = 0

  function forget(): void {
    clearTimeout(timer)
    timer = undefined
  }

  async function start({ keepShown = false } = {}): Promise<void> {
    forget()
    running.abort()
    const { signal } = (running = new AbortController())
    const open = source()
    if (open === null) return
    if (!keepShown) state.value = { ...state.value, phase: 'reading', error: null }
    const started = performance.now()
    try {
      for await (const overview of client.stream('reports.overview', { sourceId: open.id }, signal)) {
        if (signal.aborted) return
        if (overview.phase === 'done') restsUntil = performance.now() + RENEW_TIMES * (performance.now() - started)
        if (!keepShown || overview.phase === 'done') state.value = { phase: overview.phase === 'done' ? 'ready' : 'reading', overview, of: open.id, error: null }
      }
    } catch (error) {
      if (!signal.aborted && !keepShown) state.value = { ...state.value, phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) }
    }
  }

  function renew(): void {
    if (state.value.phase !== 'ready' || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      if (isWanted()) void start({ keepShown: true })
      else state.value = IDLE
    }, Math.max(REST_MS, restsUntil - performance.now()))
  }

  function stop(): void {
    forget()
    running.abort()
    if (state.value.phase === 'reading') state.value = { ...state.value, phase: 'stopped' }
  }

  watch(() => source()?.id, () => {
    stop()
    state.value = IDLE
  })
  watch([isWanted, () => source()?.id], () => {
    if (isWanted() && state.value.phase === 'idle') void start()
  }, { immediate: true })
  // The same source, changed: by a write, or by other keys.
  watch([source, revision], ([now], [before]) => {
    if (now === null || now.id !== before?.id || state.value.phase === 'idle') return
    stop()
    timer = setTimeout(() => {
      timer = undefined
      if (isWanted()) void start()
      else state.value = IDLE
    }, REST_MS)
  })
  onScopeDispose(stop)

  return { state: readonly(state) as Readonly<Ref<OverviewState>>, start: () => start(), renew, stop }
}
