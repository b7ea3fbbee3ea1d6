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
  stop(): void
}

const IDLE: OverviewState = { phase: 'idle', overview: null, of: null, error: null }
/** Changes come in rows: one count follows when they rest. In milliseconds. */
const REST_MS = 600

/** A source at a glance, for every picture of it: counted once it is wanted, and again when its sessions changed. */
export function useOverview(source: () => Source | null, revision: () => number, isWanted: () => boolean): OverviewRun {
  const client = useClient()
  const state = shallowRef<OverviewState>(IDLE)
  let running = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function start(): Promise<void> {
    clearTimeout(timer)
    running.abort()
    const { signal } = (running = new AbortController())
    const open = source()
    if (open === null) return
    state.value = { ...state.value, phase: 'reading', error: null }
    try {
      for await (const overview of client.stream('reports.overview', { sourceId: open.id }, signal)) {
        if (signal.aborted) return
        state.value = { phase: overview.phase === 'done' ? 'ready' : 'reading', overview, of: open.id, error: null }
      }
    } catch (error) {
      if (!signal.aborted) state.value = { ...state.value, phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) }
    }
  }

  function stop(): void {
    clearTimeout(timer)
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
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isWanted()) void start()
      else state.value = IDLE
    }, REST_MS)
  })
  onScopeDispose(stop)

  return { state: readonly(state) as Readonly<Ref<OverviewState>>, start, stop }
}
