import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { FolderListing } from '../../../shared/model/app.ts'
import { useClient } from '../rpc/client.ts'

export interface FolderBrowser {
  readonly listing: Readonly<Ref<FolderListing | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  readonly busy: Readonly<Ref<boolean>>
  /** null: the home folder. A folder that cannot be read leaves the last listing in place. */
  enter(folder: string | null): Promise<void>
}

export function useFolderBrowser(): FolderBrowser {
  const client = useClient()
  const listing = shallowRef<FolderListing | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  const busy = shallowRef(false)
  let request = new AbortController()

  async function enter(folder: string | null): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    busy.value = true
    try {
      const answer = await client.call('files.list', { folder }, signal)
      if (signal.aborted) return
      listing.value = answer
      failure.value = null
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      if (!signal.aborted) busy.value = false
    }
  }

  onScopeDispose(() => request.abort())
  return { listing: readonly(listing), failure: readonly(failure), busy: readonly(busy), enter }
}
