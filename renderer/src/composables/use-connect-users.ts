import type { Ref } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { Source } from '../../../shared/model/source.ts'
import { useSourcesState } from '../state/use-sources-state.ts'
import { useTask } from './use-task.ts'

export interface ConnectUsers {
  readonly busy: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  connect(): Promise<void>
}

/** Asks the server of the user table from now on, at the place that people see beside the button. */
export function useConnectUsers(source: () => Source): ConnectUsers {
  const sources = useSourcesState()
  const { busy, failure, run } = useTask()
  return {
    busy, failure,
    async connect() {
      const { id: sourceId, usersNotAsked: place } = source()
      if (place !== null) await run(() => sources.connectUsers({ sourceId, place }))
    },
  }
}
