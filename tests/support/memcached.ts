import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

const BINARY = process.env['COATCHECK_TEST_MEMCACHED'] ?? 'memcached'
const START_MS = 10_000

/** A memcached of a test's own. */
export interface TestMemcached extends AsyncDisposable {
  readonly port: number
  /** Sends commands as they are; resolves with all that came back when `replies` lines of answer have come. */
  run(commands: string | Buffer, replies: number): Promise<string>
  /** Ends it at once. */
  kill(): Promise<void>
}

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoMemcached(): string | null {
  const { status, stdout } = spawnSync(BINARY, ['-V'], { encoding: 'utf8', timeout: 10_000 })
  if (status === 0 && / 1\.(?:[6-9]|\d\d)\./.test(stdout)) return null
  const reason = 'no memcached 1.6 or later on the path; COATCHECK_TEST_MEMCACHED names another'
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export async function startMemcached(args: readonly string[] = [], port?: number): Promise<TestMemcached> {
  const chosen = port ?? (await freePort())
  // Root has to say whom memcached runs as.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(BINARY, [...user, '-l', '127.0.0.1', '-p', String(chosen), '-U', '0', ...args], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const connection = await connectWhenReady(chosen)
  connection.on('error', () => undefined)
  const kill = async (): Promise<void> => {
    connection.destroy()
    child.kill('SIGKILL')
    await ended
  }
  return { port: chosen, run: (commands, replies) => exchange(connection, commands, replies), kill, [Symbol.asyncDispose]: kill }
}

async function connectWhenReady(port: number): Promise<Socket> {
  for (const started = Date.now(); ;) {
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true })
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (Date.now() - started > START_MS) throw error
      await new Promise((resolve) => { setTimeout(resolve, 20) })
    }
  }
}

function exchange(socket: Socket, commands: string | Buffer, replies: number): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (text.split('\r\n').length - 1 < replies) return
      socket.removeListener('data', take)
      resolve(text)
    }
    socket.on('data', take)
    socket.write(commands)
  })
}
