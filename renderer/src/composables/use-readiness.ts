import { onScopeDispose, readonly, shallowRef } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { ReadinessReport } from '../../../shared/model/report.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

/** A report that grows. `stopped`: by the user, so that it is not all. */
export type ReadinessState =
  | { readonly phase: 'reading' | 'ready' | 'stopped'; readonly report: ReadinessReport | null }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

export function useReadiness(sourceId: () => SourceId) {
  const client = useClient()
  const state = shallowRef<ReadinessState>({ phase: 'reading', report: null })
  let running = new AbortController()

  async function start(): Promise<void> {
    running.abort()
    const { signal } = (running = new AbortController())
    state.value = { phase: 'reading', report: null }
    try {
      for await (const report of client.stream('reports.jsonReadiness', { sourceId: sourceId() }, signal)) {
        if (signal.aborted) return
        state.value = { phase: report.done ? 'ready' : 'reading', report }
      }
    } catch (error) {
      if (!signal.aborted) state.value = { phase: 'failed', error: error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', String(error)) }
    }
  }

  function stop(): void {
    running.abort()
    if (state.value.phase === 'reading') state.value = { phase: 'stopped', report: state.value.report }
  }

  onScopeDispose(() => running.abort())
  return { state: readonly(state) as typeof state, start, stop }
}
