import type { SerializedError } from '../errors.ts'
import type { ClientMessage, Reply, ServerPort } from './wire.ts'

/** What answers: the router, or a store's worker. Both turn every error into a value; neither throws. */
export interface Dispatcher {
  call(name: string, input: unknown, signal: AbortSignal): Promise<Reply<unknown>>
  /** Ends with the error that stopped it, or null. */
  stream(name: string, input: unknown, signal: AbortSignal): AsyncGenerator<unknown, SerializedError | null>
}

interface Running {
  readonly controller: AbortController
  credit: number
  wake: (() => void) | null
}

/** Serves one client. When its line closes, everything it asked for is aborted. */
export function serve(port: ServerPort, dispatcher: Dispatcher, onClose: () => void = () => undefined): void {
  const running = new Map<number, Running>()
  let open = true

  port.listen(
    (message) => receive(message),
    () => {
      open = false
      for (const job of running.values()) stop(job)
      running.clear()
      onClose()
    },
  )

  function receive(message: ClientMessage): void {
    const job = running.get(message.id)
    if (message.kind === 'call' && job === undefined) void runCall(message.id, message.name, message.input)
    else if (message.kind === 'open' && job === undefined) void runStream(message.id, message.name, message.input)
    else if (message.kind === 'more' && job !== undefined) {
      job.credit = Math.min(job.credit + message.count, 1024)
      job.wake?.()
    } else if (message.kind === 'cancel' && job !== undefined) stop(job)
  }

  function start(id: number): Running {
    const job: Running = { controller: new AbortController(), credit: 0, wake: null }
    running.set(id, job)
    return job
  }

  function finish(id: number, job: Running, send: () => void): void {
    running.delete(id)
    if (open && !job.controller.signal.aborted) send()
  }

  async function runCall(id: number, name: string, input: unknown): Promise<void> {
    const job = start(id)
    const reply = await dispatcher.call(name, input, job.controller.signal)
    finish(id, job, () => port.post({ kind: 'reply', id, reply }))
  }

  async function runStream(id: number, name: string, input: unknown): Promise<void> {
    const job = start(id)
    const { signal } = job.controller
    const events = dispatcher.stream(name, input, signal)
    let error: SerializedError | null = null
    for (;;) {
      while (job.credit === 0 && !signal.aborted) await new Promise<void>((resolve) => { job.wake = resolve })
      if (signal.aborted) {
        await events.return(null)
        break
      }
      const step = await events.next()
      if (step.done === true) {
        error = step.value
        break
      }
      job.credit -= 1
      if (open && !signal.aborted) port.post({ kind: 'event', id, event: step.value })
    }
    finish(id, job, () => port.post({ kind: 'end', id, error }))
  }
}

function stop(job: Running): void {
  job.controller.abort()
  job.wake?.()
}
