import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SearchedStore, UserSession } from '../../shared/model/user-sessions.ts'
import { inParts } from '../../shared/model/user-sessions.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { currentDjango } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { saying } from '../support/saying.ts'
import { setTrap } from '../support/trap-server.ts'

const ENGINES = ['db', 'cached_db', 'cache', 'file'] as const

/** Ana is logged in once by each engine, Ben once by each. */
const LOGINS = `
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
ana, ben = (User.objects.create_user(name, password="a-long-password") for name in ("ana", "ben"))
keys = {}
for engine in ${JSON.stringify(ENGINES)}:
    Store = import_module("django.contrib.sessions.backends." + engine).SessionStore
    for user in (ana, ben):
        request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"; request.session = Store()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session["cart"] = engine
        request.session.save()
        keys[user.username + " " + engine] = request.session.session_key
answer(keys)
`
/** Whom Django's own middleware takes each request for. */
const USERS = (keys: Readonly<Record<string, string>>): string => `
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
seen = {}
def view(request):
    seen[name] = request.user.username
    return HttpResponse("")
for name, key in json.loads(${JSON.stringify(JSON.stringify(keys))}).items():
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends." + name.split(" ")[1]):
        request = RequestFactory().get("/"); request.COOKIES[settings.SESSION_COOKIE_NAME] = key
        SessionMiddleware(AuthenticationMiddleware(view))(request)
answer(seen)
`

type Looked = ReadonlyMap<string, { readonly store: SearchedStore; readonly sessions: readonly UserSession[] }>

async function look(app: TestApp, sourceId: string, user: string, connect: readonly string[] = []): Promise<Looked> {
  const found = new Map<string, { store: SearchedStore; sessions: readonly UserSession[] }>()
  for await (const event of app.client.stream('users.sessions', { sourceId, user, connect: [...connect] })) {
    if (event.kind === 'stores') for (const store of event.stores) found.set(store.id, { store, sessions: [] })
    else found.set(event.store.id, { store: event.store, sessions: [...(found.get(event.store.id)?.sessions ?? []), ...event.sessions] })
  }
  return found
}

/** As the review does it, store by store; ids of the changes, for their undo. */
async function deleteFound(app: TestApp, found: Looked): Promise<readonly string[]> {
  const changes: string[] = []
  for (const { store, sessions } of found.values()) {
    for (const part of inParts(sessions)) {
      const plan = await app.client.call('changes.plan', { sourceId: store.sourceId ?? '', change: { kind: 'delete', sessions: part.map(({ key, ifEtag }) => ({ key, ifEtag })) } }).catch(() => null)
      const { changeId } = plan === null ? { changeId: null } : await app.client.call('changes.apply', { planId: plan.planId })
      if (changeId !== null) changes.push(changeId)
    }
  }
  return changes
}

test('a user who is logged in by every engine of a project is anonymous to Django in each; others stay; servers are not asked; undo brings it all back', async ({ skip }) => {
  const python = currentDjango()
  if (python === null) return skip('No Python with a current Django is here.')
  await using trap = await setTrap()
  const settings = `
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_FILE_PATH = str(BASE_DIR / "session-files")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache-files")},
    "far": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:${trap.port}"},
    "here": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
`
  await using site = await makeDjangoProject(python, { sample: 'startproject-5', settings })
  await using app = await startApp()
  mkdirSync(join(site.folder, 'session-files'))
  const keys = await site.django<Record<string, string>>(LOGINS)
  const loggedIn = Object.fromEntries(Object.keys(keys).map((name) => [name, name.split(' ')[0]]))
  expect(await site.django(USERS(keys))).toEqual(loggedIn)

  const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: site.folder, store: 'active' } })
  const found = await look(app, sourceId, 'ana')
  expect([...found].map(([id, { store, sessions }]) => [id, store.state, sessions.length])).toEqual([
    ['cached_db', 'searched', 2], ['cache:default', 'searched', expect.any(Number)], ['cache:far', 'ask', 0], ['cache:here', 'left', 0], ['file', 'searched', 1],
  ])
  expect(found.get('cache:here')?.store.reason).toEqual(saying('memory of each Django process'))
  expect(trap.count()).toBe(0)

  const changes = await deleteFound(app, found)
  expect(await site.django(USERS(keys))).toEqual(Object.fromEntries(Object.entries(loggedIn).map(([name, user]) => [name, user === 'ana' ? '' : user])))

  for (const changeId of changes.toReversed()) await app.client.call('changes.undo', { changeId })
  expect(await site.django(USERS(keys))).toEqual(loggedIn)

  // Asked for, the server is asked, and what comes of it is told for that store alone.
  const again = await look(app, sourceId, '#1', ['cache:far'])
  expect(trap.count()).toBeGreaterThan(0)
  expect(again.get('cache:far')?.store).toMatchObject({ state: 'failed', error: { code: expect.stringMatching(/^CONNECT/) as string } })
  expect(again.get('file')?.sessions).toHaveLength(1)
})

/** Ana and Ben are logged in twice each; of the second sessions only the copies in the cache are left. */
const GHOSTS = `
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
keys = {}
for user in [User.objects.create_user(name) for name in ("ana", "ben")]:
    for name in ("row", "ghost"):
        request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"; request.session = SessionStore()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
        keys[user.username + " cached_db " + name] = request.session.session_key
Session.objects.filter(pk__in=[key for name, key in keys.items() if name.endswith("ghost")]).delete()
answer(keys)
`

test('a ghost of cached_db, whose row was deleted and whose copy was not, logs its user in until it is found and deleted with the rest; undo brings the ghost back', async ({ skip }) => {
  const python = currentDjango()
  if (python === null) return skip('No Python with a current Django is here.')
  const settings = `
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "copies"}}
`
  await using site = await makeDjangoProject(python, { sample: 'startproject-5', settings })
  const keys = await site.django<Record<string, string>>(GHOSTS)
  const loggedIn = Object.fromEntries(Object.keys(keys).map((name) => [name, name.split(' ')[0]]))
  expect(await site.django(USERS(keys)), 'Django goes on with a ghost').toEqual(loggedIn)
  const { database, secret } = await site.django<{ database: string; secret: string }>('answer({"database": str(settings.DATABASES["default"]["NAME"]), "secret": settings.SECRET_KEY})')
  const places = [
    { target: { kind: 'folder', path: site.folder, store: 'active' } },
    { target: { kind: 'pair', row: `sqlite://${database}`, cache: `dbcache+sqlite://${database}?table=copies` }, keys: { secretKey: secret } },
  ] as const
  for (const place of places) {
    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { ...place })
    const found = await look(app, sourceId, '#1')
    const [pair] = [...found.values()]
    expect(pair).toMatchObject({ store: { kind: 'cached_db', state: 'searched', ghosts: 1 } })
    expect([...found.values()].flatMap(({ sessions }) => sessions.map(({ key }) => key)).toSorted(), 'each once').toEqual([keys['ana cached_db row'], keys['ana cached_db ghost']].toSorted())
    const changes = await deleteFound(app, found)
    expect(await site.django(USERS(keys))).toEqual(Object.fromEntries(Object.entries(loggedIn).map(([name, user]) => [name, user === 'ana' ? '' : user])))
    for (const changeId of changes.toReversed()) await app.client.call('changes.undo', { changeId })
    expect(await site.django(USERS(keys))).toEqual(loggedIn)
  }
})
