import { computed, shallowReadonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { ChangeRecord, ChangeResult } from '../../../shared/model/change.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import { useAnswer } from './use-answer.ts'

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
  const isSame = (now: ReturnType<typeof subject>, before: ReturnType<typeof subject>): boolean => now.key === before.key && now.sourceId === before.sourceId
  const { value: records, failure: readFailure, ask } = useAnswer(subject, async (caller, { sourceId, key }, signal) => (await caller.call('changes.list', { sourceId }, signal)).filter(({ keys }) => keys.includes(key)), isSame)
  const undoing = shallowRef<string | null>(null)
  const undoFailure = shallowRef<CoatcheckError | null>(null)
  const result = shallowRef<ChangeResult | null>(null)

  async function read(): Promise<void> {
    undoFailure.value = null
    await ask()
  }

  async function undo(changeId: string): Promise<void> {
    if (undoing.value !== null) return
    undoing.value = changeId
    undoFailure.value = null
    result.value = null
    try {
      result.value = await client.call('changes.undo', { changeId })
      await read()
    } catch (error) {
      undoFailure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      undoing.value = null
    }
  }

  watch(subject, (now, before) => {
    undoFailure.value = null
    if (!isSame(now, before)) result.value = null
  })
  return { records, failure: computed(() => undoFailure.value ?? readFailure.value), undoing: shallowReadonly(undoing), result: shallowReadonly(result), read, undo }
}
