import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { LIMITS } from '../../shared/limits.ts'
import { ACCESS } from '../../shared/rpc/access.ts'
import type { Access } from './access.ts'
import type { RefusalName } from './headers.ts'
import { REFUSALS, SECURITY_HEADERS, rawAnswer } from './headers.ts'

const MOST_SOCKETS = 32

/** Turns upgrade requests that the guard let through into sockets. */
export interface SocketDoor {
  /** null: the socket is open. */
  admit(request: IncomingMessage, socket: Duplex, head: Buffer): RefusalName | null
  closeAll(): void
}

export function createSocketDoor(access: Access, onSocket: (socket: WebSocket) => void): SocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.messageBytes,
    perMessageDeflate: false,
    handleProtocols: () => ACCESS.protocol,
  })
  server.on('headers', (headers) => headers.push(...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`)))
  server.on('wsClientError', (_error, socket) => socket.end(rawAnswer(REFUSALS['bad-request'])))

  return {
    admit(request, socket, head) {
      if (request.url !== ACCESS.socket) return 'not-found'
      if (server.clients.size >= MOST_SOCKETS) return 'no-access'
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
      const ticket = offered.find((protocol) => protocol.startsWith(ACCESS.ticketPrefix))?.slice(ACCESS.ticketPrefix.length)
      if (!offered.includes(ACCESS.protocol) || ticket === undefined || !access.redeem(ticket)) return 'no-access'
      server.handleUpgrade(request, socket, head, onSocket)
      return null
    },
    closeAll() {
      for (const socket of server.clients) socket.terminate()
    },
  }
}
