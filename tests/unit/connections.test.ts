import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConnectionDraft } from '../../shared/model/connection.ts'
import { createKeychain } from '../../electron/main/keychain.ts'
import type { ElectronApi } from '../../electron/main/electron-api.ts'
import { copyDemoDatabase, startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { fakeSafeStorage } from '../support/electron.ts'
import { freePort } from '../support/sshd.ts'

const SECRET = 'MARKER-hunter2'
const keychain = createKeychain({ safeStorage: fakeSafeStorage() } as unknown as ElectronApi, 'linux')
const draft = (url: string, changes: Partial<ConnectionDraft> = {}): ConnectionDraft => ({ name: 'shop', group: 'Corner', color: 'red', environment: 'production', target: { kind: 'url', url }, clock: null, ...changes })

async function onDisk({ dataFolder }: TestApp): Promise<string> {
  const files = (await readdir(dataFolder, { recursive: true, withFileTypes: true })).filter((item) => item.isFile())
  return (await Promise.all(files.map((item) => readFile(join(item.parentPath, item.name), 'latin1')))).join('\n')
}

test('a saved connection keeps no secret in its file, no leave to write, and tells none to the page', async () => {
  await using app = await startApp({ keychain })
  const { client } = app
  const saved = await client.call('connections.save', { id: null, connection: draft(`postgresql://ana:${SECRET}@db.example.org/shop?mode=rw&table=t`), keepSecrets: true })
  expect(saved).toMatchObject({ target: { url: 'postgresql://ana@db.example.org/shop?table=t' }, keeps: { password: true, ssh: false }, location: 'ana@db.example.org:5432/shop' })
  expect(await onDisk(app)).not.toContain(SECRET)
  expect(JSON.stringify(app.sent)).not.toContain(SECRET)

  const changed = await client.call('connections.save', { id: saved.id, connection: draft('postgresql://ana@db.example.org/shop?table=t', { name: 'orders' }) })
  expect(changed).toMatchObject({ id: saved.id, name: 'orders', keeps: { password: true } })
  expect(await client.call('connections.save', { id: saved.id, connection: draft('postgresql://ana@db.example.org/shop'), keepSecrets: false })).toMatchObject({ keeps: { password: false } })
})

test('without a keychain a password is kept until the end of the run, and not written down', async () => {
  const first = await startApp()
  const { id } = await first.client.call('connections.save', { id: null, connection: draft('postgresql://ana@db.example.org/shop'), password: SECRET, keepSecrets: true })
  expect(await first.client.call('connections.list', {})).toMatchObject({ vault: { kind: 'memory', why: 'no-keychain' }, connections: [{ id, keeps: { password: true } }] })
  expect(await onDisk(first)).not.toContain(SECRET)
  await first[Symbol.asyncDispose]()
  await using next = await startApp({ dataFolder: first.dataFolder })
  expect(await next.client.call('connections.list', {})).toMatchObject({ connections: [{ id, name: 'shop', group: 'Corner', color: 'red', environment: 'production', keeps: { password: false } }] })
})

test('they are opened under their own name and label, kept in order, and forgotten with their secrets', async () => {
  await using app = await startApp()
  const { client } = app
  const path = await copyDemoDatabase(app.dataFolder)
  const [one, two] = [await client.call('connections.save', { id: null, connection: draft(`sqlite://${path}`, { clock: { useTz: false, timeZone: 'Europe/Paris' } }) }), await client.call('connections.save', { id: null, connection: draft('mysql://db.example.org/shop', { name: 'other' }), password: SECRET, keepSecrets: true })]
  const source = await client.call('connections.open', { id: one.id })
  expect(source).toMatchObject({ name: 'shop', environment: 'production', lock: 'locked', clock: { useTz: false, timeZone: 'Europe/Paris', origin: 'user' } })
  await expect(client.call('sources.unlock', { sourceId: source.id, name: 'db.sqlite3' })).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
  expect(await client.call('sources.unlock', { sourceId: source.id, name: 'shop' })).toMatchObject({ lock: 'unlocked', readOnlyReason: null })
  // The same place by another way in: its label holds there too.
  await client.call('sources.close', { sourceId: source.id })
  expect(await client.call('sources.open', { target: { kind: 'url', url: `sqlite://${path}` } })).toMatchObject({ environment: 'production', lock: 'locked' })
  await client.call('connections.reorder', { ids: [two.id, one.id] })
  expect((await client.call('connections.list', {})).connections.map(({ id }) => id)).toEqual([two.id, one.id])
  await client.call('connections.remove', { id: two.id })
  expect((await client.call('connections.list', {})).connections.map(({ id }) => id)).toEqual([one.id])
  await expect(client.call('connections.open', { id: two.id })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('a place that is open is locked by the label that it is given', async () => {
  await using app = await startApp()
  const { client } = app
  const url = `sqlite://${await copyDemoDatabase(app.dataFolder)}`
  const source = await client.call('sources.open', { target: { kind: 'url', url } })
  expect(source).toMatchObject({ environment: 'local', lock: 'none' })
  await client.call('connections.save', { id: null, connection: draft(url) })
  expect((await client.call('sources.list', {})).open).toMatchObject([{ id: source.id, environment: 'production', lock: 'locked' }])
})

test('an open source is saved with the password that it was opened with', async () => {
  await using app = await startApp({ keychain })
  const path = await copyDemoDatabase(app.dataFolder)
  const source = await app.client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' } })
  expect(await app.client.call('connections.save', { id: null, connection: draft(`sqlite://${path}`), fromSource: source.id, keepSecrets: true })).toMatchObject({ keeps: { password: false, ssh: false } })
})

test('a URL is looked at without connecting', async () => {
  await using app = await startApp()
  expect(await app.client.call('connections.preview', { url: `postgresql://ana:${SECRET}@db.stage.example.org/shop` })).toEqual({ url: 'postgresql://ana@db.stage.example.org/shop', name: 'shop', location: 'ana@db.stage.example.org:5432/shop', isLocal: false, environment: 'staging', guessedFrom: 'stage' })
  await expect(app.client.call('connections.preview', { url: 'gopher://h/' })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
})

test('the page is not told a password that the program was started with', async () => {
  await using app = await startApp({ openAtStart: `postgresql://ana:${SECRET}@db.example.org/shop` })
  expect(await app.client.call('app.facts', {})).toMatchObject({ openAtStart: 'postgresql://ana@db.example.org/shop' })
  expect(JSON.stringify(app.sent)).not.toContain(SECRET)
})

test('a test names what is in the way of a file, a name and a port', async () => {
  await using app = await startApp()
  const testOf = (url: string) => app.client.call('connections.test', { target: { kind: 'url', url } })
  const path = await copyDemoDatabase(app.dataFolder)
  expect(await testOf(`sqlite://${path}`)).toMatchObject({ error: null, steps: [{ id: 'place', state: 'ok' }, { id: 'sessions', state: 'ok', detail: 'django_session' }, { id: 'values', state: 'ok' }, { id: 'write', state: 'ok' }] })
  await writeFile(join(app.dataFolder, 'text'), 'not a database, but long enough to be looked at')
  await mkdir(join(app.dataFolder, 'empty'))
  expect(await testOf(`sqlite://${join(app.dataFolder, 'text')}`)).toMatchObject({ error: { code: 'STORE_NOT_DATABASE' }, steps: [{ id: 'place', state: 'failed' }, { id: 'sessions', state: 'skipped' }, {}, {}] })
  expect(await testOf(`sqlite://${path}?table=users`)).toMatchObject({ error: { code: 'STORE_NOT_DJANGO' }, steps: [{ state: 'ok' }, { id: 'sessions', state: 'failed' }, {}, {}] })
  expect(await testOf('postgresql://no-such-host.invalid/shop')).toMatchObject({ error: { code: 'CONNECT_REFUSED', message: expect.stringMatching(/host name/) as string }, steps: expect.arrayContaining([expect.objectContaining({ id: 'name', state: 'failed' }), expect.objectContaining({ id: 'port', state: 'skipped' })]) as unknown })
  expect(await testOf(`mysql://127.0.0.1:${await freePort()}/shop`)).toMatchObject({ error: { code: 'CONNECT_REFUSED' }, steps: expect.arrayContaining([expect.objectContaining({ id: 'name', state: 'ok' }), expect.objectContaining({ id: 'port', state: 'failed' })]) as unknown })
})

test('a test of a server that says nothing can be stopped, and nothing of it stays', async () => {
  await using app = await startApp()
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const port = (silent.address() as { port: number }).port
  const request = new AbortController()
  const connected = once(silent, 'connection')
  const report = app.client.call('connections.test', { target: { kind: 'url', url: `postgresql://127.0.0.1:${port}/shop` } }, request.signal)
  report.catch(() => undefined)
  const [socket] = await connected as [NodeJS.ReadableStream & { destroy(): void }]
  request.abort()
  await expect(report).rejects.toMatchObject({ code: 'CANCELLED' })
  socket.destroy()
  silent.close()
})
