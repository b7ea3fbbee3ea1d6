import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { ClientChannel } from 'ssh2'
import type { CoatcheckError } from '../../../shared/errors.ts'
import { monotonicMs } from '../util/clock.ts'
import type { SshConnection, SshProfile } from './ssh-client.ts'
import { connectSsh, forward } from './ssh-client.ts'
import type { SshSurroundings } from './ssh-config.ts'
import { surroundings } from './ssh-config.ts'
import { translateSshError } from './ssh-errors.ts'

/** A way through an SSH server, which begins at a port of this machine's loopback. */
export interface Tunnel extends AsyncDisposable {
  readonly via: { readonly host: string; readonly port: number }
  /** Why the last connection was not let through; null: it was. */
  readonly failure: CoatcheckError | null
}

export interface Destination {
  readonly host: string
  readonly port: number
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000

/**
 * Connects, and asks for the destination once, so that what is wrong is known before anybody uses it.
 * A lost SSH connection is made anew by the next use, with growing waits between attempts.
 * @throws SSH_UNREACHABLE, SSH_AUTH, SSH_HOST_UNKNOWN, SSH_HOST_CHANGED, SSH_FORWARD
 */
export async function openTunnel(profile: SshProfile, to: Destination, around: SshSurroundings = surroundings()): Promise<Tunnel> {
  const line = createLine(profile, around)
  try {
    // The first one that comes gets it: a connection that is opened and closed again is noise in a server's log.
    let first: ClientChannel | null = await forward(await line.get(), to)
    first.once('close', () => { first = null })
    let failure: CoatcheckError | null = null
    const sockets = new Set<Socket>()
    const server = createServer({ allowHalfOpen: false }, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      socket.on('error', () => undefined)
      const ready = first
      first = null
      void (ready === null ? line.get().then((connection) => forward(connection, to)) : Promise.resolve(ready)).then((channel) => {
        failure = null
        join(socket, channel)
      }, (error: unknown) => {
        failure = translateSshError(error, profile.host, [])
        socket.destroy()
      })
    })
    const { port } = await listen(server)
    return {
      via: { host: '127.0.0.1', port },
      get failure() { return failure },
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy()
        await new Promise<void>((resolve) => server.close(() => resolve()))
        line.close()
      },
    }
  } catch (error) {
    line.close()
    throw error
  }
}

interface Line {
  get(): Promise<SshConnection>
  close(): void
}

/** One SSH connection for all, made anew when it is gone. */
function createLine(profile: SshProfile, around: SshSurroundings): Line {
  let current: Promise<SshConnection> | null = null
  let failures = 0
  let notBefore = 0
  let isClosed = false

  async function make(): Promise<SshConnection> {
    const wait = notBefore - monotonicMs()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const connection = await connectSsh(profile, around)
    failures = 0
    connection.client.once('close', forget)
    if (isClosed) connection.close()
    return connection
  }

  function forget(): void {
    current = null
    // Half of it left to chance, so that several that were cut off together do not come back together.
    notBefore = monotonicMs() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++) * (0.5 + Math.random() / 2)
  }

  return {
    get() {
      current ??= make().catch((error: unknown) => {
        forget()
        throw error
      })
      return current
    },
    close() {
      isClosed = true
      void current?.then((connection) => connection.close(), () => undefined)
    },
  }
}

function join(socket: Socket, channel: ClientChannel): void {
  if (socket.destroyed) {
    channel.destroy()
    return
  }
  channel.on('error', () => socket.destroy())
  channel.on('close', () => socket.destroy())
  socket.on('close', () => channel.destroy())
  socket.pipe(channel)
  channel.pipe(socket)
}

function listen(server: Server): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo))
  })
}
