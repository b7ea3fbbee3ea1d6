import { appendFile, cp, mkdir, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../shared/rpc/client.ts'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import type { TrapServer } from '../support/trap-server.ts'
import { setTrap } from '../support/trap-server.ts'
import { whyNoDriver } from '../differential/server-peer.ts'
import { SAMPLES_FOLDER } from '../support/project-samples.ts'

const USER_SESSION = 'eyJfYXV0aF91c2VyX2lkIjoiMSIsIl9hdXRoX3VzZXJfYmFja2VuZCI6ImRqYW5nby5jb250cmliLmF1dGguYmFja2VuZHMuTW9kZWxCYWNrZW5kIiwiX2F1dGhfdXNlcl9oYXNoIjoieCJ9:1x0GTg:x'
const KEY = 'abcdefghabcdefghabcdefghabcdefgh'

async function readAll(client: Client, sourceId: string): Promise<readonly (string | null)[]> {
  const { rows } = await client.call('sessions.listPage', { sourceId, order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 50 })
  return rows.map(({ owner }) => owner?.username ?? null)
}

describe('sessions in files of this machine, users on a server', () => {
  let trap: TrapServer
  let folder = ''
  let place = ''
  beforeEach(async () => {
    trap = await setTrap()
    place = `ana@127.0.0.1:${trap.port}/shop`
    folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-users-')))
    await cp(join(SAMPLES_FOLDER, 'startproject-5'), folder, { recursive: true })
    await mkdir(join(folder, 'sessions'))
    await appendFile(join(folder, 'sessions', `sessionid${KEY}`), USER_SESSION)
    await appendFile(join(folder, 'site_/settings.py'), `
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = str(BASE_DIR / "sessions")
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ana", "PASSWORD": "MARKER-password", "HOST": "127.0.0.1", "PORT": ${trap.port}}}
`)
  })
  afterEach(() => trap[Symbol.asyncDispose]())

  test('the folder opens at once; the server is not asked by anything before people name it', async () => {
    await using app = await startApp()
    const { client } = app
    const { id: sourceId, usersNotAsked } = await client.call('sources.open', { target: { kind: 'folder', path: folder } })
    expect(usersNotAsked).toBe(place)
    expect(await readAll(client, sourceId)).toEqual([null])
    expect((await client.call('sessions.read', { sourceId, key: KEY }))?.row).toMatchObject({ userId: '1', owner: null })
    await client.call('sessions.why', { sourceId, key: KEY })
    const refusal = { code: 'CONFIRMATION_REQUIRED', message: expect.stringContaining(place) as string }
    await expect(client.call('users.search', { sourceId, text: '', limit: 5 })).rejects.toMatchObject(refusal)
    await expect(Array.fromAsync(client.stream('sessions.search', { sourceId, order: { by: 'stored', direction: 'asc' }, where: 'user:ana' }))).rejects.toMatchObject(refusal)
    await expect(Array.fromAsync(client.stream('users.sessions', { sourceId, user: 'ana' }))).rejects.toMatchObject(refusal)
    await Array.fromAsync(client.stream('users.sessions', { sourceId, user: '#1' }))
    await Array.fromAsync(client.stream('reports.overview', { sourceId }))
    await client.call('projects.read', { folder })
    await expect(client.call('sources.connectUsers', { sourceId, place: 'ana@db.example:5432/shop' })).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    expect(trap.count()).toBe(0)

    await expect(client.call('sources.connectUsers', { sourceId, place })).rejects.toMatchObject({ code: expect.stringMatching(/^CONNECT_/) as string })
    const tried = trap.count()
    expect(tried).toBeGreaterThan(0)
    // What failed is not gone on with behind their back.
    expect((await client.call('sources.list', {})).open).toMatchObject([{ id: sourceId, usersNotAsked: place }])
    expect(await readAll(client, sourceId)).toEqual([null])
    expect(trap.count()).toBe(tried)
    expect(JSON.stringify(app.sent)).not.toContain('MARKER-')
    expect(app.reported).toEqual([])
  })

  test('on the command line it takes an option of its own', async () => {
    const world = await createCliWorld()
    const listed = await world.run(['list', folder, '--json'])
    expect(listed.lines()).toMatchObject([{ key: KEY }])
    await world.run(['show', folder, KEY, '--json'])
    await world.run(['why', folder, KEY])
    await world.run(['report', folder, 'summary'])
    await world.run(['doctor', folder])
    expect(await world.run(['count', folder, '--where', 'user:ana'])).toMatchObject({ exit: 5, err: expect.stringMatching(/CONFIRMATION_REQUIRED.*--connect-users/) as string })
    expect(await world.run(['create', folder, '--user', 'ana', '--yes'])).toMatchObject({ exit: 5, err: expect.stringContaining('--connect-users') as string })
    expect(trap.count()).toBe(0)
    expect(await world.run(['list', folder, '--connect-users'])).toMatchObject({ err: expect.stringContaining('CONNECT_') as string })
    expect(trap.count()).toBeGreaterThan(0)
  })
})

const django = currentDjango()
const missing = django === null ? 'no Django' : ((await whyNoServer('postgres')) ?? (await whyNoDriver(django, 'postgres')))

describe.skipIf(missing !== null)(`users on PostgreSQL (skipped without it, or Django)`, () => {
  test('are named everywhere once people agreed to the place, and at once where the sessions are there too', async () => {
    if (django === null) return
    await using database = await makeDatabase('postgres', '')
    const { host, port, user, database: name, password } = database.profile()
    await using project = await makeDjangoProject(django, {
      sample: 'startproject-5',
      settings: `
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "${name}", "USER": "${user}", "PASSWORD": "${password ?? ''}", "HOST": "${host}", "PORT": ${port}}}
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = str(BASE_DIR / "sessions")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache")}}
`,
    })
    await project.django(`
import os
from django.contrib.auth.models import User
os.makedirs(settings.SESSION_FILE_PATH, exist_ok=True)
user = User.objects.create_user("ana")
for engine in ["db", "file", "cache"]:
    store = import_module("django.contrib.sessions.backends." + engine).SessionStore()
    store.update({"_auth_user_id": str(user.pk), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"})
    store.create()
    store.save()
answer(None)`)
    await using app = await startApp()
    const { client } = app
    const open = async (store: string): Promise<string> => (await client.call('sources.open', { target: { kind: 'folder', path: project.folder, store } })).id
    const [file, cache] = [await open('file'), await open('cache:default')]
    expect([await readAll(client, file), await readAll(client, cache)]).toEqual([[null], [null]])
    const place = `${user}@${host}:${port}/${name}`
    const { rows: [row] } = await client.call('sessions.listPage', { sourceId: file, order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 1 })
    const userOf = async () => (await client.call('sessions.why', { sourceId: file, key: row?.key ?? '' })).checks.find(({ id }) => id === 'user')
    expect(await userOf()).toMatchObject({ ok: null, detail: { id: 'why.detail.usersNotAsked', params: { place } } })
    expect(await client.call('sources.connectUsers', { sourceId: file, place })).toMatchObject({ id: file, usersNotAsked: null })
    expect([await readAll(client, file), await readAll(client, cache)]).toEqual([['ana'], ['ana']])
    expect(await userOf()).toMatchObject({ ok: true })

    await using other = await startApp()
    const { id, usersNotAsked } = await other.client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'db' } })
    expect([usersNotAsked, await readAll(other.client, id)]).toEqual([null, ['ana']])

    const world = await createCliWorld()
    const named = async (...args: string[]): Promise<unknown> => (await world.run(['list', project.folder, '--json', ...args])).lines()
    expect(await named()).toMatchObject([{ owner: { id: '1', username: null } }])
    expect(await named('--connect-users')).toMatchObject([{ owner: { id: '1', username: 'ana' } }])
    expect(await named('--engine', 'db')).toMatchObject([{ owner: { id: '1', username: 'ana' } }])
  }, 60_000)
})
