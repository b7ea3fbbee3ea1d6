import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { makeAuthorities } from './authorities.ts'
import { freePort } from './sshd.ts'

const HOMES = ['/usr/lib/postgresql', '/opt/homebrew/opt/postgresql@17/bin', '/usr/local/bin']
const BIN = HOMES.flatMap((home) => [home, ...(existsSync(home) ? readdirSync(home).map((name) => join(home, name, 'bin')) : [])]).find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, where there is one. */
const account = (() => {
  if (process.getuid?.() !== 0) return null
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const [uid, gid] = ids.map(({ status, stdout }) => (status === 0 ? Number(stdout) : null))
  return uid == null || gid == null ? undefined : { uid, gid }
})()

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoTlsPostgres(): string | null {
  const reason = BIN === null ? 'no initdb and postgres here' : account === undefined ? 'root cannot run PostgreSQL, and there is no user postgres' : spawnSync('openssl', ['version']).status !== 0 ? 'no openssl' : null
  if (reason === null) return null
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

export interface TlsPostgres extends AsyncDisposable {
  readonly port: number
  /** Signs the certificate of `localhost` that the server shows. */
  readonly caFile: string
  /** An authority that has nothing to do with it. */
  readonly strangeCaFile: string
  readonly password: string
}

/** A private server on a free port that takes TLS connections only, with a CA of its own and a session table. */
export async function startTlsPostgres(): Promise<TlsPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-pg-'))
  const at = (name: string): string => join(folder, name)
  const who = account ?? {}
  const run = (program: string, args: readonly string[]): void => {
    const done = spawnSync(program, [...args], { cwd: folder, ...(program.startsWith(BIN ?? '-') ? who : {}) })
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr.toString()}`)
  }
  await chmod(folder, 0o755)
  if (account != null) await chown(folder, account.uid, account.gid)
  const password = 'tls-and-hunter2'
  await writeFile(at('password'), password, { mode: 0o644 })
  const { caFile, strangeCaFile, certFile, keyFile } = await makeAuthorities(folder)
  await chmod(keyFile, 0o600)
  if (account != null) await chown(keyFile, account.uid, account.gid)
  run(join(BIN ?? '', 'initdb'), ['-D', at('data'), '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${at('password')}`, '--no-sync', '-E', 'UTF8', '--locale=C'])
  await writeFile(at('data/pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n')
  const port = await freePort()
  const settings = { port, listen_addresses: 'localhost', unix_socket_directories: '', ssl: 'on', ssl_cert_file: certFile, ssl_key_file: keyFile, fsync: 'off', shared_buffers: '16MB' }
  const server = spawn(join(BIN ?? '', 'postgres'), ['-D', at('data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`])], { stdio: ['ignore', 'ignore', 'pipe'], ...who })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const end = async (): Promise<void> => {
    if (server.exitCode === null) {
      const gone = once(server, 'exit')
      server.kill('SIGINT')
      await gone
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (let tries = 0; !/ready to accept/.test(said); tries++) {
      if (server.exitCode !== null || tries > 200) throw new Error(`${dirname(at('data'))}: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const client = new pg.Client({ host: 'localhost', port, user: 'postgres', database: 'postgres', password, ssl: { rejectUnauthorized: false } })
    await client.connect()
    await client.query('CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL)')
    await client.end()
  } catch (error) {
    await end()
    throw error
  }
  return { port, password, caFile, strangeCaFile, [Symbol.asyncDispose]: end }
}
