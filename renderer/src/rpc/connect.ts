import { bridgePort } from './bridge-port.ts'
import { createLastingClient } from './lasting-client.ts'
import type { DialAnswer, LastingClient } from './lasting-client.ts'
import { openSocket } from './socket-port.ts'
import { createWebAccess } from './web-access.ts'

export interface Connection extends LastingClient {
  /** A path that the link asked to open; null: none. */
  readonly open: string | null
}

/** The line to the core: Electron's bridge where there is one, else the host that served this page. */
export function connect(page: Window & typeof globalThis): Connection {
  const { coatcheck } = page
  if (coatcheck !== undefined) return { open: null, ...createLastingClient(() => Promise.resolve({ kind: 'port', port: bridgePort(coatcheck) })) }

  const access = createWebAccess({ location: page.location, history: page.history, sessionStorage: page.sessionStorage, fetch: page.fetch.bind(page) })
  async function dial(): Promise<DialAnswer> {
    const answer = await access.newTicket()
    if (answer.kind !== 'ticket') return answer
    const port = await openSocket(answer.ticket, page.location.host)
    return port === null ? { kind: 'unreachable' } : { kind: 'port', port }
  }
  return { open: access.open, ...createLastingClient(dial) }
}
