import { Worker } from 'node:worker_threads'
import type { SerializedError } from '../../../../shared/errors.ts'
import { CoatcheckError, cancelled, deserializeError, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { ReadSettings, StaticReading } from './read-static.ts'
import { createSecrets } from './redact.ts'

/** What comes back from the worker. Keys cross between threads of one program, and no further. */
export type SettingsReply =
  | { readonly ok: true; readonly reading: Omit<StaticReading, 'secrets'>; readonly secrets: readonly (readonly [string, string])[] }
  | { readonly ok: false; readonly error: SerializedError }

const MEMORY_MB = 256
/** Far beyond what the budget of a reading takes on a slow machine. */
const DEADLINE_MS = 30_000

/**
 * Reads settings in a thread of its own, so that no project, however it is written, holds up anything else. It ends with its answer,
 * with the signal, or at the deadline. @param worker `settings-worker.ts`, or what it is bundled into
 */
export function readInWorker(worker: URL, deadlineMs = DEADLINE_MS): ReadSettings {
  return async (options, signal) => {
    throwIfAborted(signal)
    // It needs nothing of the environment but what it is given, and none of the program's own flags.
    const thread = new Worker(worker, { workerData: options, name: 'coatcheck-settings', env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    const { promise, resolve, reject } = Promise.withResolvers<SettingsReply>()
    const giveUp = (): void => reject(cancelled())
    const timer = setTimeout(() => reject(new CoatcheckError('DATA_TOO_LARGE', reason('project.tooLong', { seconds: deadlineMs / 1000 }), { subject: options.folder })), deadlineMs)
    signal.addEventListener('abort', giveUp, { once: true })
    thread.once('message', resolve)
    thread.once('error', (error) => reject(lost(error)))
    thread.once('exit', () => reject(lost(null)))
    try {
      return toReading(await promise)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      await thread.terminate()
    }
  }
}

function toReading(reply: SettingsReply): StaticReading {
  if (!reply.ok) throw deserializeError(reply.error)
  const secrets = createSecrets()
  for (const [name, value] of reply.secrets) secrets.keep(name, value)
  return { ...reply.reading, secrets }
}

function lost(error: unknown): CoatcheckError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return new CoatcheckError('WORKER_LOST', isMemory ? reason('project.tooMuchMemory', { megabytes: MEMORY_MB }) : 'project.workerEnded', { hint: 'next.openStoreItself' }, error)
}
