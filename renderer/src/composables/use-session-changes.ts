import { readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { ChangeRecord, ChangeResult } from '../../../shared/model/change.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

export interface SessionChanges {
  /** Newest first; null: not read yet. */
  readonly records: Readonly<Ref<readonly ChangeRecord[] | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** Id of the change that is being taken back; null: none. */
  readonly undoing: Readonly<Ref<string | null>>
  readonly result: Readonly<Ref<ChangeResult | null>>
  read(): Promise<void>
  undo(changeId: string): Promise<void>
}

/** What was changed with Coatcheck of one session, anew whenever its source changes (`revision`). */
export function useSessionChanges(subject: () => { readonly sourceId: SourceId; readonly key: SessionKey; readonly revision: number }): SessionChanges {
  const client = useClient()
  const records = shallowRef<readonly ChangeRecord[] | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  const undoing = shallowRef<string | null>(null)
  const result = shallowRef<ChangeResult | null>(null)
  let request = new AbortController()

  async function read(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { sourceId, key } = subject()
    failure.value = null
    try {
      const all = await client.call('changes.list', { sourceId }, signal)
      if (!signal.aborted) records.value = all.filter(({ keys }) => keys.includes(key))
    } catch (error) {
      if (!signal.aborted) failure.value = toError(error)
    }
  }

  async function undo(changeId: string): Promise<void> {
    if (undoing.value !== null) return
    undoing.value = changeId
    failure.value = null
    result.value = null
    try {
      result.value = await client.call('changes.undo', { changeId })
      await read()
    } catch (error) {
      failure.value = toError(error)
    } finally {
      undoing.value = null
    }
  }

  watch(subject, (now, before) => {
    if (before !== undefined && (now.key !== before.key || now.sourceId !== before.sourceId)) {
      records.value = null
      result.value = null
    }
    void read()
  }, { immediate: true })
  return { records: readonly(records) as SessionChanges['records'], failure: readonly(failure) as SessionChanges['failure'], undoing: readonly(undoing), result: readonly(result) as SessionChanges['result'], read, undo }
}

function toError(error: unknown): CoatcheckError {
  return error instanceof CoatcheckError ? error : unexpected(error)
}
