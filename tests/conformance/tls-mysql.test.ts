import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectionReport } from '../../shared/model/connection.ts'
import { startApp } from '../support/app.ts'
import { makeGate } from '../support/gate.ts'
import type { TlsMysql } from '../support/tls-mysql.ts'
import { startTlsMysql, whyNoTlsMysql } from '../support/tls-mysql.ts'

const missing = whyNoTlsMysql()

describe.skipIf(missing !== null)(`MySQL over TLS${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: TlsMysql
  beforeAll(async () => { server = await startTlsMysql() }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  const url = (parameters: string, { host = 'localhost', port = server.port } = {}): string => `mysql://${server.user}@${host}:${port}/shop?${parameters}`
  const verified = (): string => `sslmode=verify-full&sslrootcert=${server.caFile}`
  async function testOf(given: string, password = server.password): Promise<ConnectionReport> {
    await using app = await startApp()
    return app.client.call('connections.test', { target: { kind: 'url', url: given }, password })
  }
  const failed = ({ steps }: ConnectionReport): string | undefined => steps.find(({ state }) => state === 'failed')?.id

  test('a certificate that its authority has signed for this host is accepted, and the password with it', async () => {
    const report = await testOf(url(verified()))
    expect(report.error).toBeNull()
    expect(report.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(['name ok', 'port ok', 'tls ok', 'sign-in ok', 'place ok', 'sessions ok', 'values warn', 'write ok'])
    const wrong = await testOf(url(verified()), 'MARKER-wrong')
    expect([wrong.error?.code, failed(wrong)]).toEqual(['CONNECT_AUTH', 'sign-in'])
  })

  test('sessions are written, put back and read over it', async () => {
    await using app = await startApp()
    const { client } = app
    const { id: sourceId } = await client.call('sources.open', { target: { kind: 'url', url: url(verified()) }, password: server.password, keys: { secretKey: 'key of the tests', fallbacks: [] } })
    const plan = await client.call('changes.plan', { sourceId, change: { kind: 'create', data: '{"n": 1}', user: null, expiry: null } })
    const made = await client.call('changes.apply', { planId: plan.planId })
    expect(made).toMatchObject({ changed: 1, failed: 0 })
    expect((await client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 })).rows).toHaveLength(1)
    expect(await client.call('changes.undo', { changeId: made.changeId ?? '' })).toMatchObject({ changed: 1 })
    expect((await client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 })).rows).toEqual([])
  })

  test.each([
    ['another authority', () => url(`sslmode=verify-full&sslrootcert=${server.strangeCaFile}`), 'CONNECT_TLS', 'tls'],
    ['the system’s authorities', () => url('sslmode=verify-full'), 'CONNECT_TLS', 'tls'],
    ['an address', () => url(verified(), { host: '127.0.0.1' }), 'CONNECT_TLS', 'tls'],
    ['no TLS where the server wants it', () => url('sslmode=disable'), 'CONNECT_AUTH', 'sign-in'],
  ])('%s is refused, and named', async (_, given, code, step) => {
    const report = await testOf(given())
    expect([report.error?.code, failed(report)]).toEqual([code, step])
  })

  test('neither password, nor name, nor statement can be read on the way; whom it does not trust it tells nothing', async () => {
    const gate = await makeGate(server.port)
    expect((await testOf(url(verified(), { port: gate.port }))).error).toBeNull()
    const readable = gate.sent.join('')
    expect(readable.length).toBeGreaterThan(1000)
    for (const secret of [server.password, `${server.user}\0`, 'django_session', 'SELECT']) expect(readable).not.toContain(secret)
    const before = gate.sent.length
    expect((await testOf(url(`sslmode=verify-full&sslrootcert=${server.strangeCaFile}`, { port: gate.port }))).error?.code).toBe('CONNECT_TLS')
    for (const secret of [server.password, `${server.user}\0`]) expect(gate.sent.slice(before).join('')).not.toContain(secret)
    gate.close()
  })

  test('a certificate for another host name is refused', async () => {
    await server.rename('db.example.org')
    await server.reload()
    const report = await testOf(url(verified()))
    expect([report.error?.code, failed(report)]).toEqual(['CONNECT_TLS', 'tls'])
    expect(report.error?.message).toMatch(/another host/)
  })
})
