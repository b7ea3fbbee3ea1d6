import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { FoundUsers } from '../../../shared/model/owner.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

const MOST_SHOWN = 20
/** Typing in one go is one question. */
const PAUSE_MS = 150

export interface UserSearch {
  /** null: not asked yet. What was found before stays until the next answer. */
  readonly found: Readonly<Ref<FoundUsers | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  readonly busy: Readonly<Ref<boolean>>
  ask(text: string, pause?: number): void
}

/** Users of a source's project that a text fits: the first few, looked up while people type. */
export function useUserSearch(sourceId: () => SourceId): UserSearch {
  const client = useClient()
  const found = shallowRef<FoundUsers | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  const busy = shallowRef(false)
  let request = new AbortController()
  let timer = 0

  async function look(text: string): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    busy.value = true
    failure.value = null
    try {
      const answer = await client.call('users.search', { sourceId: sourceId(), text: text.trim().slice(0, 256), limit: MOST_SHOWN }, signal)
      if (!signal.aborted) found.value = answer
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      if (!signal.aborted) busy.value = false
    }
  }

  onScopeDispose(() => {
    window.clearTimeout(timer)
    request.abort()
  })

  return {
    found: readonly(found) as Readonly<Ref<FoundUsers | null>>,
    failure: readonly(failure),
    busy: readonly(busy),
    ask(text, pause = PAUSE_MS) {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void look(text), pause)
    },
  }
}
