import type { ClientMessage, ClientPort, Port, ServerMessage, ServerPort } from '../../shared/rpc/wire.ts'

/** Two ends of a line inside one process: how the command line talks to the router. Messages arrive in a later microtask, as on any line. */
export function createPortPair(): { readonly client: ClientPort; readonly server: ServerPort } {
  const client = createEnd<ClientMessage, ServerMessage>()
  const server = createEnd<ServerMessage, ClientMessage>()
  client.connect(server)
  server.connect(client)
  return { client: client.port, server: server.port }
}

interface End<Outgoing, Incoming> {
  readonly port: Port<Outgoing, Incoming>
  connect(other: { receive(message: Outgoing): void; closed(): void }): void
  receive(message: Incoming): void
  closed(): void
}

function createEnd<Outgoing, Incoming>(): End<Outgoing, Incoming> {
  let other: { receive(message: Outgoing): void; closed(): void } | null = null
  let onMessage: (message: Incoming) => void = () => undefined
  let onClose: () => void = () => undefined
  let open = true
  const closed = (): void => {
    if (!open) return
    open = false
    onClose()
  }
  return {
    connect: (end) => {
      other = end
    },
    receive: (message) => queueMicrotask(() => {
      if (open) onMessage(message)
    }),
    closed,
    port: {
      post: (message) => other?.receive(message),
      listen: (message, close) => {
        onMessage = message
        onClose = () => close(null)
      },
      close: () => {
        other?.closed()
        closed()
      },
    },
  }
}
