import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import { useClient } from '../rpc/client.ts'

/** What the inspector has of the selected session. A session that is read again stays visible meanwhile. */
export type DetailState =
  | { readonly phase: 'none' }
  | { readonly phase: 'loading' }
  | { readonly phase: 'gone'; readonly key: SessionKey }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }
  | { readonly phase: 'ready'; readonly detail: SessionDetail }

export function useSessionDetail(options: { readonly sourceId: () => string; readonly key: () => SessionKey | null }) {
  const { sourceId, key } = options
  const client = useClient()
  const state = shallowRef<DetailState>({ phase: 'none' })
  let running: AbortController | null = null

  async function load(keepShown: boolean): Promise<void> {
    running?.abort()
    const wanted = key()
    if (wanted === null) {
      state.value = { phase: 'none' }
      return
    }
    const controller = new AbortController()
    running = controller
    if (!keepShown || state.value.phase !== 'ready') state.value = { phase: 'loading' }
    try {
      const detail = await client.call('sessions.read', { sourceId: sourceId(), key: wanted }, controller.signal)
      if (running === controller) state.value = detail === null ? { phase: 'gone', key: wanted } : { phase: 'ready', detail }
    } catch (error) {
      if (running !== controller || !(error instanceof CoatcheckError)) return
      if (error.code !== 'CANCELLED') state.value = { phase: 'failed', error }
    }
  }

  watch([sourceId, key], () => load(false), { immediate: true })
  onScopeDispose(() => running?.abort())

  return { state: readonly(state) as typeof state, reload: () => load(true) }
}
