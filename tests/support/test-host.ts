import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import type { Access } from '../../electron/host/access.ts'
import { createAccess } from '../../electron/host/access.ts'
import type { Host } from '../../electron/host/host.ts'
import { openHost } from '../../electron/host/host.ts'
import { watchIdle } from '../../electron/host/idle.ts'
import { readStaticTable } from '../../electron/host/static-table.ts'
import { ACCESS, readFragment } from '../../shared/rpc/access.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'

export const INDEX_HTML = '<!doctype html><title>pages</title>'
export const CONTROL_SECRET = 'c'.repeat(43)

export interface TestAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export interface TestRequest {
  readonly method?: string
  readonly path?: string
  /** undefined leaves a header out that would be sent otherwise. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string | Buffer
}

export interface TestHost extends AsyncDisposable {
  readonly host: Host
  readonly access: Access
  readonly port: number
  readonly origin: string
  /** Moves the clock of codes and tickets. */
  advance(ms: number): void
  /** A request like one from its own page, with some headers replaced. */
  request(request: TestRequest): Promise<TestAnswer>
  post(path: string, body: unknown, headers?: TestRequest['headers']): Promise<TestAnswer>
  /** A code for a token, over HTTP. */
  token(): Promise<string>
  ticket(token: string): Promise<string>
  socket(options?: { readonly ticket?: string; readonly headers?: Record<string, string>; readonly protocols?: readonly string[]; readonly path?: string }): WebSocket
  /** Bytes as they are, on a connection of their own; all that comes back. */
  raw(text: string): Promise<string>
}

export const silentDispatcher: Dispatcher = {
  call: async (name, input) => ({ ok: true, value: { name, input } }),
  stream: async function* () {
    yield* []
    return null
  },
}

/** The real host on a free port, with a folder of pages of its own and a clock that the test moves. */
export async function startTestHost(dispatcher: Dispatcher = silentDispatcher): Promise<TestHost> {
  let now = 0
  const folder = pagesFolder()
  const access = createAccess(() => now)
  const host = await openHost({
    address: '127.0.0.1', port: 0, pages: readStaticTable(join(folder, 'pages')), access, controlSecret: CONTROL_SECRET, dispatcher,
    idle: watchIdle(60_000, () => undefined),
  })
  const origin = `http://127.0.0.1:${host.port}`
  const post: TestHost['post'] = (path, body, headers = {}) =>
    send(host.port, { method: 'POST', path, headers: { 'origin': origin, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

  return {
    host, access, origin, port: host.port, post,
    advance: (ms) => { now += ms },
    request: (request) => send(host.port, request),
    async token() {
      const { code } = readFragment(new URL(host.newLink(null)).hash) ?? { code: '' }
      return (JSON.parse((await post(ACCESS.exchange, { code })).body) as { token: string }).token
    },
    async ticket(token) {
      const answer = await post(ACCESS.ticket, {}, { authorization: `Bearer ${token}` })
      return (JSON.parse(answer.body) as { ticket: string }).ticket
    },
    socket({ ticket = access.newTicket(), headers = {}, protocols = [ACCESS.protocol, ACCESS.ticketPrefix + ticket], path = ACCESS.socket } = {}) {
      return new WebSocket(`ws://127.0.0.1:${host.port}${path}`, [...protocols], { headers: { origin, ...headers } })
    },
    raw: (text) => sendRaw(host.port, text),
    async [Symbol.asyncDispose]() {
      await host.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Pages, and beside them what must never be served: a file outside, links to it, a kind that pages do not have. */
function pagesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-pages-'))
  mkdirSync(join(folder, 'pages/assets'), { recursive: true })
  writeFileSync(join(folder, 'pages/index.html'), INDEX_HTML)
  writeFileSync(join(folder, 'pages/assets/app.js'), 'export {}')
  writeFileSync(join(folder, 'pages/notes.txt'), 'secret')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  symlinkSync(join(folder, 'secret.html'), join(folder, 'pages/link.html'))
  symlinkSync(folder, join(folder, 'pages/up'))
  return folder
}

function send(port: number, { method = 'GET', path = '/', headers = {}, body }: TestRequest): Promise<TestAnswer> {
  const set = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'string' ? value : [...value]] as const]))
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: Object.fromEntries(set), agent: false, setHost: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => { answer += chunk.toString() })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

/** How an upgrade ended: the protocol of an open socket, or the status of a refusal. */
export function outcomeOf(socket: WebSocket): Promise<{ readonly opened: string } | { readonly refused: number; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ opened: socket.protocol }))
    socket.once('unexpected-response', (_request, response) => {
      resolve({ refused: response.statusCode ?? 0, headers: response.headers })
      response.destroy()
    })
    socket.on('error', () => undefined)
  })
}
