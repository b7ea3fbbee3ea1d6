import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { writeFragment } from '../../shared/rpc/access.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'
import { serve } from '../../shared/rpc/serve.ts'
import type { Access } from './access.ts'
import { recognise } from './access.ts'
import type { AccessRoute } from './access-routes.ts'
import { accessRoutes } from './access-routes.ts'
import type { Door } from './guard.ts'
import { doorAt, refuse } from './guard.ts'
import type { Answer, RefusalName } from './headers.ts'
import { REFUSALS, answerHeaders, rawAnswer } from './headers.ts'
import type { IdleWatch } from './idle.ts'
import { socketPort } from './socket-port.ts'
import type { SocketDoor } from './socket-door.ts'
import { createSocketDoor } from './socket-door.ts'
import type { StaticTable } from './static-table.ts'

/** Loopback only. Nothing else is ever bound. */
export type LoopbackAddress = '127.0.0.1' | '::1'

export interface HostOptions {
  readonly address: LoopbackAddress
  /** 0: any free port. */
  readonly port: number
  readonly pages: StaticTable
  readonly access: Access
  readonly controlSecret: string
  readonly dispatcher: Dispatcher
  readonly idle: IdleWatch
}

export interface Host {
  readonly port: number
  /** A new link: works once, within 60 seconds. `open`: a path that the page opens at once. */
  newLink(open: string | null): string
  close(): Promise<void>
}

/** @throws HOST_PORT_TAKEN */
export async function openHost(options: HostOptions): Promise<Host> {
  const { access, idle, dispatcher } = options
  // `requireHostHeader`: the guard refuses a request without Host, with the same headers as every other answer.
  const server = createServer({ requireHostHeader: false, shouldUpgradeCallback: isWebSocket, connectionsCheckingInterval: 5_000 })
  const port = await listen(server, options)
  const door = doorAt(options.address, port)
  const newLink = (open: string | null): string => `${door.origin}/${writeFragment({ code: access.newCode(), open })}`

  const routes = accessRoutes({ access, newLink, isControlSecret: recognise(options.controlSecret), onAuthenticated: idle.touch })
  const sockets = createSocketDoor(access, (socket) => serve(socketPort(socket), dispatcher, idle.hold()))
  answerRequests(server, door, routes, options.pages)
  answerUpgrades(server, door, sockets)
  answerBrokenRequests(server)

  return {
    port,
    newLink,
    async close() {
      idle.stop()
      sockets.closeAll()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(server: Server, { address, port }: HostOptions): Promise<number> {
  server.headersTimeout = 10_000
  server.requestTimeout = 15_000
  server.maxConnections = 256
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)))
    server.listen(port, address, () => resolve((server.address() as AddressInfo).port))
  })
}

function listenError(error: NodeJS.ErrnoException, port: number): CoatcheckError {
  if (error.code === 'EADDRINUSE') {
    return new CoatcheckError('HOST_PORT_TAKEN', verbatim(`Port ${port} is in use by another program.`), { hint: verbatim('Choose another with --port N, or leave --port out to get a free one.') })
  }
  if (error.code === 'EACCES') {
    return new CoatcheckError('HOST_PORT_TAKEN', verbatim(`The system does not let this user open port ${port}.`), { hint: verbatim('Choose one above 1023 with --port N.') })
  }
  return new CoatcheckError('INTERNAL', verbatim(`No port could be opened (${error.code ?? error.message}).`), {}, error)
}

function answerRequests(server: Server, door: Door, routes: ReadonlyMap<string, AccessRoute>, pages: StaticTable): void {
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, door, routes, pages).then(
      (result) => send(request, response, result),
      () => response.destroy(), // the request ended half-way
    )
  }
  server.on('request', respond)
  server.on('checkContinue', respond)
  server.on('checkExpectation', respond)
}

async function answer(request: IncomingMessage, door: Door, routes: ReadonlyMap<string, AccessRoute>, pages: StaticTable): Promise<Answer> {
  const refusal = refuse(request, door)
  if (refusal !== null) return REFUSALS[refusal]
  const path = request.url?.split('?', 1)[0] ?? ''
  const route = routes.get(path)
  if (route !== undefined) return request.method === 'POST' ? route(request) : wrongMethod('POST')
  const page = pages.get(path)
  if (page === undefined) return REFUSALS['not-found']
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET, HEAD')
  return { status: 200, type: page.type, body: page.body }
}

function wrongMethod(allow: string): Answer {
  return { ...REFUSALS['wrong-method'], allow }
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  const headers = answerHeaders(result)
  // What was refused may still be sending its body: read none of it.
  if (!request.complete) headers['Connection'] = 'close'
  response.writeHead(result.status, headers).end(request.method === 'HEAD' ? undefined : result.body)
}

function answerUpgrades(server: Server, door: Door, sockets: SocketDoor): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = refuse(request, door) ?? sockets.admit(request, socket, head)
    if (refusal !== null) socket.end(rawAnswer(REFUSALS[refusal]))
  })
}

function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const refusal: RefusalName = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'bad-request'
    if (socket.writable) socket.end(rawAnswer(REFUSALS[refusal]))
    else socket.destroy()
  })
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket'
}
