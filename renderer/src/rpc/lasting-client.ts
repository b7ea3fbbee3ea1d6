import { readonly, ref } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, cancelled } from '../../../shared/errors.ts'
import { createClient } from '../../../shared/rpc/client.ts'
import type { Client } from '../../../shared/rpc/client.ts'
import type { ClientPort } from '../../../shared/rpc/wire.ts'
import type { Denial } from './web-access.ts'

export type LinkStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** The line broke; `attempt` to make it again is under way. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: 'ended' }

export type DialAnswer = { readonly kind: 'port'; readonly port: ClientPort } | { readonly kind: 'denied'; readonly denial: Denial } | { readonly kind: 'unreachable' }

export interface LastingClient {
  /** Calls made while the line is down wait for it. */
  readonly client: Client
  readonly status: Readonly<Ref<LinkStatus>>
  /** After `denied` or `ended`: from the start. */
  retry(): void
}

/** Waiting times between attempts, in milliseconds. The host counts as ended after the last one. */
const BACKOFF_MS = [200, 400, 800, 1600, 3200]

/** One client that outlives its lines: what was under way when one broke fails with CONNECT_LOST, what comes later waits for the next. */
export function createLastingClient(dial: () => Promise<DialAnswer>, wait: (ms: number) => Promise<void> = sleep): LastingClient {
  const status = ref<LinkStatus>({ kind: 'connecting' })
  let line = Promise.withResolvers<Client>()
  // A line that nobody waits for may fail unnoticed.
  line.promise.catch(() => undefined)
  /** null: the line is down. */
  let connected: Client | null = null

  function renewLine(): void {
    connected = null
    line = Promise.withResolvers<Client>()
    line.promise.catch(() => undefined)
  }

  function giveUp(next: LinkStatus): void {
    status.value = next
    line.reject(new CoatcheckError('CONNECT_LOST', 'app.programSilent', { hint: 'next.startAgain' }))
  }

  async function connect(): Promise<void> {
    for (const [index, pauseMs] of BACKOFF_MS.entries()) {
      const answer = await dial()
      if (answer.kind === 'denied') return giveUp(answer)
      if (answer.kind === 'port') return use(answer.port)
      if (index < BACKOFF_MS.length - 1) {
        status.value = { kind: 'reconnecting', attempt: index + 1 }
        await wait(pauseMs)
      }
    }
    giveUp({ kind: 'ended' })
  }

  function use(port: ClientPort): void {
    const client = createClient({ ...port, listen: (onMessage, onClose) => port.listen(onMessage, (error) => {
      onClose(error)
      renewLine()
      status.value = { kind: 'reconnecting', attempt: 1 }
      void connect()
    }) })
    status.value = { kind: 'connected' }
    connected = client
    line.resolve(client)
  }

  void connect()
  return {
    status: readonly(status),
    retry() {
      renewLine()
      status.value = { kind: 'connecting' }
      void connect()
    },
    client: {
      // At once where it can be: what a page asks for as it is set up would else wait until all of it is built.
      call: (name, input, signal) => connected?.call(name, input, signal) ?? unlessAborted(line.promise, signal).then((client) => client.call(name, input, signal)),
      stream: async function* (name, input, signal) {
        yield* (await unlessAborted(line.promise, signal)).stream(name, input, signal)
      },
      close: () => void line.promise.then((client) => client.close()),
    },
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  if (signal.aborted) return Promise.reject(cancelled())
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled())
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
