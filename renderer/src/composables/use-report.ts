import { onScopeDispose, readonly, shallowRef } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import type { Client } from '../../../shared/rpc/client.ts'
import { useClient } from '../rpc/client.ts'

/** Reports that open beside the table. */
export type ReportId = 'readiness' | 'rotation'

/** A report that grows. `stopped`: by the user, so that it is not all. */
export type ReportState<Report> =
  | { readonly phase: 'reading' | 'ready' | 'stopped'; readonly report: Report | null }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

/** Whether all sessions survive a move to JSONSerializer. */
export const useReadiness = (sourceId: () => SourceId) => useReport((client, signal) => client.stream('reports.jsonReadiness', { sourceId: sourceId() }, signal))

/** Which key verifies the sessions. */
export const useRotation = (sourceId: () => SourceId) => useReport((client, signal) => client.stream('reports.keyRotation', { sourceId: sourceId() }, signal))

/** A report on all sessions of a source, read while it is wanted. */
function useReport<Report extends { readonly done: boolean }>(read: (client: Client, signal: AbortSignal) => AsyncIterable<Report>) {
  const client = useClient()
  const state = shallowRef<ReportState<Report>>({ phase: 'reading', report: null })
  let running = new AbortController()

  async function start(): Promise<void> {
    running.abort()
    const { signal } = (running = new AbortController())
    state.value = { phase: 'reading', report: null }
    try {
      for await (const report of read(client, signal)) {
        if (signal.aborted) return
        state.value = { phase: report.done ? 'ready' : 'reading', report }
      }
    } catch (error) {
      if (!signal.aborted) state.value = { phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) }
    }
  }

  function stop(): void {
    running.abort()
    if (state.value.phase === 'reading') state.value = { phase: 'stopped', report: state.value.report }
  }

  onScopeDispose(() => running.abort())
  return { state: readonly(state) as typeof state, start, stop }
}
