import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { CleanupRule } from '../shared/model/cleanup.ts'
import type { SourceTarget } from '../shared/model/source.ts'
import { EXPIRED } from '../tests/support/cleanup.ts'
import { startRedis } from '../tests/support/redis-servers.ts'
import type { TestRedis } from '../tests/support/redis-servers.ts'
import { connectApp, serverPlace } from '../tests/support/sql-servers.ts'
import type { ServerKind } from '../tests/support/sql-servers.ts'
import { python, sessionTable } from './data.ts'

const run = promisify(execFile)

/** Sessions made by Django, as often as somebody cleans them. Everything is gone when it is disposed, copies too; who disposes twice does no harm. */
export interface BenchStore extends AsyncDisposable {
  /** One more copy of all of them. */
  copy(): Promise<BenchCopy>
}

export interface BenchCopy extends AsyncDisposable {
  /** As `setup_django.py` takes it. */
  readonly place: string
  readonly target: SourceTarget
}

export const KINDS = ['sqlite', 'postgres', 'mariadb', 'redis', 'file'] as const
export type BenchKind = (typeof KINDS)[number]

interface KindFacts {
  readonly label: string
  /** Of the goals in docs/benchmarks.md. */
  readonly id: string
  /** At full speed, of Django's time. */
  readonly full: number
  readonly rows: number
  readonly rules: CleanupRule[]
  make(rows: number): Promise<BenchStore>
}

/** What has ended is gone from Redis by itself: there half were last saved more than so many days ago. */
export const REDIS_DAYS = 7

export const STORES: Readonly<Record<BenchKind, KindFacts>> = {
  sqlite: { label: 'SQLite', id: 'P3', full: 1, rows: 1_000_000, rules: [EXPIRED], make: makeSqlite },
  postgres: { label: 'PostgreSQL', id: 'P4', full: 1.2, rows: 1_000_000, rules: [EXPIRED], make: (rows) => makeServer('postgres', rows) },
  mariadb: { label: 'MariaDB', id: 'P4', full: 1.2, rows: 1_000_000, rules: [EXPIRED], make: (rows) => makeServer('mysql', rows) },
  redis: { label: 'Redis', id: 'P3', full: 1, rows: 200_000, rules: [{ kind: 'older-than', seconds: REDIS_DAYS * 86_400 }], make: makeRedis },
  file: { label: 'files', id: 'P3', full: 1, rows: 50_000, rules: [EXPIRED], make: makeFolder },
}

async function makeSqlite(rows: number): Promise<BenchStore> {
  const from = await sessionTable(rows)
  const folder = await temporary()
  return {
    async copy() {
      const path = join(folder, `${nextName()}.sqlite3`)
      await copyFile(from, path)
      return { place: path, target: { kind: 'sqlite', path, table: 'django_session' }, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function makeServer(kind: ServerKind, rows: number): Promise<BenchStore> {
  const from = await sessionTable(rows)
  const base = nextName()
  const made = [base]
  const admin = await connectApp(kind, kind === 'postgres' ? 'postgres' : 'mysql')
  const drop = (name: string): Promise<unknown> => admin.run(kind === 'postgres' ? `DROP DATABASE IF EXISTS ${name} WITH (FORCE)` : `DROP DATABASE IF EXISTS ${name}`)
  const placeOf = (name: string): string => {
    const { host, port, user, password } = serverPlace(kind)
    return `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${user}${password === '' ? '' : `:${encodeURIComponent(password)}`}@${host}:${port}/${name}`
  }
  const store: BenchStore = {
    async copy() {
      const name = nextName()
      made.push(name)
      if (kind === 'postgres') await admin.run(`CREATE DATABASE ${name} TEMPLATE ${base}`)
      else {
        await admin.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
        await admin.run(`CREATE TABLE ${name}.django_session LIKE ${base}.django_session`)
        await admin.run(`INSERT INTO ${name}.django_session SELECT * FROM ${base}.django_session ORDER BY session_key`)
        await admin.run(`ANALYZE TABLE ${name}.django_session`)
      }
      return { place: placeOf(name), target: { kind: 'url', url: `${placeOf(name)}?mode=rw` }, [Symbol.asyncDispose]: async () => void (await drop(name)) }
    },
    async [Symbol.asyncDispose]() {
      if (made.length === 0) return
      for (const name of made.splice(0)) await drop(name)
      await admin[Symbol.asyncDispose]()
    },
  }
  return filled(store, async () => {
    await admin.run(kind === 'postgres' ? `CREATE DATABASE ${base} TEMPLATE template0 ENCODING 'UTF8'` : `CREATE DATABASE ${base} CHARACTER SET utf8mb4`)
    await python('fill_store.py', [from, placeOf(base)])
  })
}

/** Each copy is a server of its own, which reads the first one's dump. */
async function makeRedis(rows: number): Promise<BenchStore> {
  const from = await sessionTable(rows)
  const base = await startRedis()
  const made = new AsyncDisposableStack()
  made.use(base)
  const placeOf = ({ port }: TestRedis): string => `redis://127.0.0.1:${port}/0`
  const store: BenchStore = {
    async copy() {
      const folder = await temporary()
      made.defer(() => rm(folder, { recursive: true, force: true }))
      await copyFile(join(base.folder, 'dump.rdb'), join(folder, 'dump.rdb'))
      const server = made.use(await startRedis({ args: ['--dir', folder] }))
      return { place: placeOf(server), target: { kind: 'url', url: placeOf(server) }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  }
  return filled(store, async () => {
    await python('fill_store.py', [from, placeOf(base)])
    await base.app.save()
  })
}

async function makeFolder(rows: number): Promise<BenchStore> {
  const from = await sessionTable(rows)
  const folder = await temporary()
  const base = join(folder, 'sessions')
  const urlOf = (path: string): string => pathToFileURL(path).href
  const store: BenchStore = {
    async copy() {
      const path = join(folder, nextName())
      // Node's own copy leaves out the last digits of a time.
      if (process.platform === 'win32') await cp(base, path, { recursive: true, preserveTimestamps: true })
      else await run('cp', ['-Rp', base, path])
      return { place: urlOf(path), target: { kind: 'url', url: urlOf(path) }, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
  return filled(store, async () => {
    await mkdir(base)
    await python('fill_store.py', [from, urlOf(base)])
  })
}

/** What was begun is cleared away where it cannot be filled. */
async function filled(store: BenchStore, fill: () => Promise<void>): Promise<BenchStore> {
  try {
    await fill()
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'coatcheck-bench-clean-'))
const nextName = (): string => `coatcheck_bench_${randomBytes(6).toString('hex')}`
