import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { makeAuthorities } from './authorities.ts'
import type { Authorities } from './authorities.ts'
import { freePort } from './sshd.ts'

const START_TRIES = 400
/** As root, it runs as Debian's user of it. */
const ACCOUNT = process.getuid?.() === 0 ? ['--user=mysql'] : []

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoTlsMysql(): string | null {
  const programs = ['mariadbd', 'mariadb-install-db', 'openssl']
  const absent = programs.filter((program) => spawnSync(program, [program === 'openssl' ? 'version' : '--help']).error !== undefined)
  if (absent.length === 0) return null
  const reason = `no ${absent.join(', ')} here`
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

export interface TlsMysql extends Authorities, AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  /** Has the server read its certificate anew. */
  reload(): Promise<void>
}

/** A private MariaDB on a free port that takes TLS connections only, with an authority of its own, and a session table in the database `shop`. */
export async function startTlsMysql(): Promise<TlsMysql> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-mysql-'))
  const at = (name: string): string => join(folder, name)
  await chmod(folder, 0o755)
  const authorities = await makeAuthorities(folder)
  await chmod(authorities.keyFile, 0o644)
  const [user, password] = ['shop', 'tls-and-hunter2']
  const made = spawnSync('mariadb-install-db', ['--no-defaults', ...ACCOUNT, `--datadir=${at('data')}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'])
  if (made.status !== 0) throw new Error(made.stderr.toString() + made.stdout.toString())
  await writeFile(at('init.sql'), [
    'CREATE DATABASE shop CHARACTER SET utf8mb4;',
    'CREATE TABLE shop.django_session (session_key varchar(40) PRIMARY KEY, session_data longtext NOT NULL, expire_date datetime(6) NOT NULL);',
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO '${user}'@'%';`,
  ].join('\n'), { mode: 0o644 })
  const port = await freePort()
  const settings = { 'datadir': at('data'), 'socket': at('data/s'), 'pid-file': at('data/pid'), port, 'bind-address': 'localhost', 'init-file': at('init.sql'), 'ssl-ca': authorities.caFile, 'ssl-cert': authorities.certFile, 'ssl-key': authorities.keyFile, 'require-secure-transport': 'ON', 'innodb-buffer-pool-size': '8M', 'innodb-flush-log-at-trx-commit': 0 }
  const server = spawn('mariadbd', ['--no-defaults', ...ACCOUNT, '--skip-name-resolve', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const end = async (): Promise<void> => {
    if (server.exitCode === null) {
      const gone = once(server, 'exit')
      server.kill('SIGKILL')
      await gone
    }
    await rm(folder, { recursive: true, force: true })
  }
  const reload = async (): Promise<void> => {
    const client = await mysql.createConnection({ host: '127.0.0.1', port, user, password, ssl: { rejectUnauthorized: false } })
    await client.query('FLUSH SSL')
    await client.end()
  }
  try {
    for (let tries = 0; !/ready for connections/.test(said); tries++) {
      if (server.exitCode !== null || tries > START_TRIES) throw new Error(said)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await reload()
  } catch (error) {
    await end()
    throw error
  }
  return { ...authorities, port, user, password, reload, [Symbol.asyncDispose]: end }
}
