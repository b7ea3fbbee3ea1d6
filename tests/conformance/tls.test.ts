import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ConnectionReport } from '../../shared/model/connection.ts'
import { startApp } from '../support/app.ts'
import { startSshd, whyNoSshd } from '../support/sshd.ts'
import { startTlsPostgres, whyNoTlsPostgres } from '../support/tls-postgres.ts'
import type { TlsPostgres } from '../support/tls-postgres.ts'

const missing = whyNoTlsPostgres()

describe.skipIf(missing !== null)(`PostgreSQL over TLS${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: TlsPostgres
  beforeAll(async () => { server = await startTlsPostgres() })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server[Symbol.asyncDispose]()
  })

  const url = (parameters: string, host = 'localhost'): string => `postgresql://postgres@${host}:${server.port}/postgres?${parameters}`
  async function testOf(given: string, password = server.password): Promise<ConnectionReport> {
    await using app = await startApp()
    return app.client.call('connections.test', { target: { kind: 'url', url: given }, password })
  }
  const failed = ({ steps }: ConnectionReport): string | undefined => steps.find(({ state }) => state === 'failed')?.id

  test('a certificate that its authority has signed for this host is accepted, and the password with it', async () => {
    const report = await testOf(url(`sslmode=verify-full&sslrootcert=${server.caFile}`))
    expect(report.error).toBeNull()
    expect(report.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(['name ok', 'port ok', 'tls ok', 'sign-in ok', 'place ok', 'sessions ok', 'values warn', 'write ok'])
  })

  test.each([
    ['another authority', () => url(`sslmode=verify-full&sslrootcert=${server.strangeCaFile}`), 'CONNECT_TLS', 'tls'],
    ['the system’s authorities', () => url('sslmode=verify-full'), 'CONNECT_TLS', 'tls'],
    ['another name', () => url(`sslmode=verify-full&sslrootcert=${server.caFile}`, '127.0.0.1'), 'CONNECT_TLS', 'tls'],
    ['no TLS where the server wants it', () => url('sslmode=disable'), 'CONNECT_AUTH', 'sign-in'],
  ])('%s is refused, and named', async (_, given, code, step) => {
    const report = await testOf(given())
    expect(report.error?.code).toBe(code)
    expect(failed(report)).toBe(step)
  })

  test('a wrong password, a wrong database and a wrong table fail at their own steps', async () => {
    const tls = `sslmode=verify-full&sslrootcert=${server.caFile}`
    const wrong = await testOf(url(tls), 'MARKER-wrong')
    expect([wrong.error?.code, failed(wrong)]).toEqual(['CONNECT_AUTH', 'sign-in'])
    expect(JSON.stringify(wrong)).not.toContain('MARKER')
    const nowhere = await testOf(url(tls).replace('/postgres?', '/nowhere?'))
    expect([nowhere.error?.code, failed(nowhere)]).toEqual(['STORE_NOT_FOUND', 'place'])
    const table = await testOf(url(`${tls}&table=users`))
    expect([table.error?.code, failed(table)]).toEqual(['STORE_NOT_DJANGO', 'sessions'])
  })

  const noSshd = whyNoSshd()
  test.skipIf(noSshd !== null)(`through a tunnel the certificate is checked against the server, not the tunnel${noSshd === null ? '' : ` (skipped: ${noSshd})`}`, async () => {
    await using sshd = await startSshd()
    vi.stubEnv('HOME', sshd.home)
    vi.stubEnv('SSH_AUTH_SOCK', '')
    await writeFile(join(sshd.home, '.ssh/known_hosts'), sshd.knownHosts)
    await using app = await startApp({ dataFolder: await mkdtemp(join(tmpdir(), 'coatcheck-tls-')) })
    const through = (host: string): Promise<ConnectionReport> => app.client.call('connections.test', {
      target: { kind: 'url', url: url(`sslmode=verify-full&sslrootcert=${server.caFile}`, host), ssh: { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: null, auth: 'key' } }, password: server.password,
    })
    expect((await through('localhost')).error).toBeNull()
    expect((await through('127.0.0.1')).error).toMatchObject({ code: 'CONNECT_TLS' })
  })
})
