import { CoatcheckError, cancelled, deserializeError, serializeError, unexpected } from '../errors.ts'
import type { CallName, Input, Output, StreamEvent, StreamName } from './contract.ts'
import type { ClientPort, ServerMessage } from './wire.ts'
import { STREAM_CREDIT } from './wire.ts'

/** The typed way to every call and stream. Rejects with `CoatcheckError` only. */
export interface Client {
  call<N extends CallName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>>
  stream<N extends StreamName>(name: N, input: Input<N>, signal?: AbortSignal): AsyncIterable<StreamEvent<N>>
  close(): void
}

export function createClient(port: ClientPort): Client {
  const line = createLine(port)
  return {
    call: async (name, input, signal) => (await line.call(name, input, signal)) as Output<typeof name>,
    stream: (name, input, signal) => line.stream(name, input, signal) as AsyncIterable<StreamEvent<typeof name>>,
    close: () => port.close(),
  }
}

/** The untyped half of a client: also carries the internal contract of a store's worker. */
export interface Line {
  call(name: string, input: unknown, signal?: AbortSignal): Promise<unknown>
  stream(name: string, input: unknown, signal?: AbortSignal): AsyncIterable<unknown>
}

type Receive = (message: ServerMessage) => void

export function createLine(port: ClientPort): Line {
  let nextId = 1
  let closedBy: CoatcheckError | null = null
  const receivers = new Map<number, Receive>()
  port.listen(
    (message) => receivers.get(message.id)?.(message),
    (error) => {
      closedBy = error === null ? new CoatcheckError('CONNECT_LOST', 'app.programEnded', { hint: 'next.startAgain' }) : deserializeError(error)
      const lost = serializeError(closedBy)
      for (const [id, receive] of [...receivers]) receive({ kind: 'end', id, error: lost })
      receivers.clear()
    },
  )

  function begin(kind: 'call' | 'open', name: string, input: unknown, receive: Receive): number {
    if (closedBy !== null) throw closedBy
    const id = nextId++
    receivers.set(id, receive)
    port.post({ kind, id, name, input })
    return id
  }

  function cancel(id: number): void {
    if (receivers.delete(id) && closedBy === null) port.post({ kind: 'cancel', id })
  }

  return {
    call(name, input, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(cancelled())
          return
        }
        let id = -1
        const onAbort = (): void => {
          cancel(id)
          reject(cancelled())
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        const settle: Receive = (message) => {
          receivers.delete(id)
          signal?.removeEventListener('abort', onAbort)
          if (message.kind === 'reply' && message.reply.ok) resolve(message.reply.value)
          else if (message.kind === 'reply' && !message.reply.ok) reject(deserializeError(message.reply.error))
          else if (message.kind === 'end' && message.error !== null) reject(deserializeError(message.error))
          else reject(new CoatcheckError('INTERNAL', 'app.noValue'))
        }
        try {
          id = begin('call', name, input, settle)
        } catch (error) {
          reject(error instanceof Error ? error : unexpected(error))
        }
      })
    },

    stream(name, input, signal) {
      return { [Symbol.asyncIterator]: () => openStream(name, input, signal) }
    },
  }

  function openStream(name: string, input: unknown, signal: AbortSignal | undefined): AsyncIterator<unknown> {
    const queue: unknown[] = []
    let ended = false
    let failure: CoatcheckError | null = null
    let wake: (() => void) | null = null
    let owed = STREAM_CREDIT
    let id: number | null = null

    const notify = (): void => {
      wake?.()
      wake = null
    }
    const stop = (error: CoatcheckError | null): void => {
      if (ended) return
      ended = true
      failure = error
      if (id !== null) cancel(id)
      notify()
    }
    const onAbort = (): void => {
      queue.length = 0
      stop(cancelled())
    }
    const receive: Receive = (message) => {
      if (message.kind === 'event') queue.push(message.event)
      else if (message.kind === 'end') {
        if (id !== null) receivers.delete(id)
        ended = true
        failure = message.error === null ? null : deserializeError(message.error)
      }
      notify()
    }

    return {
      async next() {
        if (signal?.aborted === true && !ended) onAbort()
        if (id === null && !ended) {
          id = begin('open', name, input, receive)
          signal?.addEventListener('abort', onAbort, { once: true })
          port.post({ kind: 'more', id, count: STREAM_CREDIT })
        }
        while (queue.length === 0 && !ended) await new Promise<void>((resolve) => { wake = resolve })
        if (queue.length > 0) {
          const value = queue.shift()
          owed -= 1
          if (owed <= STREAM_CREDIT / 2 && !ended && id !== null) {
            port.post({ kind: 'more', id, count: STREAM_CREDIT - owed })
            owed = STREAM_CREDIT
          }
          return { done: false, value }
        }
        signal?.removeEventListener('abort', onAbort)
        if (failure !== null) {
          const error = failure
          failure = null
          throw error
        }
        return { done: true, value: undefined }
      },
      async return() {
        stop(null)
        signal?.removeEventListener('abort', onAbort)
        return { done: true, value: undefined }
      },
    }
  }
}
