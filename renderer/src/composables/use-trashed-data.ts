import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { TrashedData, TrashedSession } from '../../../shared/model/trash.ts'
import { useClient } from '../rpc/client.ts'

export interface TrashedLook {
  /** The one that is looked at; null: none. */
  readonly session: Readonly<Ref<TrashedSession | null>>
  readonly data: Readonly<Ref<TrashedData | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  look(session: TrashedSession): Promise<void>
  close(): void
}

/** A look at what one session of the trash holds. */
export function useTrashedData(): TrashedLook {
  const client = useClient()
  const session = shallowRef<TrashedSession | null>(null)
  const data = shallowRef<TrashedData | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()
  onScopeDispose(() => request.abort())

  return {
    session: readonly(session) as typeof session,
    data: readonly(data) as typeof data,
    failure: readonly(failure) as typeof failure,
    async look(wanted) {
      request.abort()
      const { signal } = (request = new AbortController())
      session.value = wanted
      data.value = null
      failure.value = null
      try {
        const { bundleId, place } = wanted
        const found = await client.call('trash.show', { bundleId, place }, signal)
        if (!signal.aborted) data.value = found
      } catch (error) {
        if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
      }
    },
    close() {
      request.abort()
      session.value = null
    },
  }
}
