import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { serve } from '../../../shared/rpc/serve.ts'
import type { ClientMessage, ServerMessage, ServerPort } from '../../../shared/rpc/wire.ts'
import { openPlace } from './open-place.ts'
import type { StorePlace } from './open-place.ts'
import { createStoreDispatcher } from './store-dispatcher.ts'

/** Entry of a store's worker: opens what `workerData` describes and answers for it until it is closed. */
function main(port: MessagePort, place: StorePlace): void {
  const opening = openPlace(place)
  // Told to whoever asks, by the dispatcher; a store that nobody asks for is no unhandled failure.
  opening.catch(() => undefined)
  const dispatcher = createStoreDispatcher(opening)
  serve(toServerPort(port), {
    ...dispatcher,
    async call(name, input, signal) {
      const reply = await dispatcher.call(name, input, signal)
      // Once the answer is out: nothing else keeps this thread alive.
      if (name === 'close') setImmediate(() => port.close())
      return reply
    },
  })
}

function toServerPort(port: MessagePort): ServerPort {
  return {
    post: (message) => port.postMessage(message, buffersOf(message)),
    listen(onMessage, onClose) {
      port.on('message', (message: ClientMessage) => onMessage(message))
      port.on('close', () => onClose(null))
    },
    close: () => port.close(),
  }
}

/** The bytes of a page change hands instead of being copied. */
function buffersOf(message: ServerMessage): ArrayBuffer[] {
  if (message.kind !== 'reply' || !message.reply.ok) return []
  const { value } = message.reply
  if (typeof value !== 'object' || value === null || !('data' in value)) return []
  const { data } = value
  if (typeof data !== 'object' || data === null || !('bytes' in data) || !(data.bytes instanceof Uint8Array)) return []
  return data.bytes.buffer instanceof ArrayBuffer ? [data.bytes.buffer] : []
}

/** Started ahead of its store: has what most need, and waits to be told which. */
function waitForPlace(port: MessagePort): void {
  // Listened for before anything is awaited; a driver that does not load is told by whoever opens with it.
  port.once('message', (place: StorePlace) => main(port, place))
  import('../stores/database/sqlite.ts').then(({ loadLibrary }) => loadLibrary()).catch(() => undefined)
}

if (parentPort !== null && workerData === null) waitForPlace(parentPort)
else if (parentPort !== null) main(parentPort, workerData as StorePlace)
