import type { Handlers } from '../../../shared/rpc/contract.ts'
import type { Services } from './services.ts'

type CleanupHandlers = Pick<Handlers, Extract<keyof Handlers, `cleanup.${string}`>>

export function cleanupHandlers({ cleanup }: Pick<Services, 'cleanup'>): CleanupHandlers {
  return {
    'cleanup.dryRun': (request, signal) => cleanup.dryRun(request, signal),
    'cleanup.start': (request) => cleanup.start(request),
    'cleanup.watch': ({ runId }, signal) => cleanup.watch(runId, signal),
    'cleanup.pause': ({ runId }) => cleanup.pause(runId),
    'cleanup.resume': (request) => cleanup.resume(request),
    'cleanup.stop': ({ runId }) => cleanup.stop(runId),
    'cleanup.list': () => cleanup.list(),
    'cleanup.report': ({ runId }) => cleanup.report(runId),
    'cleanup.exceptions': (page) => cleanup.exceptions(page),
    'cleanup.trash': (page) => cleanup.trash(page),
    'cleanup.undo': (request) => cleanup.undo(request),
    'cleanup.forget': async ({ runId }) => {
      await cleanup.forget(runId)
      return null
    },
    'cleanup.retention': ({ change }) => cleanup.retain(change),
  }
}
