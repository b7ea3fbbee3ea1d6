import { ACCESS } from '../../../shared/rpc/access.ts'
import type { ClientPort, ServerMessage } from '../../../shared/rpc/wire.ts'

/** Opens a socket with a ticket. null: the host does not answer, or refuses it. */
export function openSocket(ticket: string, host: string): Promise<ClientPort | null> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${host}${ACCESS.socket}`, [ACCESS.protocol, `${ACCESS.ticketPrefix}${ticket}`])
    socket.addEventListener('open', () => resolve(socketPort(socket)), { once: true })
    socket.addEventListener('close', () => resolve(null), { once: true })
  })
}

function socketPort(socket: WebSocket): ClientPort {
  return {
    post: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    listen: (onMessage, onClose) => {
      // The host is who we proved ourselves to: its messages are typed by the contract that both are built from.
      socket.addEventListener('message', (event: MessageEvent<string>) => onMessage(JSON.parse(event.data) as ServerMessage))
      socket.addEventListener('close', () => onClose(null), { once: true })
    },
    close: () => socket.close(),
  }
}
