import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { setTrap } from '../support/trap-server.ts'

const django = currentDjango()
const world = await createCliWorld()

interface Line {
  readonly key: string
  readonly engine: string
  readonly state: string
  readonly expireDate: string | null
  readonly owner: { readonly id: string; readonly username: string | null } | null
  readonly signature: { readonly state: string; readonly verifiedBy: string | null; readonly reason: string | null }
  readonly serializer: string
}

async function list(folder: string, ...args: string[]): Promise<readonly Line[]> {
  const run = await world.run(['list', folder, '--json', ...args])
  expect([run.exit, run.exit === 0 ? '' : run.err]).toEqual([0, ''])
  return run.lines() as Line[]
}

const SETTINGS = `
SECRET_KEY = "MARKER-key-of-the-project-1"
SECRET_KEY_FALLBACKS = ["MARKER-old-key-of-it-2"]
SESSION_COOKIE_NAME = "shop_sid"
SESSION_COOKIE_AGE = 5000
USE_TZ = False
TIME_ZONE = "Europe/Berlin"
SESSION_FILE_PATH = str(BASE_DIR / "sessions")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache")}}
`
const SESSIONS = `
import os
from django.contrib.auth.models import User
from django.core.signing import dumps
user = User.objects.create_superuser("ana", "ana@shop.example", "pass")
os.makedirs(settings.SESSION_FILE_PATH, exist_ok=True)
keys = {}
for engine in ["db", "file", "cache", "cached_db"]:
    store = import_module("django.contrib.sessions.backends." + engine).SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["engine"] = engine
    store.create()
    store.save()
    keys[engine] = store.session_key
from django.contrib.sessions.backends.db import SessionStore as Rows
from django.test import override_settings
with override_settings(SECRET_KEY="MARKER-old-key-of-it-2"):
    old = Rows()
    old["old"] = True
    old.create()
    keys["old"] = old.session_key
with override_settings(SECRET_KEY="some other key"):
    bad = Rows()
    bad["bad"] = True
    bad.create()
    keys["bad"] = bad.session_key
answer(keys)`

describe.skipIf(django === null)('sessions of a project folder (skipped without Django)', () => {
  let project: DjangoProject
  let keys: Readonly<Record<string, string>>
  beforeAll(async () => {
    if (django === null) return
    project = await makeDjangoProject(django, { sample: 'startproject-5', settings: SETTINGS })
    keys = await project.django(SESSIONS)
  }, 60_000)
  afterAll(async () => { await project[Symbol.asyncDispose]() })

  test('its keys verify, its users are named, its clock is read', async () => {
    const rows = await list(project.folder)
    const byKey = new Map(rows.map((row) => [row.key, row]))
    const row = (name: string): Line | undefined => byKey.get(keys[name] ?? '')
    expect(row('db')).toMatchObject({ engine: 'db', state: 'live', owner: { id: '1', username: 'ana' }, serializer: 'json', signature: { state: 'valid', verifiedBy: 'SECRET_KEY' } })
    expect(row('old')).toMatchObject({ owner: null, signature: { state: 'valid', verifiedBy: 'SECRET_KEY_FALLBACKS[0]', reason: null } })
    expect(row('bad')).toMatchObject({ state: 'undecodable', signature: { state: 'bad' } })
    // USE_TZ = False: wall clock of Berlin. Read as UTC it would be an hour or two off.
    expect(Math.abs(Date.parse(row('db')?.expireDate ?? '') - Date.now() - 5_000_000)).toBeLessThan(300_000)
  })

  test.each(['file', 'cache', 'cached_db', 'db'])('--engine %s: another of its stores, by the same settings', async (engine) => {
    const shown = await world.run(['show', project.folder, keys[engine] ?? '', '--engine', engine, '--json'])
    expect(shown.json()).toMatchObject({ key: keys[engine], engine, state: 'live', owner: { username: 'ana' }, data: { engine } })
    const { expireDate } = shown.json() as Line
    expect(Math.abs(Date.parse(expireDate ?? '') - Date.now() - 5_000_000)).toBeLessThan(300_000)
  })

  test('report summary: states, keys and owners in numbers', async () => {
    const run = await world.run(['report', project.folder, 'summary', '--json'])
    expect(run.json()).toMatchObject({
      v: 1, report: 'summary', examined: 4, states: { live: 3, expired: 0, undecodable: 1 },
      keys: [{ keyName: 'SECRET_KEY', sessions: 2 }, { keyName: 'SECRET_KEY_FALLBACKS[0]', sessions: 1 }, { keyName: null, sessions: 1 }],
      owners: [{ id: '1', username: 'ana', sessions: 2 }, { id: null, username: null, sessions: 2 }], ownersUnread: 0, ownersLeftOut: 0,
    })
    const text = await world.run(['report', project.folder, 'summary'])
    expect(text.out).toMatch(/^4 sessions: 3 live, 0 expired, 1 that Django does not read\.\n[\s\S]*2 of ana\./)
    // By its own name it is the same.
    expect(await world.run(['summary', project.folder])).toMatchObject({ exit: 0, out: text.out })
    expect((await world.run(['summary', project.folder, '--json'])).json()).toEqual(run.json())
  })

  test('a store that it does not have is named, with those that it has', async () => {
    const run = await world.run(['list', project.folder, '--engine', 'signed_cookies'])
    expect(run.exit).toBe(2)
    expect(run.err).toMatch(/no store signed_cookies.*db, cache:default, cached_db, file/)
  })

  test('its cookie and its age come to the window, its secrets never', async () => {
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    expect(source).toMatchObject({ cookieName: 'shop_sid', cookieAgeSeconds: 5000, clock: { useTz: false, timeZone: 'Europe/Berlin', origin: 'settings' }, keyNames: ['SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]'], project: { how: 'static', storeId: 'db' } })
    await app.client.call('projects.read', { folder: project.folder })
    await app.client.call('sessions.read', { sourceId: source.id, key: keys['db'] ?? '' })
    expect(JSON.stringify(app.sent)).not.toContain('MARKER-')
    expect(app.reported).toEqual([])
  })

  test('a folder below opens the same project', async () => {
    expect((await list(join(project.folder, 'site_'))).length).toBe((await list(project.folder)).length)
  })
})

describe.skipIf(django === null)('a user model of its own (skipped without Django)', () => {
  test('is named once the folder is trusted, and not again after that is taken back', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'custom-user-uuid', withVenv: true })
    const { id, key } = await project.django<{ readonly id: string; readonly key: string }>(`
from people.models import Person
person = Person(email="eva@shop.example")
person.set_password("pass")
person.save()
store = SessionStore()
store["_auth_user_id"] = str(person.pk)
store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
store["_auth_user_hash"] = person.get_session_auth_hash()
store.create()
answer({"id": str(person.pk), "key": store.session_key})`)
    await using app = await startApp()
    const { client } = app
    const { id: sourceId } = await client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    const owner = async (): Promise<string | null> => (await client.call('sessions.read', { sourceId, key }))?.row.owner?.username ?? null
    expect(await owner()).toBeNull()
    const before = await client.call('projects.read', { folder: project.folder })
    expect(before.trust).toMatchObject({ isGranted: false })
    const { python: chosen = '', module = '' } = before.trust ?? {}
    const report = await client.call('projects.trust', { folder: project.folder, python: chosen, module })
    expect(report).toMatchObject({ trustFailure: null, trust: { isGranted: true }, facts: { userTable: { table: 'people' } } })
    expect(await owner()).toBe('eva@shop.example')
    expect(await client.call('sessions.why', { sourceId, key })).toMatchObject({ verdict: 'live', isCertain: true })
    const plan = await client.call('changes.plan', { sourceId, change: { kind: 'create', data: '{}', user: 'eva@shop.example', expiry: null } })
    expect(plan.after?.data).toContain(id)
    expect(await client.call('projects.revoke', { folder: project.folder })).toMatchObject({ trust: { isGranted: false } })
    expect(await owner()).toBeNull()
  }, 60_000)
})

describe.skipIf(django === null)('a second settings module (skipped without Django)', () => {
  test('that was trusted is the one that the folder opens with from then on', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'startproject-5', withVenv: true })
    writeFileSync(join(project.folder, 'site_/settings_local.py'), 'from site_.settings import *\nSESSION_COOKIE_NAME = "local_sid"\n')
    writeFileSync(join(project.folder, 'pytest.ini'), '[pytest]\nDJANGO_SETTINGS_MODULE = site_.settings_local\n')
    const dataFolder = mkdtempSync(join(tmpdir(), 'coatcheck-module-'))
    const target = { kind: 'folder', path: project.folder } as const
    const open = async () => {
      await using app = await startApp({ dataFolder })
      const { cookieName, project: of } = await app.client.call('sources.open', { target })
      return [of?.module, of?.how, cookieName, (await app.client.call('projects.read', { folder: project.folder })).module]
    }
    expect(await open()).toEqual(['site_.settings', 'static', 'sessionid', 'site_.settings'])
    {
      await using app = await startApp({ dataFolder })
      const { trust } = await app.client.call('projects.read', { folder: project.folder, module: 'site_.settings_local' })
      await app.client.call('projects.trust', { folder: project.folder, python: trust?.python ?? '', module: 'site_.settings_local' })
    }
    expect(await open()).toEqual(['site_.settings_local', 'trusted', 'local_sid', 'site_.settings_local'])
    await using app = await startApp({ dataFolder })
    const { settings } = (await app.client.call('projects.read', { folder: project.folder })).reading
    expect(settings.SESSION_COOKIE_NAME).toMatchObject({ value: 'local_sid', origin: { kind: 'file', file: 'site_/settings_local.py', line: 2 } })
    expect([settings.USE_TZ.origin, settings.SESSION_COOKIE_AGE.origin]).toMatchObject([{ kind: 'file', file: 'site_/settings.py' }, { kind: 'django' }])
  }, 60_000)
})

describe('a store on a server', () => {
  test('is not asked before people have seen where it is; reading the folder connects nowhere and starts nothing', async () => {
    await using trap = await setTrap()
    await using app = await startApp()
    const folder = join(app.dataFolder, 'shop')
    const marker = join(app.dataFolder, 'was-run')
    mkdirSync(join(folder, 'site_'), { recursive: true })
    writeFileSync(join(folder, 'manage.py'), 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n')
    writeFileSync(join(folder, 'site_/__init__.py'), '')
    writeFileSync(join(folder, 'site_/settings.py'), `
open(${JSON.stringify(marker)}, "w").close()
SECRET_KEY = "MARKER-key"
INSTALLED_APPS = ["django.contrib.sessions"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "shop", "PASSWORD": "MARKER-password", "HOST": "127.0.0.1", "PORT": ${trap.port}}}
`)
    // An interpreter that tells when it is started.
    mkdirSync(join(folder, '.venv/bin'), { recursive: true })
    writeFileSync(join(folder, '.venv/pyvenv.cfg'), 'version = 3.11.2\n')
    writeFileSync(join(folder, '.venv/bin/python'), `#!/bin/sh\ntouch ${marker}\nexit 1\n`, { mode: 0o755 })
    await expect(app.client.call('sources.open', { target: { kind: 'folder', path: folder } })).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED', message: expect.stringContaining(`127.0.0.1:${trap.port}`) as string })
    await app.client.call('projects.read', { folder })
    expect(trap.count()).toBe(0)
    expect(existsSync(marker)).toBe(false)
    await expect(app.client.call('sources.open', { target: { kind: 'folder', path: folder, store: 'db' } })).rejects.toMatchObject({ code: expect.stringMatching(/^CONNECT_/) as string })
    expect(trap.count()).toBeGreaterThan(0)
    expect(existsSync(marker)).toBe(false)
    expect(JSON.stringify(app.sent)).not.toContain('MARKER-')
  })
})
