import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCESS, readFragment } from '../../shared/rpc/access.ts'
import { CODE_LIFE_MS, TICKET_LIFE_MS } from '../../electron/host/access.ts'
import type { TestHost } from '../support/test-host.ts'
import { CONTROL_SECRET, outcomeOf, startTestHost } from '../support/test-host.ts'

let host: TestHost
beforeAll(async () => { host = await startTestHost() })
afterAll(() => host[Symbol.asyncDispose]())

test('a link carries its code in the fragment only, and 256 bits of it', () => {
  const link = new URL(host.host.newLink('/srv/shop/db.sqlite3'))
  expect(link.origin).toBe(host.origin)
  expect(link.pathname + link.search).toBe('/')
  const { code, open } = readFragment(link.hash) ?? {}
  expect(Buffer.from(code ?? '', 'base64url')).toHaveLength(32)
  expect(open).toBe('/srv/shop/db.sqlite3')
})

test('a code works once', async () => {
  const code = host.access.newCode()
  const first = await host.post(ACCESS.exchange, { code })
  expect(first.status).toBe(200)
  expect(Buffer.from((JSON.parse(first.body) as { token: string }).token, 'base64url')).toHaveLength(32)
  expect(await host.post(ACCESS.exchange, { code })).toMatchObject({ status: 403 })
})

test('a code works for 60 seconds', async () => {
  const [early, late] = [host.access.newCode(), host.access.newCode()]
  host.advance(CODE_LIFE_MS - 1)
  expect(await host.post(ACCESS.exchange, { code: early })).toMatchObject({ status: 200 })
  host.advance(1)
  expect(await host.post(ACCESS.exchange, { code: late })).toMatchObject({ status: 403 })
})

test('other codes do not work, and say nothing', async () => {
  for (const code of ['x', 'A'.repeat(43), `${host.access.newCode()}A`]) expect(await host.post(ACCESS.exchange, { code })).toMatchObject({ status: 403 })
  for (const body of [{}, { code: 1 }, { code: '' }, { code: 'x', more: 1 }, [], null]) expect(await host.post(ACCESS.exchange, body)).toMatchObject({ status: 400 })
})

test('a ticket needs the token', async () => {
  const token = await host.token()
  expect(await host.post(ACCESS.ticket, {}, { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 })
  const wrong = [undefined, '', 'Bearer', 'Bearer ', `Bearer ${token}A`, `Bearer ${token.slice(1)}`, `bearer ${token}`, `Basic ${token}`, token, `Bearer ${host.access.newCode()}`, `Bearer ${CONTROL_SECRET}`]
  for (const authorization of wrong) expect(await host.post(ACCESS.ticket, {}, { authorization })).toMatchObject({ status: 403 })
})

test('a token in a cookie, in the query or in the body is nothing', async () => {
  const token = await host.token()
  const cookie = `token=${token}; coatcheck=${token}`
  expect(await host.post(ACCESS.ticket, {}, { cookie })).toMatchObject({ status: 403 })
  expect(await host.post(ACCESS.ticket, { token })).toMatchObject({ status: 403 })
  expect(await host.post(`${ACCESS.ticket}?token=${token}`, {})).toMatchObject({ status: 403 })
  expect(await outcomeOf(host.socket({ protocols: [ACCESS.protocol], headers: { cookie } }))).toMatchObject({ refused: 403 })
})

test('no answer sets a cookie', async () => {
  const answers = [await host.request({}), await host.post(ACCESS.exchange, { code: host.access.newCode() }), await host.post(ACCESS.exchange, { code: 'x' })]
  for (const { headers } of answers) expect(headers).not.toHaveProperty('set-cookie')
})

test('a socket needs a ticket, which works once', async () => {
  const ticket = await host.ticket(await host.token())
  expect(await outcomeOf(host.socket({ ticket }))).toEqual({ opened: ACCESS.protocol })
  expect(await outcomeOf(host.socket({ ticket }))).toMatchObject({ refused: 403 })
  expect(await outcomeOf(host.socket({ ticket: 'x' }))).toMatchObject({ refused: 403 })
  expect(await outcomeOf(host.socket({ protocols: [ACCESS.protocol] }))).toMatchObject({ refused: 403 })
  expect(await outcomeOf(host.socket({ ticket: await host.token() }))).toMatchObject({ refused: 403 })
})

test('a ticket works for 10 seconds', async () => {
  const [early, late] = [host.access.newTicket(), host.access.newTicket()]
  host.advance(TICKET_LIFE_MS - 1)
  expect(await outcomeOf(host.socket({ ticket: early }))).toEqual({ opened: ACCESS.protocol })
  host.advance(1)
  expect(await outcomeOf(host.socket({ ticket: late }))).toMatchObject({ refused: 403 })
})

test('only the agreed subprotocol is answered', async () => {
  const ticket = ACCESS.ticketPrefix + host.access.newTicket()
  expect(await outcomeOf(host.socket({ protocols: ['coatcheck.v2', ticket] }))).toMatchObject({ refused: 403 })
  expect(await outcomeOf(host.socket({ protocols: ['other', ACCESS.protocol, ticket] }))).toEqual({ opened: ACCESS.protocol })
})

test('sockets are at one address', async () => {
  for (const path of ['/', '/socket/', '/socket?x', '/access/ticket']) expect(await outcomeOf(host.socket({ path }))).toMatchObject({ refused: 404 })
})

test('a new link needs the control secret, which opens nothing else', async () => {
  const answer = await host.post(ACCESS.link, { open: null }, { authorization: `Bearer ${CONTROL_SECRET}` })
  const { link } = JSON.parse(answer.body) as { link: string }
  expect(await host.post(ACCESS.exchange, { code: readFragment(new URL(link).hash)?.code })).toMatchObject({ status: 200 })
  expect(await host.post(ACCESS.link, { open: null }, { authorization: `Bearer ${await host.token()}` })).toMatchObject({ status: 403 })
  expect(await host.post(ACCESS.link, { open: null })).toMatchObject({ status: 403 })
})
