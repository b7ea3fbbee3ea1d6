import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRefused, loginState } from '../../shared/model/login.ts'
import type { FacetGroup } from '../../shared/model/overview.ts'
import type { SessionRow } from '../../shared/model/session.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango, findDjangos, isCurrent } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'

/** Real Django decides, row for row, which live session still logs its user in, and which of the others it flushes. */

const BACKENDS = ['django.contrib.auth.backends.ModelBackend', 'django.contrib.auth.backends.AllowAllUsersModelBackend', 'site_.urls.PlainBackend', 'site_.urls.OwnBackend']
const SETTINGS = `
SECRET_KEY = "new key"
SECRET_KEY_FALLBACKS = ["old key"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTHENTICATION_BACKENDS = ${JSON.stringify(BACKENDS)}
`
const URLS = `
from django.contrib.auth.backends import ModelBackend
class PlainBackend(ModelBackend):
    def authenticate(self, request, token=None):
        return None
class OwnBackend(ModelBackend):
    def get_user(self, user_id):
        return None
`
const MAKE = `
from django.contrib.auth import get_user, get_user_model, login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.test import override_settings
User = get_user_model()
keys, users = {}, {}
def session_of(name, backend=${JSON.stringify(BACKENDS[0])}, change=None, **over):
    user = User(**{User.USERNAME_FIELD: name + "@shop.example"})
    user.set_password("pw")
    user.save()
    request = HttpRequest()
    with override_settings(**over):
        request.session = SessionStore()
        login(request, user, backend=backend)
        request.session["cart"] = 1
        if change is not None:
            change(request.session)
        request.session.save()
    keys[name] = request.session.session_key
    return user
def without(*names):
    def change(session):
        for name in names:
            del session[name]
    return change
def saved(user, **values):
    for name, value in values.items():
        setattr(user, name, value)
    user.save()
session_of("good")
if django.VERSION >= (4, 1):
    session_of("by-fallback", SECRET_KEY="old key", SECRET_KEY_FALLBACKS=[])
session_of("no-backend", change=without("_auth_user_backend"))
session_of("backend-gone", backend="shop.backends.TokenBackend")
session_of("user-gone").delete()
saved(session_of("inactive"), is_active=False)
saved(session_of("anybody", backend=${JSON.stringify(BACKENDS[1])}), is_active=False)
session_of("hash-missing", change=without("_auth_user_hash"))
session_of("hash-empty", change=lambda session: session.update({"_auth_user_hash": ""}))
user = session_of("hash-differs"); user.set_password("another"); user.save()
user = session_of("two-causes"); user.set_password("another"); saved(user, is_active=False)
session_of("another-key", change=lambda session: session.update({"_auth_user_hash": "0" * 64}))
session_of("plain-backend", backend=${JSON.stringify(BACKENDS[2])})
session_of("user-no-key", change=lambda session: session.update({"_auth_user_id": "c0ffee"}))
session_of("own-backend", backend=${JSON.stringify(BACKENDS[3])})
session_of("over", change=lambda session: session.set_expiry(-5))
cart = SessionStore(); cart["cart"] = 1; cart.save(); keys["anonymous"] = cart.session_key
for name, key in keys.items():
    request = HttpRequest()
    request.session = SessionStore(session_key=key)
    with transaction.atomic():
        try:
            users[name] = {"isIn": get_user(request).is_authenticated, "isFlushed": request.session.session_key is None, "fails": False}
        except ValidationError:
            users[name] = {"isIn": False, "isFlushed": False, "fails": True}
        transaction.set_rollback(True)
answer({"keys": keys, "users": users})`

interface Made {
  readonly keys: Readonly<Record<string, string>>
  readonly users: Readonly<Record<string, { readonly isIn: boolean; readonly isFlushed: boolean; readonly fails: boolean }>>
}

const BY_STORE = { by: 'stored', direction: 'asc' } as const
const CASES = findDjangos().map((python) => ({ python, label: python.label }))

describe.each(CASES)('what becomes of logins, by $label', ({ python }) => {
  let project: DjangoProject
  let app: TestApp
  let made: Made
  let sourceId = ''
  beforeAll(async () => {
    project = await makeDjangoProject(python, { sample: 'startproject-5', settings: SETTINGS, urls: URLS, withVenv: isCurrent(python) })
    made = await project.django<Made>(MAKE)
    app = await startApp()
    ;({ id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'active' } }))
  }, 60_000)
  afterAll(async () => {
    await app[Symbol.asyncDispose]()
    await project[Symbol.asyncDispose]()
  })

  async function rows(): Promise<ReadonlyMap<string, SessionRow>> {
    const page = await app.client.call('sessions.listPage', { sourceId, order: BY_STORE, cursor: null, limit: 100 })
    const names = new Map(Object.entries(made.keys).map(([name, key]) => [key, name]))
    return new Map(page.rows.map((row) => [names.get(row.key) ?? row.key, row]))
  }

  async function found(where: string): Promise<readonly string[]> {
    const names = new Map(Object.entries(made.keys).map(([name, key]) => [key, name]))
    const all: string[] = []
    for await (const page of app.client.stream('sessions.search', { sourceId, order: BY_STORE, where })) all.push(...page.rows.map(({ key }) => names.get(key) ?? key))
    return all.sort()
  }

  it('each row says what Django does, with its cause; a backend of the site’s own is not guessed at', async () => {
    const listed = await rows()
    expect(listed.size).toBe(Object.keys(made.keys).length)
    for (const [name, row] of listed) {
      const state = loginState(row)
      const { isIn, isFlushed, fails } = made.users[name] ?? { isIn: false, isFlushed: false, fails: false }
      expect([name, row.login === 'user-no-key']).toEqual([name, fails])
      if (name === 'plain-backend' || name === 'own-backend') expect([name, row.login]).toEqual([name, 'other-backend'])
      else expect([name, state === 'valid']).toEqual([name, isIn])
      if (isRefused(row.login)) expect([name, row.login.startsWith('hash-')]).toEqual([name, isFlushed])
      const { row: whole } = (await app.client.call('sessions.read', { sourceId, key: row.key })) ?? {}
      expect([name, whole?.login]).toEqual([name, row.login])
      const { verdict, isCertain } = await app.client.call('sessions.why', { sourceId, key: row.key })
      if (state === 'unchecked') expect([name, verdict, isCertain]).toEqual([name, 'live', false])
      if (state === 'refused') expect([name, verdict]).toEqual([name, 'logged-out'])
      if (state === 'valid') expect([name, verdict]).toEqual([name, 'live'])
    }
    const causes = Object.fromEntries([...listed].map(([name, { login }]) => [name, login]))
    expect(causes).toMatchObject({ 'no-backend': 'no-backend', 'backend-gone': 'backend-gone', 'user-gone': 'user-gone', 'inactive': 'inactive', 'hash-missing': 'hash-missing', 'hash-empty': 'hash-missing', 'hash-differs': 'hash-differs', 'two-causes': 'inactive', 'another-key': 'hash-differs' })
    expect([causes['anonymous'], causes['over']]).toEqual([undefined, undefined])
  })

  it('queries and facets find and count the same sessions', async () => {
    const listed = await rows()
    const named = (state: string): readonly string[] => [...listed].filter(([, row]) => loginState(row) === state).map(([name]) => name).sort()
    for (const state of ['valid', 'refused', 'unchecked', 'none']) expect(await found(`login:${state}`)).toEqual(named(state))
    expect(await found('-login:valid|none')).toEqual([...named('refused'), ...named('unchecked')].sort())
    expect(await found('login:refused has:cart user:any')).toEqual(named('refused'))
    expect(await found('login:none')).toEqual(['anonymous', 'over'])
    let groups: readonly FacetGroup[] = []
    for await (const overview of app.client.stream('reports.overview', { sourceId })) ({ groups } = overview)
    const counts = groups.find(({ id }) => id === 'login')?.facets.map(({ id, sessions }) => [id, sessions])
    expect(counts).toEqual(['valid', 'refused', 'unchecked'].map((state) => [state, named(state).length]))
  })

  it('neither a password nor what proves one leaves the core', async () => {
    const secrets = await project.django<readonly string[]>('from django.contrib.auth import get_user_model\nanswer([u.password for u in get_user_model().objects.all()] + [u.get_session_auth_hash() for u in get_user_model().objects.all()])')
    await rows()
    await found('login:refused')
    const lists = app.sent.filter((message) => JSON.stringify(message).includes('"rows"'))
    const text = JSON.stringify(lists)
    expect(lists.length).toBeGreaterThan(1)
    for (const secret of secrets) expect(text).not.toContain(secret)
  })

  it('the command line finds the same, and a cleaning of the refused ones would take no other', async () => {
    const world = await createCliWorld()
    const refused = await found('login:refused')
    const counted = await world.run(['count', project.folder, '--where', 'login:refused', '--json'])
    expect(counted.json()).toMatchObject({ count: refused.length })
    const dry = await world.run(['delete', project.folder, '--where', 'login:refused', '--dry-run', '--json'])
    expect(dry.json()).toMatchObject({ matched: refused.length, dryRun: true })
    expect((await world.run(['list', project.folder, '--where', 'login:bad'])).err).toContain('valid, refused, unchecked, none')
  })

  it('a store without its project is not judged, whatever tables stand beside it', async () => {
    await using keyless = await startApp()
    const { id } = await keyless.client.call('sources.open', { target: { kind: 'sqlite', path: `${project.folder}/db.sqlite3` }, keys: { secretKey: 'new key', fallbacks: ['old key'] } })
    const page = await keyless.client.call('sessions.listPage', { sourceId: id, order: BY_STORE, cursor: null, limit: 100 })
    const states = new Set(page.rows.map((row) => loginState(row)))
    expect(states).toEqual(new Set(['unchecked', 'refused', 'none']))
    // What needs neither is certain all the same.
    expect(page.rows.filter((row) => loginState(row) === 'refused').map(({ login }) => login)).toEqual(['no-backend'])
    for await (const { groups } of keyless.client.stream('reports.overview', { sourceId: id })) expect(groups.find((group) => group.id === 'login')).toEqual({ id: 'login', facets: [], unknown: 'no-project' })
  })
})

describe('the demo', () => {
  it('row for row, logins come to what the checklist says of each session', async () => {
    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'demo' } })
    const { rows } = await app.client.call('sessions.listPage', { sourceId, order: BY_STORE, cursor: null, limit: 500 })
    const seen = new Set<string | undefined>()
    for (const row of rows.filter(({ state, userId }) => state === 'live' && userId !== null)) {
      const { verdict, isCertain } = await app.client.call('sessions.why', { sourceId, key: row.key })
      expect([row.key, loginState(row)]).toEqual([row.key, verdict === 'logged-out' ? 'refused' : isCertain ? 'valid' : 'unchecked'])
      seen.add(row.login)
    }
    expect([...seen]).toContain('valid')
    expect(seen.size).toBeGreaterThan(2)
  })
})

const django = currentDjango()
describe.skipIf(django === null)('what the project’s own Python tells of logins (skipped without Django)', () => {
  async function openTrusted(app: TestApp, project: DjangoProject): Promise<string> {
    const { trust } = await app.client.call('projects.read', { folder: project.folder })
    expect(await app.client.call('projects.trust', { folder: project.folder, python: trust?.python ?? '', module: trust?.module ?? '' })).toMatchObject({ trustFailure: null })
    return (await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'active' } })).id
  }
  async function logins(app: TestApp, sourceId: string, { keys }: Made): Promise<Readonly<Record<string, string | undefined>>> {
    const { rows } = await app.client.call('sessions.listPage', { sourceId, order: BY_STORE, cursor: null, limit: 100 })
    return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, rows.find((row) => row.key === key)?.login]))
  }

  it('a backend that loads users as ModelBackend does is judged, another one is not', async () => {
    if (django === null) return
    await using project = await makeDjangoProject(django, { sample: 'startproject-5', settings: SETTINGS, urls: URLS, withVenv: true })
    const made = await project.django<Made>(MAKE)
    await using app = await startApp()
    const told = await logins(app, await openTrusted(app, project), made)
    expect(told).toMatchObject({ 'good': 'valid', 'plain-backend': 'valid', 'own-backend': 'other-backend', 'anybody': 'valid' })
    expect([made.users['plain-backend']?.isIn, made.users['own-backend']?.isIn]).toEqual([true, false])
  }, 60_000)

  it('a user model of its own is judged where it keeps Django’s hash and manager, and not where it has its own', async () => {
    if (django === null) return
    const plain = SETTINGS.replace('site_.urls.PlainBackend', 'django.contrib.auth.backends.RemoteUserBackend').replace('"site_.urls.OwnBackend"', '')
    await using project = await makeDjangoProject(django, { sample: 'custom-user-uuid', settings: plain, urls: URLS, withVenv: true })
    const made = await project.django<Made>(MAKE)
    await using app = await startApp()
    const sourceId = await openTrusted(app, project)
    const told = await logins(app, sourceId, made)
    for (const [name, { isIn }] of Object.entries(made.users)) expect([name, told[name] === 'valid']).toEqual([name, isIn])
    await project.django(`
from pathlib import Path
model = next(path for path in Path(".").glob("*/models.py"))
text = model.read_text()
model.write_text(text.rstrip() + "\\n\\n    def get_session_auth_hash(self):\\n        return 'the same for all'\\n")
answer(None)`)
    await using again = await startApp()
    const judged = await logins(again, await openTrusted(again, project), made)
    expect(judged).toMatchObject({ 'good': 'other-users', 'user-gone': 'other-users', 'backend-gone': 'backend-gone', 'no-backend': 'no-backend' })
  }, 60_000)
})
