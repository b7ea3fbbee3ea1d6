import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { freePort } from './memcached.ts'
import type { ServerKind } from './sql-servers.ts'

const START_MS = 60_000
const isRoot = process.getuid?.() === 0
const HOMES = ['/usr/lib/postgresql', '/opt/homebrew/opt/postgresql@17/bin', '/usr/local/bin']
const BIN = HOMES.flatMap((home) => [home, ...(existsSync(home) ? readdirSync(home).map((name) => join(home, name, 'bin')) : [])]).find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null

/** A database server of a test's own, whose process may be stopped, killed and started again. Its data is thrown away at the end. */
export interface PrivateSql extends AsyncDisposable {
  readonly kind: ServerKind
  readonly port: number
  /** May do everything. */
  readonly owner: string
  /** Of a table `django_session` in the database `shop`, which this user owns or has been granted. */
  url(user?: string): string
  /** One statement by the owner, over a connection of its own. Rows are objects. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>
  /** All of its processes stand still (SIGSTOP) until `thaw`. */
  freeze(): void
  thaw(): void
  /** Ends at once, as in a crash. */
  kill(): Promise<void>
  /** Started again over the same data, at the same port; settles when it answers. */
  restart(): Promise<void>
}

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoPrivateSql(kind: ServerKind): string | null {
  const reason = kind === 'postgres' ? whyNoPostgres() : whyNoMariadb()
  if (reason === null) return null
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

function whyNoPostgres(): string | null {
  if (BIN === null) return 'no initdb and postgres here'
  return isRoot && idsOf('postgres') === null ? 'root cannot run PostgreSQL, and there is no user postgres' : null
}

function whyNoMariadb(): string | null {
  const absent = ['mariadbd', 'mariadb-install-db'].filter((program) => spawnSync(program, ['--help']).error !== undefined)
  return absent.length === 0 ? null : `no ${absent.join(', ')} here`
}

function idsOf(account: string): { readonly uid: number; readonly gid: number } | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, account], { encoding: 'utf8' })).map(({ status, stdout }) => (status === 0 ? Number(stdout) : null))
  return uid == null || gid == null ? null : { uid, gid }
}

/** Settings for speed: what a crash of the server alone leaves is kept, what a crash of the machine would lose is of no interest. */
interface Recipe {
  readonly owner: string
  readonly scheme: string
  prepare(folder: string): Promise<void>
  launch(folder: string, port: number): ChildProcess
  run(port: number, sql: string, database?: string): Promise<readonly Record<string, unknown>[]>
  /** Ends all processes at once, and their traces. */
  readonly crash: NodeJS.Signals
  readonly setUp: readonly string[]
}

const POSTGRES: Recipe = {
  owner: 'postgres', scheme: 'postgresql', crash: 'SIGQUIT',
  async prepare(folder) {
    const account = isRoot ? idsOf('postgres') : null
    if (account !== null) await chown(folder, account.uid, account.gid)
    const made = spawnSync(join(BIN ?? '', 'initdb'), ['-D', join(folder, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'], { cwd: folder, ...account })
    if (made.status !== 0) throw new Error(made.stderr.toString())
  },
  launch(folder, port) {
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', shared_buffers: '16MB', max_connections: 30 }
    const account = isRoot ? idsOf('postgres') : null
    return spawn(join(BIN ?? '', 'postgres'), ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`])], { stdio: 'ignore', cwd: folder, ...account })
  },
  async run(port, sql, database = 'shop') {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  },
  setUp: [
    'CREATE DATABASE shop', 'CREATE ROLE janitor LOGIN',
    'CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL)', 'CREATE INDEX ON django_session (expire_date)',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO janitor',
  ],
}

const MARIADB: Recipe = {
  owner: 'shop', scheme: 'mysql', crash: 'SIGKILL',
  async prepare(folder) {
    const account = isRoot ? ['--user=mysql'] : []
    const made = spawnSync('mariadb-install-db', ['--no-defaults', ...account, `--datadir=${join(folder, 'data')}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'])
    if (made.status !== 0) throw new Error(made.stderr.toString() + made.stdout.toString())
    await writeFile(join(folder, 'init.sql'), "CREATE USER IF NOT EXISTS 'shop'@'%';\nGRANT ALL ON *.* TO 'shop'@'%' WITH GRANT OPTION;\n", { mode: 0o644 })
  },
  launch(folder, port) {
    const settings = { 'datadir': join(folder, 'data'), 'socket': join(folder, 'data/s'), 'pid-file': join(folder, 'data/pid'), port, 'bind-address': '127.0.0.1', 'init-file': join(folder, 'init.sql'), 'innodb-buffer-pool-size': '8M', 'innodb-flush-log-at-trx-commit': 2, 'innodb-log-file-size': '8M' }
    return spawn('mariadbd', ['--no-defaults', ...(isRoot ? ['--user=mysql'] : []), '--skip-name-resolve', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)], { stdio: 'ignore' })
  },
  async run(port, sql, database = 'shop') {
    const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'shop', charset: 'utf8mb4', timezone: 'Z', ...(database === '' ? {} : { database }) })
    connection.on('error', () => undefined)
    try {
      const [rows] = await connection.query(sql)
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
    } finally {
      await connection.end()
    }
  },
  setUp: [
    'CREATE DATABASE shop CHARACTER SET utf8mb4', "CREATE USER 'janitor'@'%'",
    'CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data longtext NOT NULL, expire_date datetime(6) NOT NULL)', 'CREATE INDEX expires ON django_session (expire_date)',
    "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.django_session TO 'janitor'@'%'",
  ],
}

/** With a database `shop`, an empty `django_session` in it, and a user `janitor` who may read and change that table. */
export async function startPrivateSql(kind: ServerKind): Promise<PrivateSql> {
  const recipe = kind === 'postgres' ? POSTGRES : MARIADB
  const folder = await mkdtemp(join(tmpdir(), `coatcheck-${kind}-`))
  await chmod(folder, 0o755)
  await recipe.prepare(folder)
  const port = await freePort()
  let child = recipe.launch(folder, port)
  let frozen: readonly number[] = []
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    thaw()
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  const thaw = (): void => {
    for (const pid of frozen) signalTo(pid, 'SIGCONT')
    frozen = []
  }
  const server: PrivateSql = {
    kind, port, owner: recipe.owner,
    url: (user = recipe.owner) => `${recipe.scheme}://${user}@127.0.0.1:${port}/shop?mode=rw`,
    run: (sql) => recipe.run(port, sql),
    freeze() {
      // The first one makes the others: it stands still before they are counted.
      const { pid } = child
      if (pid === undefined) return
      signalTo(pid, 'SIGSTOP')
      frozen = [pid, ...childrenOf(pid)]
      for (const other of frozen.slice(1)) signalTo(other, 'SIGSTOP')
    },
    thaw,
    kill: () => kill(recipe.crash),
    async restart() {
      child = recipe.launch(folder, port)
      await answers(() => recipe.run(port, 'SELECT 1'), child)
    },
    async [Symbol.asyncDispose]() {
      await kill(recipe.crash)
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    const [makeDatabase = '', ...rest] = recipe.setUp
    const system = kind === 'postgres' ? 'postgres' : ''
    await answers(() => recipe.run(port, 'SELECT 1', system), child)
    await recipe.run(port, makeDatabase, system)
    for (const statement of rest) await recipe.run(port, statement)
    return server
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

async function answers(ask: () => Promise<unknown>, child: ChildProcess): Promise<void> {
  for (const started = performance.now(); ;) {
    try {
      await ask()
      return
    } catch (error) {
      if (child.exitCode !== null || performance.now() - started > START_MS) throw error
      await new Promise((resolve) => { setTimeout(resolve, 30) })
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  const known = `/proc/${pid}/task/${pid}/children`
  const text = existsSync(known) ? readFileSync(known, 'utf8') : spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout
  return text.split(/\s+/).filter((part) => part !== '').map(Number)
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch { /* It has ended meanwhile. */ }
}
