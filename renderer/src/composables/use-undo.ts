import { computed, readonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { ChangeRecord, ChangeResult } from '../../../shared/model/change.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

export interface Undo {
  /** Changes of this source that can still be taken back, newest first. */
  readonly undoable: ComputedRef<readonly ChangeRecord[]>
  readonly busy: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** What the last undo did; null: none yet. */
  readonly result: Readonly<Ref<ChangeResult | null>>
  undo(changeId: string): Promise<void>
  dismiss(): void
}

export function useUndo(sourceId: () => SourceId | null, revision: () => number): Undo {
  const client = useClient()
  const records = shallowRef<readonly ChangeRecord[]>([])
  const busy = shallowRef(false)
  const failure = shallowRef<CoatcheckError | null>(null)
  const result = shallowRef<ChangeResult | null>(null)

  watch([sourceId, revision], async ([id], [before]) => {
    if (id !== before) dismiss()
    // What cannot be listed cannot be undone from here; the inspector tells about the store itself.
    const listed = id === null ? [] : await client.call('changes.list', { sourceId: id }).catch(() => [])
    if (id === sourceId()) records.value = listed
  }, { immediate: true })

  function dismiss(): void {
    failure.value = null
    result.value = null
  }

  async function undo(changeId: string): Promise<void> {
    dismiss()
    busy.value = true
    try {
      result.value = await client.call('changes.undo', { changeId })
    } catch (error) {
      failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      busy.value = false
    }
  }

  return {
    undoable: computed(() => records.value.filter((record) => !record.undone && record.kind !== 'undo')),
    busy: readonly(busy), failure: readonly(failure), result: readonly(result) as Readonly<Ref<ChangeResult | null>>,
    undo, dismiss,
  }
}
