import { expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'

const world = await createCliWorld()
const SETTINGS = `
SESSION_FILE_PATH = str(BASE_DIR / "session-files")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache-files")},
    "far": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"},
}
`
const LOGINS = `
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
os.makedirs(settings.SESSION_FILE_PATH)
for user in [User.objects.create_user(name) for name in ("ana", "ben")]:
    for engine in ("db", "cache", "file"):
        request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"
        request.session = import_module("django.contrib.sessions.backends." + engine).SessionStore()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
answer(None)
`
const LEFT = 'from django.contrib.sessions.models import Session\nanswer([Session.objects.count(), len(os.listdir(settings.SESSION_FILE_PATH)), len(os.listdir(settings.CACHES["default"]["LOCATION"]))])'

test('delete --user --everywhere empties each store of that user alone, says what it leaves, and each journal brings its store back', async ({ skip }) => {
  const python = currentDjango()
  if (python === null) return skip('No Python with a current Django is here.')
  await using site = await makeDjangoProject(python, { sample: 'startproject-5', settings: SETTINGS })
  await site.django(LOGINS)
  const run = (...args: string[]) => world.run(['delete', site.folder, '--everywhere', '--user', 'ana', ...args])

  const dry = await run('--dry-run', '--json')
  expect(dry.json()).toMatchObject({ matched: 3, changed: 3, dryRun: true, user: { id: '1', username: 'ana' } })
  expect(dry.err).toContain('cache:far (127.0.0.1:1/0): not looked at: it is on a server. Add --connect cache:far to look there.')
  expect((await run()).exit).toBe(5)
  expect(await site.django(LEFT)).toEqual([2, 2, 2])

  const done = await run('--yes', '--json')
  expect([done.exit, done.json()]).toEqual([0, expect.objectContaining({ matched: 3, changed: 3, failed: 0, journal: null, stores: [
    { id: 'db', kind: 'db', state: 'searched', inUse: true, found: 1, changed: 1, reason: null },
    { id: 'cache:default', kind: 'cache', state: 'searched', inUse: false, found: 1, changed: 1, reason: null },
    { id: 'cache:far', kind: 'cache', state: 'ask', inUse: false, found: 0, changed: 0, reason: null },
    { id: 'file', kind: 'file', state: 'searched', inUse: false, found: 1, changed: 1, reason: null },
  ] })])
  expect(await site.django(LEFT)).toEqual([1, 1, 1])
  const { journals } = done.json() as { readonly journals: readonly string[] }
  expect(journals).toHaveLength(3)
  for (const journal of journals) expect((await world.run(['undo', journal, '--yes'])).exit).toBe(0)
  expect(await site.django(LEFT)).toEqual([2, 2, 2])

  // Asked to, it connects; what does not answer is told, and the rest is done all the same.
  const asked = await run('--dry-run', '--json', '--connect', 'cache:far')
  expect((asked.json() as { readonly stores: readonly unknown[] }).stores).toContainEqual(expect.objectContaining({ id: 'cache:far', state: 'failed', reason: expect.any(String) as string }))
  expect(asked.json()).toMatchObject({ changed: 3 })
})

test('what does not go together is a wrong command line', async () => {
  for (const args of [['--user', 'ana'], ['--everywhere'], ['KEY', '--everywhere', '--user', 'ana'], ['--where', 'key:*', '--everywhere', '--user', 'ana']]) {
    expect((await world.run(['delete', 'demo', ...args])).exit, args.join(' ')).toBe(2)
  }
  expect((await world.run(['delete', 'demo', '--everywhere', '--user', 'nobody-of-that-name'])).exit).toBe(1)
})
