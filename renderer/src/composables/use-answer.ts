import { onScopeDispose, shallowReadonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Client } from '../../../shared/rpc/client.ts'
import { useClient } from '../rpc/client.ts'

export interface Answer<Value> {
  /** null: not there yet, or nothing is asked. */
  readonly value: Readonly<Ref<Value | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  ask(): Promise<void>
}

/**
 * What the core says of a subject, asked anew whenever that changes; only the last question counts. `isSame`: the answer before stays on
 * show until the new one is there.
 */
export function useAnswer<Subject, Value>(subject: () => Subject, ask: (client: Client, subject: Subject, signal: AbortSignal) => Promise<Value | null>, isSame: (now: Subject, before: Subject) => boolean): Answer<Value> {
  const client = useClient()
  const value = shallowRef<Value | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  async function again(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    failure.value = null
    try {
      const answer = await ask(client, subject(), signal)
      if (!signal.aborted) value.value = answer
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  watch(subject, (now, before) => {
    if (before === undefined || !isSame(now, before)) value.value = null
    void again()
  }, { immediate: true })
  onScopeDispose(() => request.abort())
  return { value: shallowReadonly(value), failure: shallowReadonly(failure), ask: again }
}
