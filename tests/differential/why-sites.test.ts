import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WhyReport } from '../../shared/model/why.ts'
import { say } from '../../shared/words/say.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { DjangoPython } from '../support/django.ts'
import { findDjangos, isCurrent } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'

/** What Django's own middleware makes of a request with these cookies; sessions made by its own login. */
const REQUESTS = `
from django.contrib.auth import get_user, login
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
def log_in(name):
    user = User.objects.create_user(name, password="pw")
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return request.session.session_key
def visit(**cookies):
    request = HttpRequest()
    request.COOKIES = cookies
    SessionMiddleware(lambda request: HttpResponse()).process_request(request)
    return get_user(request).username
`
const backend = (name: string): string => `SESSION_ENGINE = "django.contrib.sessions.backends.${name}"\nPASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n`
const FILE_CACHE = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache")}}\n'

describe.each(findDjangos())('why a cookie logs nobody in, by $label', (python) => {
  const stack = new AsyncDisposableStack()
  let app: TestApp
  let [rows, other, signed, stranger]: DjangoProject[] = []
  beforeAll(async () => {
    app = stack.use(await startApp())
    const make = async (settings: string): Promise<DjangoProject> => stack.use(await makeDjangoProject(python, { sample: 'startproject-5', settings }))
    rows = await make(`${backend('db')}SECRET_KEY = "of the rows"`)
    other = await make(`${backend('db')}SECRET_KEY = "of another site"`)
    signed = await make(`${backend('signed_cookies')}SECRET_KEY = "of the cookies"`)
    stranger = await make(`${backend('signed_cookies')}SECRET_KEY = "of other cookies"`)
  }, 120_000)
  afterAll(() => stack.disposeAsync())

  async function ask(project: DjangoProject | undefined, cookies: string): Promise<WhyReport> {
    const { id } = await app.client.call('sources.open', { target: { kind: 'folder', path: project?.folder ?? '', store: 'active' } })
    return app.client.call('sessions.whyCookie', { sourceId: id, cookies })
  }
  async function visit(project: DjangoProject | undefined, script: string): Promise<Readonly<Record<string, readonly [value: string, username: string]>>> {
    return (await project?.django(`${REQUESTS}${script}`)) ?? {}
  }
  const last = ({ checks }: WhyReport): string => `${checks.at(-1)?.id ?? ''} ${checks.at(-1)?.detail.id.replace('why.detail.', '') ?? ''}`
  /** The same verdict as Django's, at this question, with words for each. */
  function expectStop(report: WhyReport, username: string | undefined, stop: string): void {
    expect([report.verdict, last(report)]).toEqual([username === '' ? 'logged-out' : 'live', stop])
    for (const { id } of [report.sentence, report.next, ...report.checks.map(({ detail }) => detail)]) expect(say({ id, params: {} })).not.toBe(id)
  }

  it('the name of the cookie is another, or it holds no key', async () => {
    const seen = await visit(rows, `
from django.contrib.sessions.backends.signed_cookies import SessionStore as Signed
key = log_in("ana")
text = Signed()
text["cart"] = 1
text.save()
answer({"live": [key, visit(sessionid=key)], "renamed": [key, visit(shop_sid=key)], "short": ["abc", visit(sessionid="abc")], "text": [text.session_key, visit(sessionid=text.session_key)]})`)
    const value = (name: string): string => seen[name]?.[0] ?? ''
    expectStop(await ask(rows, `Cookie: csrftoken=x; sessionid=${value('live')}`), seen['live']?.[1], 'hash hashFits')
    expectStop(await ask(rows, value('live')), seen['live']?.[1], 'hash hashFits')
    const renamed = await ask(rows, `Cookie: csrftoken=x; shop_sid=${value('renamed')}`)
    expectStop(renamed, seen['renamed']?.[1], 'cookie cookieOther')
    expect(renamed.checks[0]?.detail.params).toEqual({ names: 'csrftoken, shop_sid', cookie: 'sessionid' })
    expectStop(await ask(rows, 'Cookie: sessionid=abc'), seen['short']?.[1], 'key keyShort')
    expectStop(await ask(rows, `Cookie: sessionid=${value('text')}`), seen['text']?.[1], 'key keySigned')
  })

  it('the session is in the cookie: its salt is that of a row, it is a key, it is too old, or it is good', async () => {
    const seen = await visit(signed, `
from unittest import mock
import time
from django.contrib.sessions.backends.db import SessionStore as Rows
from django.core import signing
live = log_in("ben")
row = signing.dumps({"_auth_user_id": "1"}, salt="django.contrib.sessions.SessionStore", compress=True)
then = time.time() - settings.SESSION_COOKIE_AGE - 10
with mock.patch("django.core.signing.time.time", lambda: then):
    old = log_in("olga")
answer({name: [value, visit(sessionid=value)] for name, value in {"live": live, "salt": row, "key": "k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0", "old": old}.items()})`)
    const report = async (name: string): Promise<WhyReport> => ask(signed, `sessionid=${seen[name]?.[0] ?? ''}`)
    expectStop(await report('live'), seen['live']?.[1], 'hash hashFits')
    expectStop(await report('key'), seen['key']?.[1], 'key keyOfServer')
    expectStop(await report('old'), seen['old']?.[1], 'in-date tooOld')
    const salt = await report('salt')
    expect([salt.verdict, salt.checks.at(-1)?.id, seen['salt']?.[1]]).toEqual(['logged-out', 'readable', ''])
    expect(say(salt.checks.at(-1)?.detail ?? { id: '', params: {} })).toMatch(/salt/i)
  })

  it('another open site has overwritten the cookie of the same name', async () => {
    const { mine } = await visit(rows, 'key = log_in("cleo")\nanswer({"mine": [key, visit(sessionid=key)]})')
    const { theirs } = await visit(other, 'key = log_in("carl")\nanswer({"theirs": [key, visit(sessionid=key)]})')
    expect([mine?.[1], theirs?.[1]]).toEqual(['cleo', 'carl'])
    const { after } = await visit(rows, `answer({"after": ["", visit(sessionid="${theirs?.[0] ?? ''}")]})`)
    const { id } = await app.client.call('sources.open', { target: { kind: 'folder', path: other?.folder ?? '' } })
    const report = await ask(rows, `Cookie: sessionid=${theirs?.[0] ?? ''}`)
    expectStop(report, after?.[1], 'exists elsewhere')
    expect(report.notes.map(({ line }) => line)).toContainEqual(expect.stringMatching(/^SESSION_COOKIE_NAME = "\w+_sessionid"$/))
    await app.client.call('sources.close', { sourceId: id })
  })

  it('another open site has overwritten the cookie that holds the session', async () => {
    const { theirs } = await visit(stranger, 'value = log_in("dora")\nanswer({"theirs": [value, visit(sessionid=value)]})')
    expect(theirs?.[1]).toBe('dora')
    const { after } = await visit(signed, `answer({"after": ["", visit(sessionid="${theirs?.[0] ?? ''}")]})`)
    await app.client.call('sources.open', { target: { kind: 'folder', path: stranger?.folder ?? '' } })
    expectStop(await ask(signed, `Cookie: sessionid=${theirs?.[0] ?? ''}`), after?.[1], 'readable signedElsewhere')
  })
})

describe.each(findDjangos())('why a session of cached_db is logged in or out, by $label', (python: DjangoPython) => {
  it('a copy whose row is gone or over goes on; without both it is out', async () => {
    await using project = await makeDjangoProject(python, { sample: 'startproject-5', settings: `${backend('cached_db')}${FILE_CACHE}` })
    await using app = await startApp()
    const keys = await project.django<Readonly<Record<string, string>>>(`${REQUESTS}
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
keys = {name: log_in(name) for name in ["whole", "ghost", "over", "rowOnly", "none"]}
Session.objects.filter(pk__in=[keys["ghost"], keys["none"]]).delete()
Session.objects.filter(pk=keys["over"]).update(expire_date=timezone.now() - timedelta(days=1))
cache.delete_many(["django.contrib.sessions.cached_db" + keys[name] for name in ["rowOnly", "none"]])
answer(keys)`)
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder } })
    const reports = Object.fromEntries(await Promise.all(Object.entries(keys).map(async ([name, key]) => [name, await app.client.call('sessions.why', { sourceId, key })] as const)))
    const users = await project.django<Readonly<Record<string, string>>>(`${REQUESTS}\nanswer({name: visit(sessionid=key) for name, key in ${JSON.stringify(keys)}.items()})`)
    for (const [name, report] of Object.entries(reports)) expect([name, report.verdict]).toEqual([name, users[name] === '' ? 'logged-out' : 'live'])
    expect(reports['ghost']?.checks[0]?.detail.id).toBe('why.detail.ghost')
    expect(reports['ghost']?.notes).toMatchObject([{ sentence: { id: 'why.note.ghost' } }])
    expect(reports['rowOnly']?.checks[0]?.detail.id).toBe('why.detail.rowOnly')
    expect(reports['none']?.checks).toMatchObject([{ id: 'exists', ok: false, detail: { id: 'why.detail.missingBoth' } }])
  }, 60_000)
})

const noRedis = whyNoRedis()
describe.skipIf(noRedis !== null).each(findDjangos().filter(isCurrent))('why a session is gone from a cache, by $label', (python) => {
  it('tells whether the server has thrown out anything since it started', async () => {
    await using redis = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru'] })
    const settings = `${backend('cache')}CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:${redis.port}/0"}}`
    await using project = await makeDjangoProject(python, { sample: 'startproject-5', settings })
    await using app = await startApp()
    const { deleted, evicted } = await project.django<Readonly<Record<'deleted' | 'evicted', string>>>(`${REQUESTS}
from django.core.cache import cache
keys = {name: log_in(name) for name in ["deleted", "evicted"]}
cache.delete("django.contrib.sessions.cache" + keys["deleted"])
answer(keys)`)
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'folder', path: project.folder, store: 'active' } })
    const why = async (key: string): Promise<WhyReport> => app.client.call('sessions.why', { sourceId, key })
    expect(await why(evicted)).toMatchObject({ verdict: 'live' })
    expect((await why(deleted)).checks).toMatchObject([{ id: 'exists', ok: false, detail: { id: 'why.detail.notEvicted' } }])
    for (let count = 0; count < 5000 && (await redis.app.exists(`:1:django.contrib.sessions.cache${evicted}`)) === 1; count += 1) await redis.app.set(`page:${count}`, 'x'.repeat(10_000))
    const report = await why(evicted)
    expect(report.checks).toMatchObject([{ id: 'exists', ok: false, detail: { id: 'why.detail.evicted' } }])
    expect(report.checks[0]?.detail.params['count']).toBeGreaterThan(0)
    expect(await project.django(`${REQUESTS}\nanswer(visit(sessionid="${evicted}"))`)).toBe('')
  }, 60_000)
})
