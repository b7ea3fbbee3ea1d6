import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { CleanupException, TrashEntry } from '../../../shared/model/cleanup.ts'
import { useClient } from '../rpc/client.ts'

const PAGE = 100

interface Part<Entry> {
  readonly entries: Readonly<Ref<readonly Entry[]>>
  /** All there are; null: not read yet. */
  readonly total: Readonly<Ref<number | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  more(): Promise<void>
}

/** What was not done as it was meant, and what undo would put back: a page at a time. `run` names the run and how often it changed; null: none is over. */
export function useRunParts(run: () => string | null, runId: () => string): { readonly exceptions: Part<CleanupException>; readonly trash: Part<TrashEntry> } {
  const client = useClient()
  return {
    exceptions: usePart(run, async (offset, signal) => {
      const { exceptions, total } = await client.call('cleanup.exceptions', { runId: runId(), offset, limit: PAGE }, signal)
      return { entries: exceptions, total }
    }),
    trash: usePart(run, (offset, signal) => client.call('cleanup.trash', { runId: runId(), offset, limit: PAGE }, signal)),
  }
}

function usePart<Entry>(run: () => string | null, read: (offset: number, signal: AbortSignal) => Promise<{ readonly entries: readonly Entry[]; readonly total: number }>): Part<Entry> {
  const entries = shallowRef<readonly Entry[]>([])
  const total = shallowRef<number | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let reading = new AbortController()

  async function more(): Promise<void> {
    const { signal } = reading
    failure.value = null
    try {
      const page = await read(entries.value.length, signal)
      if (signal.aborted) return
      entries.value = [...entries.value, ...page.entries]
      total.value = page.total
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  watch(run, (name) => {
    reading.abort()
    reading = new AbortController()
    entries.value = []
    total.value = null
    failure.value = null
    if (name !== null) void more()
  }, { immediate: true })
  onScopeDispose(() => reading.abort())
  return { entries: readonly(entries) as typeof entries, total: readonly(total) as typeof total, failure: readonly(failure) as typeof failure, more }
}
