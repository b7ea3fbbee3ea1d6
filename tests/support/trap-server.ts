import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** A server on which nobody should come by: whoever connects is counted and sent away. It closes when it is disposed of. */
export interface TrapServer extends AsyncDisposable {
  readonly port: number
  /** How often somebody has connected so far. */
  count(): number
}

export async function setTrap(): Promise<TrapServer> {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    count: () => connections,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}
