import { Worker } from 'node:worker_threads'

/** A thread that nobody needed for so long is given up. */
const KEPT_MS = 120_000
export const MEMORY_MB = 256

/** At most one thread that is ready to open a store, so that opening one does not begin with starting it. */
export interface SpareWorker {
  /** Somebody is about to open a store. */
  warm(): void
  /** null: there is none. Whoever takes it ends it. */
  take(): Worker | null
  close(): Promise<void>
}

/** A thread for one store. `place` null: it is told later, by its first message. */
export function startStoreWorker(entry: URL, place: unknown): Worker {
  return new Worker(entry, { workerData: place, name: 'coatcheck-store', resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
}

export function createSpareWorker(entry: URL): SpareWorker {
  let spare: Worker | null = null
  let givingUp: NodeJS.Timeout | undefined
  let isClosed = false

  /** One that ends by itself is simply none. */
  const nothing = (): void => undefined
  const forget = (): void => void release()
  function release(): Worker | null {
    clearTimeout(givingUp)
    const worker = spare
    spare = null
    worker?.off('error', nothing)
    worker?.off('exit', forget)
    return worker
  }
  const end = async (): Promise<void> => void (await release()?.terminate())

  return {
    warm() {
      if (isClosed) return
      spare ??= start()
      clearTimeout(givingUp)
      givingUp = setTimeout(() => void end(), KEPT_MS).unref()
    },
    take() {
      const worker = release()
      worker?.ref()
      return worker
    },
    async close() {
      isClosed = true
      await end()
    },
  }

  function start(): Worker {
    const worker = startStoreWorker(entry, null)
    worker.unref()
    worker.on('error', nothing)
    worker.on('exit', forget)
    return worker
  }
}
