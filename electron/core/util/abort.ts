import { cancelled, throwIfAborted } from '../../../shared/errors.ts'

/** Lets everything else that waits have its turn. @throws CANCELLED */
export async function yieldToLoop(signal: AbortSignal): Promise<void> {
  throwIfAborted(signal)
  await new Promise<void>((resolve) => { setImmediate(resolve) })
  throwIfAborted(signal)
}

/** @throws CANCELLED at once when the signal is aborted while it waits */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled())
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(cancelled())
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** The answer, unless the signal is aborted first: then what comes is let come, and dropped. @throws CANCELLED */
export async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => { stop = () => reject(cancelled()) })
  stopped.catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([answer, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
