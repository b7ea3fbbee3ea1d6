import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { CleanupRetention } from '../../../shared/model/cleanup.ts'
import { useClient } from '../rpc/client.ts'
import { useTask } from './use-task.ts'
import type { Task } from './use-task.ts'

export interface Retention {
  /** null: not read yet. */
  readonly kept: Readonly<Ref<CleanupRetention | null>>
  readonly task: Task
  read(): Promise<boolean>
  change(retention: CleanupRetention): Promise<boolean>
}

/** For how long, and how much, of what runs remove is kept. */
export function useRetention(): Retention {
  const client = useClient()
  const kept = shallowRef<CleanupRetention | null>(null)
  const task = useTask()
  const controller = new AbortController()
  onScopeDispose(() => controller.abort())
  const ask = (change: CleanupRetention | null): Promise<boolean> => task.run(async () => { kept.value = await client.call('cleanup.retention', change === null ? {} : { change }, controller.signal) })
  return { kept: readonly(kept) as typeof kept, task, read: () => ask(null), change: ask }
}
