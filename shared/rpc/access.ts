/**
 * The door of the browser host, as both sides of it know it.
 *
 * A link carries a code in its fragment (never sent, never logged). The page exchanges the code for a token (`exchange`), keeps it in
 * `sessionStorage`, removes the fragment from the history, and buys a ticket with it (`ticket`) for each socket it opens.
 * Bodies are JSON: `{code}` → `{token}`; nothing → `{ticket}`; `{open}` → `{link}`. Requests for tickets and links carry
 * `Authorization: Bearer …`. No cookie takes part: cookies ignore ports, and so reach every other program on the loopback address.
 */
export const ACCESS = {
  exchange: '/access/exchange',
  ticket: '/access/ticket',
  /** For a second start on the same data folder, with the control secret instead of the token. */
  link: '/access/link',
  socket: '/socket',
  /** The one subprotocol the host answers with. */
  protocol: 'coatcheck.v1',
  /** A second subprotocol, `ticket.…`, brings the ticket: a WebSocket cannot send headers of its own. */
  ticketPrefix: 'ticket.',
} as const

export interface Link {
  /** Works once, within 60 seconds. */
  readonly code: string
  /** A path to open at once; null: nothing. */
  readonly open: string | null
}

/** `#code=…&open=…` */
export function writeFragment(link: Link): string {
  const params = new URLSearchParams({ code: link.code })
  if (link.open !== null) params.set('open', link.open)
  return `#${params}`
}

/** What `location.hash` says; null: it is not a link of the host. */
export function readFragment(hash: string): Link | null {
  const params = new URLSearchParams(hash.replace(/^#/, ''))
  const code = params.get('code')
  return code === null || code === '' ? null : { code, open: params.get('open') }
}
