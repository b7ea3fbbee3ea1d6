import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { CleanupReport } from '../../../shared/model/cleanup.ts'
import { useClient } from '../rpc/client.ts'

export interface CleanRuns {
  /** Newest first: under way, interrupted, and those that can still be taken back. null: not read yet. */
  readonly runs: Readonly<Ref<readonly CleanupReport[] | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  read(): Promise<void>
  /** Deletes what is kept of a run. */
  forget(runId: string): Promise<void>
}

/** Earlier runs, of all sources. */
export function useCleanRuns(): CleanRuns {
  const client = useClient()
  const runs = shallowRef<readonly CleanupReport[] | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  const controller = new AbortController()
  onScopeDispose(() => controller.abort())

  async function attempt(work: () => Promise<void>): Promise<void> {
    failure.value = null
    try {
      await work()
    } catch (error) {
      if (!controller.signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  const read = (): Promise<void> => attempt(async () => { runs.value = await client.call('cleanup.list', {}, controller.signal) })
  return {
    runs: readonly(runs) as typeof runs,
    failure: readonly(failure) as typeof failure,
    read,
    forget: (runId) => attempt(async () => {
      await client.call('cleanup.forget', { runId }, controller.signal)
      await read()
    }),
  }
}
