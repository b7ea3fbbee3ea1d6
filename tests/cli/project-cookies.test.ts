import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import type { CliRun } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import type { DevServer, DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'

const django = currentDjango()
const world = await createCliWorld()
const SETTINGS = `
SECRET_KEY = "MARKER-key-of-the-cookies"
SECRET_KEY_FALLBACKS = ["MARKER-old-key-of-them"]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "shop_sid"
SESSION_COOKIE_AGE = 5000`
const COOKIES = `
from django.contrib.auth.models import User
from django.test import override_settings
ana = User.objects.create_superuser("ana", "ana@shop.example", "pass")
def sign(data):
    store = SessionStore()
    store.update(data)
    store.save()
    return store.session_key
made = {"now": sign({"_auth_user_id": str(ana.pk), "cart": 2})}
with override_settings(SECRET_KEY="MARKER-old-key-of-them"):
    made["old"] = sign({"cart": 3})
answer(made)`

interface Row { readonly key: string; readonly engine: string; readonly state: string; readonly owner: { readonly username: string } | null; readonly signature: { readonly verifiedBy: string | null }; readonly data: unknown }

describe.skipIf(django === null)('a project whose sessions are in cookies (skipped without Django)', () => {
  let project: DjangoProject
  let server: DevServer
  let cookies: { readonly now: string; readonly old: string }
  let file = ''
  beforeAll(async () => {
    if (django === null) return
    project = await makeDjangoProject(django, { sample: 'startproject-5', settings: SETTINGS })
    cookies = await project.django(COOKIES)
    server = await project.serve()
    file = join(project.folder, 'cookies.txt')
    await writeFile(file, `# Netscape HTTP Cookie File\nlocalhost\tFALSE\t/\tFALSE\t0\tshop_sid\t${cookies.now}\nlocalhost\tFALSE\t/\tFALSE\t0\tsessionid\tx\n`)
  }, 60_000)
  afterAll(async () => { await project[Symbol.asyncDispose]() })
  const ok = (run: CliRun): CliRun => {
    expect([run.exit, run.exit === 0 ? '' : run.err + run.out]).toEqual([0, ''])
    return run
  }

  test('has nothing to list until cookies are brought: a file of them, or pasted ones', async () => {
    expect(ok(await world.run(['list', project.folder, '--json'])).lines()).toEqual([])
    const fromFile = ok(await world.run(['list', project.folder, '--cookies', file, '--json', '--data'])).lines() as Row[]
    expect(fromFile).toMatchObject([{ key: 'shop_sid@localhost', engine: 'signed_cookies', state: 'live', owner: { username: 'ana' }, signature: { verifiedBy: 'SECRET_KEY' }, data: { cart: 2 } }])
    const pasted = ok(await world.run(['list', project.folder, '--cookies', '-', '--json', '--data'], { input: `Cookie: csrftoken=x; shop_sid=${cookies.old}` })).lines() as Row[]
    expect(pasted).toMatchObject([{ key: 'shop_sid', state: 'live', signature: { verifiedBy: 'SECRET_KEY_FALLBACKS[0]' }, data: { cart: 3 } }])
  })

  test('--cookies goes with a project alone, and text without a cookie is refused', async () => {
    expect(await world.run(['list', file, '--cookies', file])).toMatchObject({ exit: 2 })
    const none = await world.run(['list', project.folder, '--cookies', '-'], { input: 'no cookie here' })
    expect(none.err).toContain('DATA_UNKNOWN_FORMAT')
  })

  test('create prints the value of a cookie; its site lets it in', async () => {
    const made = ok(await world.run(['create', project.folder, '--user', 'ana', '--yes', '--json'])).json() as { readonly cookie: string; readonly layers: unknown; readonly session: Row }
    expect(made).toMatchObject({ layers: { cookie: 1 }, session: { owner: { username: 'ana' }, signature: { verifiedBy: 'SECRET_KEY' } } })
    expect(made.cookie).toMatch(/^shop_sid=\.?[\w-]+:\w+:[\w-]{43}$/)
    expect(await server.get('/admin/', made.cookie)).toMatchObject({ status: 200 })
    expect(await readdir(join(world.dataFolder, 'journals')).catch(() => []), 'no file that could not be undone').toEqual([])
    const refused = await world.run(['create', project.folder, '--expire', '2h', '--yes'])
    expect(refused.err).toContain('ends by its age and by nothing else')
  })

  test('why takes what a browser sends, from standard input only', async () => {
    const live = ok(await world.run(['why', project.folder, '--cookie', '-', '--json'], { input: `Cookie: shop_sid=${cookies.now}` })).json()
    expect(live).toMatchObject({ v: 1, key: null, checks: [{ id: 'cookie', ok: true }, { id: 'key', ok: true }, { id: 'exists', ok: true }, { id: 'in-date', ok: true }, { id: 'readable', ok: true }, { id: 'login', ok: false }] })
    const none = await world.run(['why', project.folder, '--cookie', '-'], { input: 'Cookie: csrftoken=x' })
    expect([none.exit, none.out]).toEqual([4, expect.stringContaining('this site looks for shop_sid')])
    expect(await world.run(['why', project.folder, '--cookie', cookies.now])).toMatchObject({ exit: 2, err: expect.not.stringContaining(cookies.now) as string })
    expect(await world.run(['why', project.folder])).toMatchObject({ exit: 2 })
  })

  test('the jar of a window takes cookies while it is open, and keeps what was changed in it', async () => {
    await using app = await startApp()
    const { client } = app
    const { id: sourceId, project: of } = await client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    expect(of?.storeId).toBe('signed_cookies')
    const keys = async (): Promise<readonly string[]> => (await client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 })).rows.map(({ key }) => key)
    expect(await keys()).toEqual([])
    await client.call('sources.addCookies', { sourceId, cookies: cookies.old })
    const before = await client.call('sessions.read', { sourceId, key: 'shop_sid' })
    const { planId } = await client.call('changes.plan', { sourceId, change: { kind: 'edit', key: 'shop_sid', ifEtag: before?.etag ?? '', data: '{"cart":9}', expiry: null } })
    await client.call('changes.apply', { planId })
    const { planId: making } = await client.call('changes.plan', { sourceId, change: { kind: 'create', data: '{}', user: null, expiry: null } })
    const { changeId } = await client.call('changes.apply', { planId: making })
    expect((await client.call('sources.addCookies', { sourceId, cookieFile: file })).id).toBe(sourceId)
    expect((await client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'signed_cookies' } })).id).toBe(sourceId)
    expect(await keys()).toEqual(['shop_sid', expect.stringMatching(/^shop_sid#\w{6}$/), 'shop_sid@localhost'])
    expect(JSON.parse((await client.call('sessions.read', { sourceId, key: 'shop_sid' }))?.text.data ?? '')).toEqual({ cart: 9 })
    await client.call('changes.undo', { changeId: changeId ?? '' })
    expect(await keys()).toEqual(['shop_sid', 'shop_sid@localhost'])
    await expect(client.call('sources.addCookies', { sourceId, cookies: 'nothing of the kind' })).rejects.toMatchObject({ code: 'DATA_UNKNOWN_FORMAT' })
    expect(await keys()).toHaveLength(2)
  })
})
