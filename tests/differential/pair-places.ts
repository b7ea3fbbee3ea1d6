import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { ServerKind, TestDatabase } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'

/** Both layers as they are stored. */
export interface StoredPair {
  /** Every byte, and the end of the row. */
  readonly bytes: unknown
  /** Of the copy: seconds since 1970. memcached tells it to the second only. */
  readonly end: number
}

/** Where Django keeps both layers of cached_db, and how the app is told of it. */
export interface PairPlace extends AsyncDisposable {
  /** DATABASES['default'] and CACHES['default'] of Django; rows missing: the site's own SQLite file. */
  readonly rows: Readonly<Record<string, unknown>> & { readonly ENGINE: string }
  readonly cache: Readonly<Record<string, unknown>>
  readonly rowUrl: string
  readonly cacheUrl: string
  stored(key: string): Promise<StoredPair>
}

/** `modules`: what Python needs for it. */
export const PAIR_PLACES = {
  'PostgreSQL and Redis': { modules: 'psycopg2, redis, django.core.cache.backends.redis' },
  'MariaDB and memcached': { modules: 'pymysql, pymemcache, django.core.cache.backends.memcached' },
  'SQLite and DatabaseCache': { modules: 'django.core.cache.backends.db' },
} as const
export type PairPlaceName = keyof typeof PAIR_PLACES

/** null: it can be had here. */
export async function whyNoPlace(name: PairPlaceName): Promise<string | null> {
  if (name === 'PostgreSQL and Redis') return whyNoRedis() ?? (await whyNoServer('postgres'))
  return name === 'MariaDB and memcached' ? whyNoMemcached() ?? (await whyNoServer('mysql')) : null
}

export function openPairPlace(name: PairPlaceName): Promise<PairPlace> {
  if (name === 'PostgreSQL and Redis') return postgresAndRedis()
  return name === 'MariaDB and memcached' ? mysqlAndMemcached() : sqliteAndTable()
}

const KEY_START = ':1:django.contrib.sessions.cached_db'

async function postgresAndRedis(): Promise<PairPlace> {
  const [rows, redis] = await Promise.all([makeDatabase('postgres', ''), startRedis()])
  const location = `redis://127.0.0.1:${redis.port}/2`
  await redis.app.select(2)
  return {
    ...placeOf('postgres', rows), cacheUrl: `${location}?format=django`, cache: { BACKEND: 'django.core.cache.backends.redis.RedisCache', LOCATION: location },
    async stored(key) {
      const copy = await redis.app.getBuffer(`${KEY_START}${key}`)
      return { bytes: [await rowOf(rows, '$1', key), copy?.toString('base64')], end: (await redis.app.pexpiretime(`${KEY_START}${key}`)) / 1000 }
    },
    async [Symbol.asyncDispose]() {
      await rows[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    },
  }
}

async function mysqlAndMemcached(): Promise<PairPlace> {
  const [rows, memcached] = await Promise.all([makeDatabase('mysql', ''), startMemcached()])
  const server = `127.0.0.1:${memcached.port}`
  return {
    ...placeOf('mysql', rows), cacheUrl: `memcached://${server}`, cache: { BACKEND: 'django.core.cache.backends.memcached.PyMemcacheCache', LOCATION: server },
    async stored(key) {
      const whole = `${KEY_START}${key}`
      const [head = ''] = (await memcached.run(`mg ${whole} f s t\r\n`, 1)).split('\r\n')
      const [, flags, size, left = ''] = head.split(' ')
      return { bytes: [await rowOf(rows, '?', key), await memcached.run(`get ${whole}\r\n`, 3), flags, size], end: Math.floor(Date.now() / 1000) + Number(left.slice(1)) }
    },
    async [Symbol.asyncDispose]() {
      await rows[Symbol.asyncDispose]()
      await memcached.kill()
    },
  }
}

async function sqliteAndTable(): Promise<PairPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-pair-'))
  const path = join(folder, 'db.sqlite3')
  return {
    rows: { ENGINE: 'django.db.backends.sqlite3', NAME: path }, cache: { BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: 'copies' },
    rowUrl: `sqlite://${path}`, cacheUrl: `dbcache+sqlite://${path}?table=copies`,
    stored(key) {
      const database = new Database(path, { readonly: true })
      const row = database.prepare('SELECT *, typeof(session_data), typeof(expire_date) FROM django_session WHERE session_key = ?').get(key)
      const copy = database.prepare('SELECT *, typeof(value), typeof(expires) FROM copies WHERE cache_key = ?').get(`${KEY_START}${key}`)
      const end = database.prepare("SELECT CAST(strftime('%s', expires) AS INTEGER) FROM copies WHERE cache_key = ?").pluck().get(`${KEY_START}${key}`)
      database.close()
      return Promise.resolve({ bytes: [row, copy], end: Number(end) })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function placeOf(kind: ServerKind, database: TestDatabase): Pick<PairPlace, 'rows' | 'rowUrl'> {
  const { host, port, user, password } = database.profile()
  return {
    rows: { ENGINE: kind === 'postgres' ? 'django.db.backends.postgresql' : 'django.db.backends.mysql', HOST: host, PORT: port, USER: user, PASSWORD: password, NAME: database.name },
    rowUrl: `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${user}${password === null || password === '' ? '' : `:${encodeURIComponent(password)}`}@${host}:${port}/${database.name}`,
  }
}

async function rowOf({ app }: TestDatabase, parameter: string, key: string): Promise<unknown> {
  return (await app.run(`SELECT session_data, expire_date FROM django_session WHERE session_key = ${parameter}`, [key]))[0]
}
