import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { Cluster } from 'ioredis'
import type { Redis } from 'ioredis'
import { COOKIE_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { freePort, startMemcached, whyNoMemcached } from './memcached.ts'
import { makeCertificates, startCluster, startRedis, startSentinels, whyNoRedis } from './redis-servers.ts'
import { makeSessionTable, signedText, TABLE_KEY } from './session-table.ts'
import type { ServerKind } from './sql-servers.ts'
import { makeDatabase, whyNoServer } from './sql-servers.ts'

/** One place with one session in it, and its URL. */
export interface SourceForm {
  readonly url: string
  /** Of cached_db: the URL of its cache. */
  readonly cache?: string
  readonly key: string
}

export const KEY = 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0'
const SECONDS = 86_400
const END = Date.now() + SECONDS * 1000
/** pickle.dumps({"n": 1}, 2) */
const PICKLE = Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00nq\x01K\x01s.', 'latin1')
const COPY = `:1:django.contrib.sessions.cache${KEY}`
const TEXT = signedText({ json: '{"n":1}', expireDate: END, savedAt: Date.now() - 1000 })
const sqlDate = (): string => new Date(END).toISOString().slice(0, 19).replace('T', ' ')

/** All forms of URL that a source may have, each opened in a place of its own. What is started is put on `stack`. */
export const SOURCE_FORMS: Readonly<Record<string, (stack: AsyncDisposableStack) => Promise<SourceForm>>> = {
  'sqlite://': async (stack) => {
    const path = join(await folderOf(stack), 'db.sqlite3')
    makeSessionTable(path, [{ key: KEY, json: '{"n":1}', expireDate: END, savedAt: Date.now() - 1000 }])
    return { url: `sqlite://${path}`, key: KEY }
  },
  'postgresql://': (stack) => rowsOn('postgres', stack),
  'mysql://': (stack) => rowsOn('mysql', stack),
  'redis://': async (stack) => {
    const { app, port } = stack.use(await startRedis())
    await fill(app)
    return { url: `redis://127.0.0.1:${port}/0`, key: KEY }
  },
  'rediss://': async (stack) => {
    const { folder, ca, cert, key } = await makeCertificates()
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const port = await freePort()
    const { app } = stack.use(await startRedis({ args: ['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'] }))
    await fill(app)
    return { url: `rediss://localhost:${port}/0?tlscacert=${encodeURIComponent(ca)}`, key: KEY }
  },
  'unix://': async (stack) => {
    const socket = join(await folderOf(stack), 'redis.sock')
    const { app } = stack.use(await startRedis({ args: ['--unixsocket', socket] }))
    await fill(app)
    return { url: `unix://${socket}?db=0`, key: KEY }
  },
  'redis+sentinel://': async (stack) => {
    const { master, sentinels } = stack.use(await startSentinels())
    await fill(master.app)
    return { url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/shop/0`, key: KEY }
  },
  'redis+cluster://': async (stack) => {
    const nodes = await startCluster()
    for (const node of nodes) stack.use(node)
    const client = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
    await fill(client)
    client.disconnect()
    return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, key: KEY }
  },
  'memcached://': async (stack) => {
    const server = stack.use(await startMemcached())
    await server.run(Buffer.concat([Buffer.from(`set ${COPY} 1 ${SECONDS} ${PICKLE.length}\r\n`), PICKLE, Buffer.from('\r\n')]), 1)
    return { url: `memcached://127.0.0.1:${server.port}`, key: KEY }
  },
  'dbcache+sqlite://': async (stack) => {
    const path = join(await folderOf(stack), 'db.sqlite3')
    const database = new Database(path)
    database.exec('CREATE TABLE "copies" ("cache_key" varchar(255) NOT NULL PRIMARY KEY, "value" text NOT NULL, "expires" datetime NOT NULL); CREATE INDEX "copies_expires" ON "copies" ("expires")')
    database.prepare('INSERT INTO copies VALUES (?, ?, ?)').run(COPY, PICKLE.toString('base64'), sqlDate())
    database.close()
    return { url: `dbcache+sqlite://${path}?table=copies`, key: KEY }
  },
  'dbcache+postgresql://': (stack) => copiesOn('postgres', stack),
  'dbcache+mysql://': (stack) => copiesOn('mysql', stack),
  'djcache://': async (stack) => {
    const folder = await folderOf(stack)
    const head = Buffer.from('\x80\x05\x95\x0a\x00\x00\x00\x00\x00\x00\x00G\x00\x00\x00\x00\x00\x00\x00\x00.', 'latin1')
    head.writeDoubleBE(END / 1000, 12)
    await writeFile(join(folder, `${createHash('md5').update(COPY).digest('hex')}.djcache`), Buffer.concat([head, deflateSync(PICKLE)]), { mode: 0o600 })
    return { url: `djcache://${folder}`, key: KEY }
  },
  'file://': async (stack) => {
    const folder = join(await folderOf(stack), 'sessions')
    await mkdir(folder, { mode: 0o700 })
    await writeFile(join(folder, `sessionid${KEY}`), TEXT, { mode: 0o600 })
    return { url: `file://${folder}?cookie_name=sessionid`, key: KEY }
  },
  'jar://': async (stack) => {
    const path = join(await folderOf(stack), 'cookies.txt')
    const value = signData(Buffer.from('{"n":1}'), { key: { name: 'SECRET_KEY', secret: TABLE_KEY }, salt: COOKIE_SALT, compress: true, now: Date.now() - 1000 })
    await writeFile(path, `# Netscape HTTP Cookie File\nshop.example\tFALSE\t/\tFALSE\t0\tsessionid\t${value}\n`)
    return { url: `jar://${path}`, key: 'sessionid@shop.example' }
  },
  'postgresql:// before redis://': async (stack) => {
    const rows = await rowsOn('postgres', stack)
    const { app, port } = stack.use(await startRedis())
    await app.set(COPY.replace('cache', 'cached_db'), PICKLE, 'PXAT', END)
    return { ...rows, cache: `redis://127.0.0.1:${port}/0` }
  },
}

/** Says of each form why it cannot be had here; null: it can. Fails when CI is set: a skipped proof is no proof. */
export async function explainForms(): Promise<(form: string) => string | null> {
  const missing = { redis: whyNoRedis(), memcached: whyNoMemcached(), postgresql: await whyNoServer('postgres'), mysql: await whyNoServer('mysql') }
  return (form) => {
    const needed = [/redis|unix/.test(form) ? missing.redis : null, form.includes('memcached') ? missing.memcached : null, form.includes('postgresql') ? missing.postgresql : null, form.includes('mysql') ? missing.mysql : null]
    return needed.find((reason) => reason !== null) ?? null
  }
}

const fill = (client: Pick<Redis, 'set'>): Promise<unknown> => client.set(COPY, PICKLE, 'PXAT', END)

async function folderOf(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-form-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function rowsOn(kind: ServerKind, stack: AsyncDisposableStack): Promise<SourceForm> {
  const database = stack.use(await makeDatabase(kind))
  await database.app.run(`INSERT INTO django_session VALUES ('${KEY}', '${TEXT}', '${sqlDate()}')`)
  return { url: urlOf(kind, database), key: KEY }
}

async function copiesOn(kind: ServerKind, stack: AsyncDisposableStack): Promise<SourceForm> {
  const types = kind === 'postgres' ? ['text', 'timestamp with time zone'] : ['longtext', 'datetime(6)']
  const database = stack.use(await makeDatabase(kind, `CREATE TABLE copies (cache_key varchar(255) NOT NULL PRIMARY KEY, value ${types[0]} NOT NULL, expires ${types[1]} NOT NULL)`))
  await database.app.run(`INSERT INTO copies VALUES ('${COPY}', '${PICKLE.toString('base64')}', '${sqlDate()}')`)
  return { url: `dbcache+${urlOf(kind, database)}?table=copies`, key: KEY }
}

function urlOf(kind: ServerKind, { name, profile }: Awaited<ReturnType<typeof makeDatabase>>): string {
  const { host, port, user, password } = profile()
  return `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${user}${password === null || password === '' ? '' : `:${encodeURIComponent(password)}`}@${host}:${port}/${name}`
}
