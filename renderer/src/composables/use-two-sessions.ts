import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

export type TwoSessions =
  | { readonly phase: 'loading' }
  /** One of them, or both. */
  | { readonly phase: 'gone' }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }
  | { readonly phase: 'ready'; readonly left: SessionDetail; readonly right: SessionDetail }

/** Two sessions of one source, read whole, and again whenever it changes (`revision`). */
export function useTwoSessions(subject: () => { readonly sourceId: SourceId; readonly keys: readonly [SessionKey, SessionKey]; readonly revision: number }): { readonly state: Readonly<Ref<TwoSessions>>; read(): Promise<void> } {
  const client = useClient()
  const state = shallowRef<TwoSessions>({ phase: 'loading' })
  let request = new AbortController()

  async function read(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { sourceId, keys } = subject()
    try {
      const [left, right] = await Promise.all([client.call('sessions.read', { sourceId, key: keys[0] }, signal), client.call('sessions.read', { sourceId, key: keys[1] }, signal)])
      if (!signal.aborted) state.value = left === null || right === null ? { phase: 'gone' } : { phase: 'ready', left, right }
    } catch (error) {
      if (!signal.aborted) state.value = { phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) }
    }
  }

  watch(() => JSON.stringify(subject()), () => void read(), { immediate: true })
  onScopeDispose(() => request.abort())
  return { state: readonly(state) as Readonly<Ref<TwoSessions>>, read }
}
