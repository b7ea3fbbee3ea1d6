import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCESS } from '../../shared/rpc/access.ts'
import type { TestHost } from '../support/test-host.ts'
import { INDEX_HTML, outcomeOf, startTestHost } from '../support/test-host.ts'

let host: TestHost
beforeAll(async () => { host = await startTestHost() })
afterAll(() => host[Symbol.asyncDispose]())

test('its own page gets the pages', async () => {
  expect(await host.request({})).toMatchObject({ status: 200, body: INDEX_HTML })
  expect(await host.request({ headers: { 'sec-fetch-site': 'none' } })).toMatchObject({ status: 200 })
  expect(await host.request({ path: '/assets/app.js', headers: { 'sec-fetch-site': 'same-origin', 'origin': host.origin } })).toMatchObject({ status: 200 })
  expect(await outcomeOf(host.socket())).toEqual({ opened: ACCESS.protocol })
})

test.runIf(process.platform === 'linux')('it listens on 127.0.0.1 and nowhere else', () => {
  const port = host.port.toString(16).toUpperCase().padStart(4, '0')
  // proc(5), net/tcp: the second field is the local address, the fourth the state; 0A is LISTEN.
  const listening = ['tcp', 'tcp6'].flatMap((family) => readFileSync(`/proc/net/${family}`, 'utf8').split('\n').map((line) => line.trim().split(/\s+/)))
    .flatMap(([, local = '', , state]) => (state === '0A' && local.endsWith(`:${port}`) ? [local] : []))
  expect(listening).toEqual([`0100007F:${port}`])
})

describe('Host is exact, before anything looks at the path', () => {
  const foreign = (): (string | undefined)[] => [
    'evil.example', `evil.example:${host.port}`, 'localhost', `localhost:${host.port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1:${host.port}.`, `127.1:${host.port}`,
    `[::1]:${host.port}`, `0.0.0.0:${host.port}`, `user@127.0.0.1:${host.port}`, `127.0.0.1:${host.port},evil.example`, '', undefined,
  ]

  test.each(['/', '/assets/app.js', '/no-such-page', ACCESS.exchange, ACCESS.socket])('for %s', async (path) => {
    for (const name of foreign()) expect(await host.request({ path, headers: { host: name } })).toMatchObject({ status: 421 })
    expect(await host.request({ path, method: 'POST', headers: { host: 'evil.example', origin: host.origin } })).toMatchObject({ status: 421 })
  })

  test('for upgrades', async () => {
    for (const name of ['evil.example', `localhost:${host.port}`, '127.0.0.1']) {
      expect(await outcomeOf(host.socket({ headers: { host: name } }))).toMatchObject({ refused: 421 })
    }
  })

  test('and given once', async () => {
    const answer = await host.raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 (400|421) /)
  })

  test('and the body of a refusal repeats nothing of the request', async () => {
    const answer = await host.request({ path: '/<script>alert(1)</script>', headers: { host: '<script>evil</script>' } })
    expect(answer.body).not.toContain('script')
  })
})

describe('Origin', () => {
  const foreign = (): string[] => ['https://evil.example', 'null', `http://localhost:${host.port}`, 'http://127.0.0.1:1', 'http://127.0.0.1', `https://127.0.0.1:${host.port}`, `${host.origin}.evil.example`, `${host.origin}/`, 'app://coatcheck']

  test('is ours wherever it is sent', async () => {
    for (const origin of foreign()) {
      expect(await host.request({ headers: { origin } })).toMatchObject({ status: 403 })
      expect(await host.request({ path: '/no-such-page', headers: { origin } })).toMatchObject({ status: 403 })
      expect(await host.post(ACCESS.exchange, { code: host.access.newCode() }, { origin })).toMatchObject({ status: 403 })
      expect(await outcomeOf(host.socket({ headers: { origin } }))).toMatchObject({ refused: 403 })
    }
  })

  test('cannot be left out of anything that changes something', async () => {
    const token = await host.token()
    expect(await host.post(ACCESS.exchange, { code: host.access.newCode() }, { origin: undefined })).toMatchObject({ status: 403 })
    expect(await host.post(ACCESS.ticket, {}, { origin: undefined, authorization: `Bearer ${token}` })).toMatchObject({ status: 403 })
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) expect(await host.request({ method })).toMatchObject({ status: 403 })
  })

  test('cannot be left out of an upgrade', async () => {
    const ticket = host.access.newTicket()
    const answer = await host.raw([
      'GET /socket HTTP/1.1', `Host: 127.0.0.1:${host.port}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${ACCESS.protocol}, ${ACCESS.ticketPrefix}${ticket}`, '', '',
    ].join('\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  })
})

describe('Sec-Fetch-Site', () => {
  test.each(['cross-site', 'same-site', 'odd'])('%s is refused, for pages, errors and upgrades', async (site) => {
    const headers = { 'sec-fetch-site': site }
    expect(await host.request({ headers })).toMatchObject({ status: 403 })
    expect(await host.request({ headers, path: '/no-such-page' })).toMatchObject({ status: 403 })
    expect(await host.post(ACCESS.exchange, { code: host.access.newCode() }, headers)).toMatchObject({ status: 403 })
    expect(await outcomeOf(host.socket({ headers }))).toMatchObject({ refused: 403 })
  })
})
