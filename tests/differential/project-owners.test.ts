import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../shared/rpc/client.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { currentDjango } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'

/** Whoever a session belongs to has a name, whichever store it is in and wherever the project keeps its users. */

const django = currentDjango()
const STORES = `
SESSION_FILE_PATH = str(BASE_DIR / "sessions")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache")}}
`
const ELSEWHERE = `
DATABASES["people"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "people.sqlite3"}
DATABASE_ROUTERS = ["site_.urls.Router"]
`
/** Tables that refer to one another go together. */
const ROUTER = `
ROUTED = ["auth", "people", "admin", "contenttypes"]
class Router:
    def db_for_read(self, model, **hints):
        return "people" if model._meta.app_label in ROUTED else None
    db_for_write = db_for_read
    def allow_migrate(self, db, app_label, **hints):
        return (db == "people") == (app_label in ROUTED)
`
const SESSIONS = `
from django.contrib.auth import get_user_model
from django.core.management import call_command
from pathlib import Path
for alias in settings.DATABASES:
    call_command("migrate", verbosity=0, run_syncdb=True, database=alias)
User = get_user_model()
user = User(**{User.USERNAME_FIELD: "ana@shop.example"})
user.set_password("pass")
user.save()
Path(settings.SESSION_FILE_PATH).mkdir(exist_ok=True)
login = {"_auth_user_id": str(user.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0], "_auth_user_hash": user.get_session_auth_hash()}
made = {"id": str(user.pk)}
for engine in ["db", "file", "cache", "cached_db", "signed_cookies"]:
    store = import_module("django.contrib.sessions.backends." + engine).SessionStore()
    store.update(login)
    if engine != "signed_cookies":
        store.create()
    store.save()
    made[engine] = store.session_key
answer(made)`

interface Case { readonly name: string; readonly sample: string; readonly settings: string; readonly isTrusted: boolean }
const CASES: readonly Case[] = [
  { name: 'auth.User in the default database', sample: 'startproject-5', settings: '', isTrusted: false },
  { name: 'auth.User in another database, by a router', sample: 'startproject-5', settings: ELSEWHERE, isTrusted: true },
  { name: 'a model of its own with a UUID', sample: 'custom-user-uuid', settings: '', isTrusted: true },
  { name: 'a model of its own with a UUID, in another database', sample: 'custom-user-uuid', settings: ELSEWHERE, isTrusted: true },
]

describe.skipIf(django === null).each(CASES)('$name (skipped without Django)', ({ sample, settings, isTrusted }) => {
  let project: DjangoProject
  let made: Readonly<Record<string, string>>
  let app: TestApp
  let client: Client
  beforeAll(async () => {
    if (django === null) return
    project = await makeDjangoProject(django, { sample, settings: STORES + settings, withVenv: true, urls: ROUTER })
    made = await project.django(SESSIONS)
    app = await startApp()
    client = app.client
    const { trust } = await client.call('projects.read', { folder: project.folder })
    if (isTrusted) expect(await client.call('projects.trust', { folder: project.folder, python: trust?.python ?? '', module: trust?.module ?? '' })).toMatchObject({ trustFailure: null })
  }, 60_000)
  afterAll(async () => {
    await app[Symbol.asyncDispose]()
    await project[Symbol.asyncDispose]()
  })

  test.each([['db', 'db'], ['file', 'file'], ['cache', 'cache:default'], ['cached_db', 'cached_db']])('%s', async (engine, store) => {
    const { id: sourceId, usersNotAsked } = await client.call('sources.open', { target: { kind: 'folder', path: project.folder, store } })
    expect(usersNotAsked).toBeNull()
    await expectAna(sourceId, made[engine] ?? '')
    const { rows } = await client.call('sessions.listPage', { sourceId, order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 50 })
    expect(rows.find(({ owner }) => owner?.username === 'ana@shop.example')).toMatchObject({ userId: made['id'] })
    expect((await client.call('users.search', { sourceId, text: 'ANA', limit: 5 })).users).toMatchObject([{ id: made['id'], username: 'ana@shop.example' }])
  })

  test('signed_cookies', async () => {
    const { folder } = project
    const { id: sourceId } = await client.call('sources.open', { target: { kind: 'pasted', id: 'p', cookieName: 'sessionid' }, cookies: `Cookie: sessionid=${made['signed_cookies'] ?? ''}` })
    // A jar by itself knows no users; that of the project does.
    expect((await client.call('sessions.read', { sourceId, key: 'sessionid' }))?.row).toMatchObject({ owner: null })
    await using cookies = await startApp({ dataFolder: app.dataFolder })
    await project.django(`from pathlib import Path\nwith Path("site_/settings.py").open("a") as f:\n    f.write('SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"\\n')\nanswer(None)`)
    const { trust } = await cookies.client.call('projects.read', { folder })
    if (isTrusted) await cookies.client.call('projects.trust', { folder, python: trust?.python ?? '', module: trust?.module ?? '' })
    const jar = await cookies.client.call('sources.open', { target: { kind: 'folder', path: folder }, cookies: `Cookie: sessionid=${made['signed_cookies'] ?? ''}` })
    expect((await cookies.client.call('sessions.read', { sourceId: jar.id, key: 'sessionid' }))?.row).toMatchObject({ userId: made['id'], owner: { username: 'ana@shop.example' } })
  }, 30_000)

  async function expectAna(sourceId: string, key: string): Promise<void> {
    // FileBasedCache keeps no keys; a session in it is found by its own all the same.
    expect((await client.call('sessions.read', { sourceId, key }))?.row).toMatchObject({ userId: made['id'], owner: { id: made['id'], state: 'known', username: 'ana@shop.example' } })
    const { checks } = await client.call('sessions.why', { sourceId, key })
    expect(checks.find(({ id }) => id === 'user')).toMatchObject({ ok: true })
    expect(checks.find(({ id }) => id === 'hash')).toMatchObject({ ok: true })
  }
})
