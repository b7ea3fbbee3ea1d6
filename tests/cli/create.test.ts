import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango, oldDjango } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import type { DevServer, DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'

const world = await createCliWorld()
const FILE_CACHE = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": BASE_DIR / "cache"}}'
const USERS = `
from django.contrib.auth.models import User
User.objects.create_superuser("ana", "ana@shop.example", "first")
User.objects.create_user("ben", "ben@shop.example", "first")
User.objects.create_user("gone", "gone@shop.example", "first", is_active=False, is_staff=True)
answer(None)`

interface CreatedJson {
  readonly changed: number
  readonly layers: Readonly<Record<string, number>>
  readonly journal: string
  readonly cookie: string
  readonly session: { readonly key: string; readonly owner: { readonly id: string; readonly username: string } | null; readonly expireDate: string; readonly data: Readonly<Record<string, unknown>> }
}

const ENGINES = [
  { engine: 'db', settings: '', layers: { db: 1 } },
  { engine: 'file', settings: 'SESSION_ENGINE = "django.contrib.sessions.backends.file"\nSESSION_COOKIE_AGE = 7200\nSESSION_FILE_PATH = str(BASE_DIR / "sessions")\nimport os\nos.makedirs(SESSION_FILE_PATH, exist_ok=True)', layers: { file: 1 } },
  { engine: 'cache', settings: `SESSION_ENGINE = "django.contrib.sessions.backends.cache"\n${FILE_CACHE}`, layers: { cache: 1 } },
  { engine: 'cached_db', settings: `SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"\n${FILE_CACHE}`, layers: { db: 1, cache: 1 } },
] as const
const DJANGOS = [currentDjango(), oldDjango()].filter((django) => django !== null)
const CASES = DJANGOS.flatMap((django, index) => ENGINES.filter(({ engine }) => index === 0 || engine === 'db').map((engine) => ({ ...engine, django, label: `${engine.engine} of ${django.label}` })))

describe.each(CASES)('create --user in $label, beside its own running server', ({ django, settings, layers, engine }: { readonly django: DjangoPython; readonly settings: string; readonly layers: Readonly<Record<string, number>>; readonly engine: string }) => {
  let project: DjangoProject
  let server: DevServer
  beforeAll(async () => {
    project = await makeDjangoProject(django, { sample: 'startproject-5', settings })
    // The folder of a cache is there once the site has cached something.
    await project.django(`${USERS.replace('answer(None)', '')}\nfrom django.core.cache import cache\ncache.set("page", 1)\nanswer(None)`)
    server = await project.serve()
  }, 60_000)
  afterAll(async () => { await project[Symbol.asyncDispose]() })
  const create = async (...args: string[]): Promise<CreatedJson> => {
    const run = await world.run(['create', project.folder, '--yes', '--json', ...args])
    expect([run.exit, run.exit === 0 ? '' : run.err + run.out]).toEqual([0, ''])
    return run.json() as CreatedJson
  }

  test('a staff user is in, for an hour; undo takes the session away', async () => {
    const made = await create('--user', 'ana')
    expect(made).toMatchObject({ changed: 1, layers, session: { owner: { id: '1', username: 'ana' } } })
    expect(made.session.key).toMatch(/^[a-z0-9]{32}$/)
    const left = Date.parse(made.session.expireDate) - Date.now()
    expect(left).toBeGreaterThan(3_500_000)
    expect(left).toBeLessThan(3_700_000)
    expect(await server.get('/admin/', made.cookie)).toMatchObject({ status: 200 })
    expect((await world.run(['why', project.folder, made.session.key, '--json'])).json()).toMatchObject({ verdict: 'live' })
    expect((await world.run(['undo', made.journal, '--yes'])).exit).toBe(0)
    expect(await server.get('/admin/', made.cookie)).toMatchObject({ status: 302 })
    expect((await world.run(['show', project.folder, made.session.key])).exit).toBe(4)
  })

  test('the data and the end are those that Django itself reads', async () => {
    const { session: { key } } = await create('--user', '#1', '--expire', '90m')
    const read = await project.django<{ readonly keys: string[]; readonly age: number; readonly user: string; readonly exists: boolean }>(`
session = SessionStore("${key}")
answer({"keys": list(session.keys()), "age": session.get_expiry_age(), "user": session["_auth_user_id"], "exists": session.exists("${key}")})`)
    expect(read).toMatchObject({ keys: ['_auth_user_id', '_auth_user_backend', '_auth_user_hash', '_session_expiry'], user: '1', exists: true })
    expect(Math.abs(read.age - 5400)).toBeLessThan(60)
  })

  test('one who is no staff gets the login page, and nobody after the password has changed', async () => {
    const ben = await create('--user', 'ben')
    expect(await server.get('/admin/', ben.cookie)).toEqual({ status: 302, location: '/admin/login/?next=/admin/' })
    const ana = await create('--user', 'ana')
    expect(await server.get('/admin/', ana.cookie)).toMatchObject({ status: 200 })
    await project.django('from django.contrib.auth.models import User\nuser = User.objects.get(username="ana")\nuser.set_password("second")\nuser.save()\nanswer(None)')
    const before = await create('--user', 'ana')
    expect(await server.get('/admin/', ana.cookie)).toMatchObject({ status: 302 })
    expect(await server.get('/admin/', before.cookie)).toMatchObject({ status: 200 })
  }, 60_000)

  test('without a user: anonymous, with its data, for SESSION_COOKIE_AGE', async () => {
    const run = await world.run(['create', project.folder, '--yes', '--json', '--data', '-'], { input: '{"cart":[1,2]}' })
    const { session } = run.json() as CreatedJson
    expect(session).toMatchObject({ owner: null, data: { cart: [1, 2] } })
    expect(await project.django(`answer([SessionStore("${session.key}")["cart"], abs(SessionStore("${session.key}").get_expiry_age() - settings.SESSION_COOKIE_AGE) < 60])`)).toEqual([[1, 2], true])
  })

  test('nothing is made without --yes, and the review tells what would be', async () => {
    const run = await world.run(['create', project.folder, '--user', 'gone'])
    expect(run.exit).toBe(5)
    expect(run.err).toMatch(/gone logged in\.[\s\S]*made[\s\S]*gone is not active/)
    expect((await world.run(['create', project.folder, '--user', 'nobody', '--yes'])).err).toContain('STORE_NOT_FOUND')
    expect((await world.run(['create', project.folder, '--user', '#99', '--yes'])).err).toContain('STORE_NOT_FOUND')
    expect((await world.run(['create', project.folder, '--expire', 'now', '--yes'])).exit).toBe(2)
  })

  if (engine === 'cached_db') test('the copy is under the name that cached_db gives it', async () => {
    const { session: { key } } = await create('--user', 'ana')
    const hash = createHash('md5').update(`:1:django.contrib.sessions.cached_db${key}`).digest('hex')
    expect(existsSync(join(project.folder, 'cache', `${hash}.djcache`))).toBe(true)
  })
})

if (DJANGOS.length === 0) test.skip('no Python with Django', () => undefined)
