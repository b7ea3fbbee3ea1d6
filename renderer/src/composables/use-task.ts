import { readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'

export interface Task {
  readonly busy: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** Whether it went well. A second run while one is under way is refused. */
  run(work: () => Promise<unknown>): Promise<boolean>
  dismiss(): void
}

/** One thing at a time that may fail: busy while it runs, and the reason afterwards. */
export function useTask(): Task {
  const busy = shallowRef(false)
  const failure = shallowRef<CoatcheckError | null>(null)
  return {
    busy: readonly(busy),
    failure: readonly(failure),
    async run(work) {
      if (busy.value) return false
      busy.value = true
      failure.value = null
      try {
        await work()
        return true
      } catch (error) {
        failure.value = error instanceof CoatcheckError ? error : unexpected(error)
        return false
      } finally {
        busy.value = false
      }
    },
    dismiss: () => { failure.value = null },
  }
}
