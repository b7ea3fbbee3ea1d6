import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { ConnectionReport } from '../../../shared/model/connection.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'

export interface ConnectionTest {
  readonly busy: Readonly<Ref<boolean>>
  /** null: not tested, or not any more what was tested. */
  readonly report: Readonly<Ref<ConnectionReport | null>>
  /** Why it could not even begin. */
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  run(input: Input<'connections.test'>): Promise<void>
  stop(): void
  forget(): void
}

/** Tests a connection; a new test, or leaving, ends the one before. */
export function useConnectionTest(): ConnectionTest {
  const client = useClient()
  const busy = shallowRef(false)
  const report = shallowRef<ConnectionReport | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  function stop(): void {
    request.abort()
    busy.value = false
  }

  async function run(input: Input<'connections.test'>): Promise<void> {
    stop()
    const { signal } = (request = new AbortController())
    busy.value = true
    report.value = null
    failure.value = null
    try {
      const found = await client.call('connections.test', input, signal)
      if (!signal.aborted) report.value = found
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      if (!signal.aborted) busy.value = false
    }
  }

  onScopeDispose(stop)
  return {
    busy: readonly(busy), report, failure, run, stop,
    forget() {
      stop()
      report.value = null
      failure.value = null
    },
  }
}
