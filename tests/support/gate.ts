import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

/** A free port of this machine. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

export interface Gate {
  readonly port: number
  readonly sent: readonly string[]
  /** From now on: the connection ends when a command of this kind has been answered. */
  swallowAnswersTo(command: string): void
  /** After so many commands of this kind nobody is let through any more. */
  closeAfter(command: string, count: number): void
  close(): void
}

/** Stands between, and hears everything. */
export async function makeGate(port: number): Promise<Gate> {
  const sent: string[] = []
  let swallowed: string | null = null
  let last: { readonly command: string; left: number } | null = null
  const gate = createServer((client) => {
    if (last !== null && last.left <= 0) {
      client.destroy()
      return
    }
    const upstream = createConnection({ host: '127.0.0.1', port })
    client.on('error', () => undefined).on('close', () => upstream.end())
    upstream.on('error', () => undefined)
    client.on('data', (chunk) => {
      sent.push(chunk.toString('latin1'))
      if (last !== null) {
        last.left -= chunk.toString('latin1').toUpperCase().split(last.command).length - 1
        if (last.left <= 0) client.destroy()
      }
      upstream.write(chunk)
      if (swallowed === null || !chunk.toString('latin1').toUpperCase().includes(swallowed)) return
      upstream.removeAllListeners('data')
      upstream.once('data', () => client.destroy())
    })
    upstream.on('data', (chunk) => client.write(chunk))
  })
  return { port: await listen(gate), sent, swallowAnswersTo: (command) => { swallowed = command }, closeAfter: (command, count) => { last = { command, left: count } }, close: () => gate.close() }
}
