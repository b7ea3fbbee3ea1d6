import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export const CODE_LIFE_MS = 60_000
export const TICKET_LIFE_MS = 10_000

/** More than anybody needs at once; older ones give way. */
const MOST_OUTSTANDING = 32

/** Who may talk to this host. All secrets are 256 random bits in base64url, kept as digests where they only need to be recognised. */
export interface Access {
  /** A code for one link: works once, within 60 seconds. */
  newCode(): string
  /** The token for a live code, null for any other. The code is spent. */
  exchange(code: string): string | null
  isToken(text: string): boolean
  /** A ticket for one socket: works once, within 10 seconds. */
  newTicket(): string
  /** Whether the ticket was live. It is spent. */
  redeem(ticket: string): boolean
}

/** @param now milliseconds of a clock that never goes back */
export function createAccess(now: () => number): Access {
  const token = newSecret()
  const isToken = recognise(token)
  const codes = createVouchers(CODE_LIFE_MS, now)
  const tickets = createVouchers(TICKET_LIFE_MS, now)
  return {
    newCode: codes.issue,
    exchange: (code) => (codes.spend(code) ? token : null),
    isToken,
    newTicket: tickets.issue,
    redeem: tickets.spend,
  }
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** A test for one secret, which takes the same time however much of it was guessed. */
export function recognise(secret: string): (text: string) => boolean {
  const expected = digest(secret)
  return (text) => timingSafeEqual(digest(text), expected)
}

interface Vouchers {
  issue(): string
  spend(text: string): boolean
}

function createVouchers(lifeMs: number, now: () => number): Vouchers {
  let outstanding: { readonly matches: (text: string) => boolean; readonly endsAt: number }[] = []
  return {
    issue() {
      const secret = newSecret()
      outstanding = [...outstanding.slice(1 - MOST_OUTSTANDING), { matches: recognise(secret), endsAt: now() + lifeMs }]
      return secret
    },
    spend(text) {
      const found = outstanding.filter((voucher) => voucher.matches(text))
      outstanding = outstanding.filter((voucher) => !found.includes(voucher))
      return found.some((voucher) => now() < voucher.endsAt)
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
