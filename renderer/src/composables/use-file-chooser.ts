import type { Ref } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import { useClient } from '../rpc/client.ts'
import { useTask } from './use-task.ts'

/** The system's own file dialog. null: nothing was chosen. */
export function useFileChooser(): { readonly failure: Readonly<Ref<CoatcheckError | null>>; choose(): Promise<string | null> } {
  const client = useClient()
  const task = useTask()
  return {
    failure: task.failure,
    async choose() {
      let path: string | null = null
      await task.run(async () => { ({ path } = await client.call('files.choose', {})) })
      return path
    },
  }
}
