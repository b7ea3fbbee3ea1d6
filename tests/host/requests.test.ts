import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCESS } from '../../shared/rpc/access.ts'
import { CONTENT_SECURITY_POLICY } from '../../electron/host/headers.ts'
import type { TestAnswer, TestHost } from '../support/test-host.ts'
import { INDEX_HTML, outcomeOf, startTestHost } from '../support/test-host.ts'

let host: TestHost
beforeAll(async () => { host = await startTestHost() })
afterAll(() => host[Symbol.asyncDispose]())

describe('every answer, whatever it says', () => {
  const answers: [string, () => Promise<TestAnswer>][] = [
    ['a page', () => host.request({})],
    ['a head', () => host.request({ method: 'HEAD' })],
    ['a token', () => host.post(ACCESS.exchange, { code: host.access.newCode() })],
    ['400', () => host.post(ACCESS.exchange, {})],
    ['403', () => host.post(ACCESS.exchange, { code: 'x' })],
    ['404', () => host.request({ path: '/no-such-page' })],
    ['405', () => host.request({ method: 'POST', headers: { origin: host.origin } })],
    ['405 of a preflight', () => host.request({ method: 'OPTIONS', path: ACCESS.exchange, headers: { 'origin': host.origin, 'access-control-request-method': 'POST' } })],
    ['413', () => host.post(ACCESS.exchange, { code: 'x'.repeat(1024 * 1024) })],
    ['415', () => host.post(ACCESS.exchange, {}, { 'content-type': 'text/plain' })],
    ['417', () => host.request({ headers: { expect: 'the-unexpected' } })],
    ['421', () => host.request({ headers: { host: 'evil.example' } })],
  ]
  test.each(answers)('%s', async (_name, ask) => {
    const { headers } = await ask()
    expect(headers).toMatchObject({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(Object.keys(headers).filter((name) => /^access-control-|^server$|powered/.test(name))).toEqual([])
  })

  test('also a refused upgrade, a bad handshake and bytes that are no request', async () => {
    const refused = await outcomeOf(host.socket({ ticket: 'x' }))
    expect(refused).toMatchObject({ refused: 403, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY } })
    const handshake = await host.raw([
      `GET /socket HTTP/1.1`, `Host: 127.0.0.1:${host.port}`, `Origin: ${host.origin}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 7',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${ACCESS.protocol}, ${ACCESS.ticketPrefix}${host.access.newTicket()}`, '', '',
    ].join('\r\n'))
    for (const answer of [handshake, await host.raw('nonsense\r\n\r\n')]) {
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain(`Content-Security-Policy: ${CONTENT_SECURITY_POLICY}`)
      expect(answer).not.toMatch(/access-control-/i)
    }
  })
})

test('the policy lets nothing in but our own files', () => {
  expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|http|blob/)
  for (const rule of ["connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) expect(CONTENT_SECURITY_POLICY).toContain(rule)
})

describe('bodies', () => {
  const exchange = (headers: Record<string, string | undefined>): Promise<TestAnswer> => host.post(ACCESS.exchange, { code: host.access.newCode() }, headers)

  test('are JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json-seq', 'text/plain; application/json', '', undefined]) {
      expect(await exchange({ 'content-type': type })).toMatchObject({ status: 415 })
    }
    expect(await exchange({ 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
    expect(await exchange({ 'content-type': 'application/json; charset=utf-8' })).toMatchObject({ status: 200 })
    expect(await host.request({ method: 'POST', path: ACCESS.exchange, headers: { 'origin': host.origin, 'content-type': 'application/json' }, body: '{"code"' })).toMatchObject({ status: 400 })
  })

  test('are at most 1 MB, whether or not they say so before', async () => {
    const body = JSON.stringify({ code: 'x'.repeat(1024 * 1024) })
    const headers = { 'origin': host.origin, 'content-type': 'application/json' }
    expect(await host.request({ method: 'POST', path: ACCESS.exchange, headers: { ...headers, 'content-length': String(body.length) }, body })).toMatchObject({ status: 413 })
    expect(await host.request({ method: 'POST', path: ACCESS.exchange, headers: { ...headers, 'transfer-encoding': 'chunked' }, body })).toMatchObject({ status: 413 })
    const fits = JSON.stringify({ code: 'x' }).padEnd(1024 * 1024)
    expect(await host.request({ method: 'POST', path: ACCESS.exchange, headers, body: fits })).toMatchObject({ status: 403 })
  })
})

test('GET changes nothing', async () => {
  const code = host.access.newCode()
  expect(await host.request({ path: `${ACCESS.exchange}?code=${code}` })).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  expect(await host.request({ path: ACCESS.ticket, headers: { authorization: `Bearer ${await host.token()}` } })).toMatchObject({ status: 405 })
  expect(await host.post(ACCESS.exchange, { code })).toMatchObject({ status: 200 })
})

describe('paths', () => {
  const forms = [
    '/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '/%2e%2e%2fsecret.html', '/..%5csecret.html', '/..\\secret.html', '/assets/../../secret.html', '/assets/..%2f..%2fsecret.html',
    '//secret.html', '///etc/passwd', '/etc/passwd', '/%00', '/index.html%00.js', '/index.html/', '/assets', '/assets/', '/./index.html', '/INDEX.HTML', '/link.html', '/up/secret.html', '/notes.txt',
    '/%c0%ae%c0%ae/secret.html', '/;/index.html', '/index.html;x', '/__proto__', '/constructor', '/C:/secret.html', 'http://evil.example/', 'http://127.0.0.1/index.html', '*',
  ]
  test.each(forms)('%s leads nowhere', async (path) => {
    const answer = await host.request({ path })
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('secret')
  })

  test('the pages and nothing beside them', async () => {
    expect(await host.request({ path: '/index.html' })).toMatchObject({ status: 200, body: INDEX_HTML, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(await host.request({ path: '/assets/app.js' })).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } })
  })
})
