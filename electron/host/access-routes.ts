import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { ACCESS } from '../../shared/rpc/access.ts'
import type { Access } from './access.ts'
import type { Answer } from './headers.ts'
import { REFUSALS, jsonAnswer } from './headers.ts'
import { readJsonBody } from './json-body.ts'

export type AccessRoute = (request: IncomingMessage) => Promise<Answer>

export interface AccessRouteOptions {
  readonly access: Access
  /** Recognises the secret that only a process with access to the data folder can know. */
  readonly isControlSecret: (text: string) => boolean
  readonly newLink: (open: string | null) => string
  /** Called for every request that proved who it is. */
  readonly onAuthenticated: () => void
}

const exchangeBody = z.strictObject({ code: z.string().min(1).max(128) })
const ticketBody = z.strictObject({})
const linkBody = z.strictObject({ open: z.string().max(4096).nullable() })

/** The three calls that are made over HTTP. All are POST; the guard has checked Host and Origin before. */
export function accessRoutes({ access, isControlSecret, newLink, onAuthenticated }: AccessRouteOptions): ReadonlyMap<string, AccessRoute> {
  async function route<B>(request: IncomingMessage, isAllowed: (secret: string) => boolean, schema: z.ZodType<B>, reply: (body: B) => unknown): Promise<Answer> {
    if (!isAllowed(bearer(request))) return REFUSALS['no-access']
    const body = await readJsonBody(request)
    if (!body.ok) return REFUSALS[body.refusal]
    const parsed = schema.safeParse(body.value)
    if (!parsed.success) return REFUSALS['bad-request']
    const value = reply(parsed.data)
    if (value === null) return REFUSALS['no-access']
    onAuthenticated()
    return jsonAnswer(value)
  }

  return new Map<string, AccessRoute>([
    [ACCESS.exchange, (request) => route(request, () => true, exchangeBody, ({ code }) => {
      const token = access.exchange(code)
      return token === null ? null : { token }
    })],
    [ACCESS.ticket, (request) => route(request, access.isToken, ticketBody, () => ({ ticket: access.newTicket() }))],
    [ACCESS.link, (request) => route(request, isControlSecret, linkBody, ({ open }) => ({ link: newLink(open) }))],
  ])
}

function bearer(request: IncomingMessage): string {
  return /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
}
