import { STATUS_CODES } from 'node:http'

/**
 * `trusted-types vue`: Vue's DOM runtime makes one policy, of that name, when it is loaded.
 * `img-src data:`: small icons inside the style sheet.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vue',
].join('; ')

/** On every answer, whatever its status. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  readonly allow?: string
}

const TEXT = 'text/plain; charset=utf-8'

/** Every refusal has one constant body: nothing of the request comes back in it. */
export const REFUSALS = {
  'bad-request': { status: 400, type: TEXT, body: 'The request is not valid.\n' },
  'no-access': { status: 403, type: TEXT, body: 'This page has no access. Open a new link from the terminal that runs Coatcheck.\n' },
  'other-site': { status: 403, type: TEXT, body: 'Another page sent this request. Type the address from the terminal instead.\n' },
  'not-found': { status: 404, type: TEXT, body: 'There is nothing at this address.\n' },
  'wrong-method': { status: 405, type: TEXT, body: 'This address does not answer that method.\n' },
  'timeout': { status: 408, type: TEXT, body: 'The request did not end in time.\n' },
  'too-large': { status: 413, type: TEXT, body: 'The request is larger than 1 MB.\n' },
  'wrong-type': { status: 415, type: TEXT, body: 'Only application/json is read here.\n' },
  'wrong-host': { status: 421, type: TEXT, body: 'This is not the address that Coatcheck printed.\n' },
} as const satisfies Record<string, Answer>
export type RefusalName = keyof typeof REFUSALS

export function jsonAnswer(value: unknown): Answer {
  return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

export function answerHeaders(answer: Answer): Record<string, string> {
  return {
    ...SECURITY_HEADERS,
    'Content-Type': answer.type,
    'Content-Length': String(Buffer.byteLength(answer.body)),
    ...(answer.allow === undefined ? {} : { Allow: answer.allow }),
  }
}

/** An answer as bytes, for sockets that Node gives out without a response object: refused upgrades and broken requests. */
export function rawAnswer(answer: Answer): string {
  const headers = { ...answerHeaders(answer), Connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`, ...lines, '', answer.body].join('\r\n')
}
