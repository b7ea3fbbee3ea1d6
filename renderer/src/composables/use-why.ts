import { readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import type { WhyReport } from '../../../shared/model/why.ts'
import { useClient } from '../rpc/client.ts'

export interface Why {
  readonly report: Readonly<Ref<WhyReport | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  ask(): Promise<void>
}

/** Asks why a session is logged in or not, anew whenever it may have changed (`revision`). */
export function useWhy(subject: () => { readonly sourceId: SourceId; readonly key: SessionKey; readonly revision: unknown }): Why {
  const client = useClient()
  const report = shallowRef<WhyReport | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  async function ask(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { sourceId, key } = subject()
    failure.value = null
    try {
      const answer = await client.call('sessions.why', { sourceId, key }, signal)
      if (!signal.aborted) report.value = answer
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  watch(subject, (now, before) => {
    if (before === undefined || now.key !== before.key || now.sourceId !== before.sourceId) report.value = null
    void ask()
  }, { immediate: true })

  return { report: readonly(report) as Readonly<Ref<WhyReport | null>>, failure: readonly(failure), ask }
}
