import type { RawData, WebSocket } from 'ws'
import { LIMITS } from '../../shared/limits.ts'
import type { SerializedError } from '../../shared/errors.ts'
import type { ClientMessage, ServerPort } from '../../shared/rpc/wire.ts'
import { decodeClientMessage, encodeServerMessage } from '../../shared/rpc/text.ts'

const PING_MS = 30_000
/** What may wait for a page that reads too slowly. Streams stay far below: they wait for the page to ask for more. */
const MOST_WAITING_BYTES = 2 * LIMITS.messageBytes

// Close codes of RFC 6455, section 7.4.1.
const CLOSED = { unsupported: 1003, invalid: 1007, overloaded: 1013 } as const

/** One WebSocket as a port. The other end is closed as soon as it sends something that is no message. */
export function socketPort(socket: WebSocket): ServerPort {
  return {
    post(message) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.close(CLOSED.overloaded)
      else socket.send(encodeServerMessage(message))
    },
    listen(onMessage, onClose) {
      const stopPinging = keepAlive(socket)
      socket.on('message', (data, isBinary) => receive(socket, data, isBinary, onMessage))
      // 'close' always follows 'error', so one of them is enough.
      socket.on('error', () => socket.terminate())
      socket.once('close', () => {
        stopPinging()
        onClose(null satisfies SerializedError | null)
      })
    },
    close: () => socket.close(),
  }
}

function receive(socket: WebSocket, data: RawData, isBinary: boolean, onMessage: (message: ClientMessage) => void): void {
  if (isBinary) {
    socket.close(CLOSED.unsupported)
    return
  }
  const message = decodeClientMessage(data.toString())
  if (message === null) socket.close(CLOSED.invalid)
  else onMessage(message)
}

/** A page that is gone without a word (a laptop closed, a tunnel cut) is noticed within two pings. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true
  socket.on('pong', () => { answered = true })
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    socket.ping()
  }, PING_MS)
  return () => clearInterval(timer)
}
