import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect, never, readAll } from '../../../../tests/conformance/store/harness.ts'
import type { SessionStore } from '../session-store.ts'
import { openJar } from './jar-store.ts'
import { readJarUrl } from './jar-url.ts'

const UTC = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const
const SIGNATURE = 'a'.repeat(43)
/** Signed at 62 and at 63 seconds after 1970. */
const [OLD, NEW] = [`eyJhIjoxfQ:10:${SIGNATURE}`, `eyJhIjoyfQ:11:${SIGNATURE}`]
const BY_KEY = { by: 'key', direction: 'asc' } as const

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'coatcheck-jar-test-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const openFile = async (name: string, content: string): Promise<SessionStore> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return openJar({ kind: 'jar', files: [path], pasted: [], cookieName: 'sessionid', cookieAgeSeconds: 100, clock: UTC })
}
const har = (entries: readonly unknown[]): string => JSON.stringify({ log: { version: '1.2', entries } })
const request = (cookies: readonly unknown[], response: readonly unknown[] = []): unknown => ({ request: { url: 'https://shop.example/cart', cookies, headers: [] }, response: { cookies: response, headers: [] } })
const valueOf = async (store: SessionStore, key: string): Promise<string> => Buffer.from((await store.read(key, never))?.data ?? []).toString('utf8')

describe('files of cookies', () => {
  it('HAR: each value of each cookie once, with where it was found', async () => {
    await using store = await openFile('shop.har', har([
      request([{ name: 'sessionid', value: OLD }, { name: 'csrftoken', value: 'x' }], [{ name: 'sessionid', value: NEW, path: '/', domain: '.shop.example', expires: '2027-01-01T00:00:00Z', httpOnly: true }]),
      request([{ name: 'sessionid', value: NEW }]),
    ]))
    expect(await readAll(store, BY_KEY, 1)).toEqual(['sessionid@shop.example', 'sessionid@shop.example#2'])
    const second = await store.read('sessionid@shop.example#2', never)
    expect(second?.expireDate).toBe(164_000_000 - 1_000_000)
    expect(second?.physical).toEqual(expect.arrayContaining([{ name: 'found in', value: 'response to request 1' }, { name: 'attributes', value: 'HttpOnly' }, { name: 'expires in the browser', value: '2027-01-01T00:00:00.000Z' }]))
  })

  it('HAR without lists of cookies: from the headers', async () => {
    await using store = await openFile('shop.har', har([{ request: { url: 'https://shop.example/', headers: [{ name: 'Cookie', value: `a=b; sessionid="${OLD}"` }] }, response: { headers: [{ name: 'set-cookie', value: `sessionid=${NEW}; Path=/` }] } }]))
    expect(await valueOf(store, 'sessionid@shop.example')).toBe(OLD)
    expect(await valueOf(store, 'sessionid@shop.example#2')).toBe(NEW)
  })

  it('cookies.txt, with what only browsers put in front of a line', async () => {
    await using store = await openFile('cookies.txt', `# Netscape HTTP Cookie File\n#HttpOnly_.shop.example\tTRUE\t/\tTRUE\t1893456000\tsessionid\t${OLD}\nshop.example\tFALSE\t/admin\tFALSE\t0\tother\t${NEW}\nshop.example\tFALSE\t/\tFALSE\t0\tplain\tx\n`)
    expect(await readAll(store, BY_KEY, 5)).toEqual(['other@shop.example/admin', 'sessionid@shop.example'])
    expect((await store.describe(never)).facts).toEqual([{ name: 'cookies', value: '3' }, { name: 'session cookies', value: '2' }])
  })

  it('Firefox, while Firefox holds its lock and its log; nothing is left behind', async () => {
    const path = join(folder, 'cookies.sqlite')
    const firefox = new Database(path)
    firefox.pragma('journal_mode = WAL')
    firefox.exec('CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, originAttributes TEXT NOT NULL DEFAULT \'\', name TEXT, value TEXT, host TEXT, path TEXT, expiry INTEGER, lastAccessed INTEGER, creationTime INTEGER, isSecure INTEGER, isHttpOnly INTEGER)')
    firefox.pragma('locking_mode = EXCLUSIVE')
    const add = firefox.prepare('INSERT INTO moz_cookies (name, value, host, path, expiry, isSecure, isHttpOnly) VALUES (\'sessionid\', ?, \'.shop.example\', \'/\', ?, 1, 1)')
    add.run(NEW, 1_893_456_000)
    const before = await readFile(path)
    const others = (await readdir(tmpdir())).filter((name) => name.startsWith('coatcheck-jar-') && !name.startsWith('coatcheck-jar-test-'))
    await using store = await openJar({ kind: 'jar', files: [path], pasted: [], cookieName: 'sessionid', cookieAgeSeconds: 100, clock: UTC })
    expect(await valueOf(store, 'sessionid@shop.example')).toBe(NEW)
    expect((await store.read('sessionid@shop.example', never))?.physical).toContainEqual({ name: 'expires in the browser', value: '2030-01-01T00:00:00.000Z' })
    expect(await readFile(path)).toEqual(before)
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('coatcheck-jar-') && !name.startsWith('coatcheck-jar-test-'))).toEqual(others)
    firefox.close()
  })

  it.each([['x.har', '{"log":', 'STORE_NOT_DATABASE'], ['x.txt', 'hello', 'STORE_NOT_DATABASE'], ['x.txt', '', 'STORE_NOT_DATABASE']])('%s with %j is refused', async (name, content, code) => {
    await expect(openFile(name, content)).rejects.toMatchObject({ code })
  })

  it('refuses what is not there, a folder, and a database of something else', async () => {
    const open = (path: string): Promise<SessionStore> => openJar({ kind: 'jar', files: [path], pasted: [], cookieName: 'sessionid', cookieAgeSeconds: 100, clock: UTC })
    await expect(open(join(folder, 'none.har'))).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_NOT_DATABASE' })
    const other = new Database(join(folder, 'other.sqlite'))
    other.exec('CREATE TABLE t (a)')
    other.close()
    await expect(open(join(folder, 'other.sqlite'))).rejects.toMatchObject({ code: 'STORE_NOT_DJANGO' })
  })
})

describe('a jar as a store', () => {
  const open = (): Promise<SessionStore> => openFile('shop.har', har([request([{ name: 'sessionid', value: OLD }, { name: 'b', value: NEW }])]))

  it('says that it has nothing to delete and no date to move', async () => {
    await using store = await open()
    expect(await store.describe(never)).toMatchObject({ payload: { kind: 'session-text' }, capabilities: { write: true, delete: false, expiry: 'signature', enumerate: 'ordered', count: 'exact' }, readOnlyReason: null })
    await expect(store.deleteMany([{ key: 'sessionid@shop.example', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    await expect(store.restore({ key: 'x', columns: {} }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    await expect(store.write({ key: 'sessionid@shop.example', ifEtag: 'x', expireDate: 1 }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
  })

  it('lists by when they end, which is in the signature, and counts', async () => {
    await using store = await open()
    expect((await store.listPage({ order: { by: 'expireDate', direction: 'desc' }, cursor: null, limit: 5 }, never)).keys).toEqual(['b@shop.example', 'sessionid@shop.example'])
    expect((await collect(store.tally({ order: BY_KEY, every: 50, now: 162_500_000 }, never))).at(-1)).toMatchObject({ examined: 2, live: 1, expired: 1 })
  })

  it('changes a cookie in memory only, by its etag, and takes it back', async () => {
    await using store = await open()
    const key = 'sessionid@shop.example'
    const before = await store.read(key, never)
    if (before === null) throw new Error('not there')
    const file = await readFile(join(folder, 'shop.har'))
    expect(await store.write({ key, ifEtag: 'other', data: Buffer.from(NEW) }, never)).toMatchObject({ outcome: 'conflict' })
    const done = await store.write({ key, ifEtag: before.etag, data: Buffer.from(NEW) }, never)
    const after = await store.read(key, never)
    expect(after).toMatchObject({ etag: done.etag, expireDate: 163_000_000 })
    expect(after?.physical).toContainEqual({ name: 'changed here', value: 'the browser still has the old value' })
    expect(await store.write({ key, ifEtag: done.etag ?? '', data: before.data, image: before.image }, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await store.read(key, never)).toEqual(before)
    expect(await readFile(join(folder, 'shop.har'))).toEqual(file)
  })
})

describe('jar:// URLs', () => {
  it('name the file, the cookie and its age', () => {
    expect(readJarUrl('jar:///tmp/my%20shop.har?cookie_name=shop_session&cookie_age=60', UTC)).toMatchObject({ name: 'my shop.har', location: '/tmp/my shop.har', engine: 'signed_cookies', isLocal: true, cookieName: 'shop_session', cookieAgeSeconds: 60, profile: { files: ['/tmp/my shop.har'], cookieName: 'shop_session' } })
  })

  it.each(['jar://host/x.har', 'jar:///', 'jar:///x?table=t', 'jar:///x?cookie_age=long', 'jar:///x?cookie_name=', 'jar:///%ff'])('%s is refused', (url) => {
    expect(() => readJarUrl(url, UTC)).toThrowError(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  })
})
