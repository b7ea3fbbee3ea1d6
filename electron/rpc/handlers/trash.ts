import type { Handlers } from '../../../shared/rpc/contract.ts'
import type { Services } from './services.ts'

type TrashHandlers = Pick<Handlers, Extract<keyof Handlers, `trash.${string}`>>

export function trashHandlers({ cleanup: { removed } }: Pick<Services, 'cleanup'>): TrashHandlers {
  return {
    'trash.bundles': () => removed.bundles(),
    'trash.sessions': (query, signal) => removed.sessions(query, signal),
    'trash.show': (wanted, signal) => removed.show(wanted, signal),
  }
}
