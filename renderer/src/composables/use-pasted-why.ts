import { onScopeDispose, shallowReadonly, shallowRef, watch } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { WhyReport } from '../../../shared/model/why.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'
import type { Why } from './use-why.ts'

/** Asks why what was pasted logs nobody in, anew for another text or site. null: nothing is to be asked. */
export function usePastedWhy(subject: () => Input<'sessions.whyCookie'> | null): Why {
  const client = useClient()
  const report = shallowRef<WhyReport | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  async function ask(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const input = subject()
    report.value = null
    failure.value = null
    if (input === null) return
    try {
      const answer = await client.call('sessions.whyCookie', input, signal)
      if (!signal.aborted) report.value = answer
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  watch(subject, () => void ask(), { immediate: true })
  onScopeDispose(() => request.abort())
  return { report: shallowReadonly(report), failure: shallowReadonly(failure), ask }
}
