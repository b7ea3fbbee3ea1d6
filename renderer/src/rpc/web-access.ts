import { ACCESS, readFragment } from '../../../shared/rpc/access.ts'

/** Why this page may not talk to the host. `used`: the link was used before, or is too old. `missing`: there was none. */
export type Denial = 'used' | 'missing'

export type TicketAnswer = { readonly kind: 'ticket'; readonly ticket: string } | { readonly kind: 'denied'; readonly denial: Denial } | { readonly kind: 'unreachable' }

export interface WebAccess {
  /** Path named by the link; null: none. Read once, at the start. */
  readonly open: string | null
  /** Buys a ticket for one socket, with a new link's code first where there is one. */
  newTicket(): Promise<TicketAnswer>
}

const TOKEN = 'coatcheck.token'

export interface WebAccessPage {
  readonly location: Pick<Location, 'hash' | 'pathname'>
  readonly history: Pick<History, 'replaceState'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly fetch: typeof fetch
}

/** The fragment leaves the address bar and the history at once, before anything is awaited. */
export function createWebAccess(page: WebAccessPage): WebAccess {
  const link = readFragment(page.location.hash)
  let code = link?.code ?? null
  if (page.location.hash !== '') page.history.replaceState(null, '', page.location.pathname)

  async function post(path: string, body: unknown, token: string | null): Promise<Response | null> {
    const headers = new Headers({ 'Content-Type': 'application/json' })
    if (token !== null) headers.set('Authorization', `Bearer ${token}`)
    try {
      return await page.fetch(path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit', cache: 'no-store', redirect: 'error' })
    } catch {
      return null
    }
  }

  async function exchange(given: string): Promise<TicketAnswer | null> {
    const answer = await post(ACCESS.exchange, { code: given }, null)
    if (answer === null) return { kind: 'unreachable' }
    code = null
    if (!answer.ok) return page.sessionStorage.getItem(TOKEN) === null ? { kind: 'denied', denial: 'used' } : null
    page.sessionStorage.setItem(TOKEN, readText(await answer.json(), 'token'))
    return null
  }

  async function newTicket(): Promise<TicketAnswer> {
    const refusal = code === null ? null : await exchange(code)
    if (refusal !== null) return refusal
    const token = page.sessionStorage.getItem(TOKEN)
    if (token === null) return { kind: 'denied', denial: 'missing' }
    const answer = await post(ACCESS.ticket, {}, token)
    if (answer === null) return { kind: 'unreachable' }
    if (!answer.ok) {
      page.sessionStorage.removeItem(TOKEN)
      return { kind: 'denied', denial: 'used' }
    }
    return { kind: 'ticket', ticket: readText(await answer.json(), 'ticket') }
  }

  return { open: link?.open ?? null, newTicket }
}

function readText(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value !== 'string') throw new Error(`The host's answer has no ${name}.`)
  return value
}
