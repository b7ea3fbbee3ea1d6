import { cancelled, throwIfAborted } from '../../../shared/errors.ts'

/** Gives out a fixed number of places; the rest waits, people before scans. */
export interface Slots {
  /** Resolves to what gives the place back. @throws CANCELLED when the signal aborts first */
  take(urgent: boolean, signal: AbortSignal): Promise<() => void>
}

interface Waiter {
  readonly start: () => void
}

export function createSlots(count: number): Slots {
  let free = count
  const queues: { readonly urgent: Waiter[]; readonly patient: Waiter[] } = { urgent: [], patient: [] }

  const giveBack = (): void => {
    const next = queues.urgent.shift() ?? queues.patient.shift()
    if (next === undefined) free++
    else next.start()
  }

  return {
    async take(urgent, signal) {
      throwIfAborted(signal)
      if (free > 0) {
        free--
        return giveBack
      }
      const queue = urgent ? queues.urgent : queues.patient
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      const giveUp = (): void => {
        queue.splice(queue.indexOf(waiter), 1)
        reject(cancelled())
      }
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', giveUp)
          resolve(giveBack)
        },
      }
      queue.push(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
      return promise
    },
  }
}
