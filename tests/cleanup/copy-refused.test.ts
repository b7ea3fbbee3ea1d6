import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { clean, dryRun, openFile } from '../support/cleanup.ts'
import { oldDjango, runPython } from '../support/django.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'

const { signal } = new AbortController()
const RULES = [{ kind: 'query' as const, where: 'key:*' }]
const KEYS = { secretKey: TABLE_KEY, fallbacks: [] }

async function table(name: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), `coatcheck-${name}-`)), 'db.sqlite3')
  makeSessionTable(file, [{ key: 'abcdefghijklmnop0123456789abcdef', json: '{"n":1}', expireDate: Date.now() + 86_400_000 }])
  return file
}

test.skipIf(whyNoRedis() !== null)('an empty Redis of which nobody knows how the site writes: the dry run refuses, and says how to go on; said, it copies', async () => {
  await using redis = await startRedis()
  await using app = await startApp()
  const from = await openFile(app.client, await table('from'), KEYS)
  const url = `redis://127.0.0.1:${redis.port}/0`
  const unknown = await app.client.call('sources.open', { target: { kind: 'url', url } }, signal)
  const refused = await dryRun(app.client, { sourceId: from.id, rules: RULES, action: { kind: 'copy', to: unknown.id } }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'DATA_UNKNOWN_FORMAT', message: expect.stringMatching(/^Nothing can be copied to .+: How this site writes sessions into its cache is not known\.$/) as string, details: { hint: expect.stringContaining('?format=') as string } })
  expect(await redis.app.dbsize()).toBe(0)
  const known = await app.client.call('sources.open', { target: { kind: 'url', url: `${url}?format=django` } }, signal)
  expect((await clean(app.client, { sourceId: from.id, rules: RULES, action: { kind: 'copy', to: known.id } })).counts).toMatchObject({ matched: 1, done: 1 })
  expect(await redis.app.dbsize()).toBe(1)
})

test('a table without its SECRET_KEY: the dry run refuses, and says what is missing', async () => {
  await using app = await startApp()
  const from = await openFile(app.client, await table('from'), KEYS)
  const to = await openFile(app.client, await table('to'))
  await expect(dryRun(app.client, { sourceId: from.id, rules: RULES, action: { kind: 'copy', to: to.id } })).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING', message: expect.stringContaining('Nothing can be copied to') as string })
})

const old = oldDjango()

test.skipIf(old === null)('what JSON cannot hold is counted beforehand, and left and listed by the run, which goes on', async () => {
  if (old === null) return
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-pickled-')), 'db.sqlite3')
  await runPython(old, `
import sys, datetime
import django
from django.conf import settings
settings.configure(SECRET_KEY="${TABLE_KEY}", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], SESSION_SERIALIZER="django.contrib.sessions.serializers.PickleSerializer", DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.sessions.backends.db import SessionStore
for data in ({"n": 1}, {"when": datetime.datetime(2026, 1, 2)}):
    s = SessionStore(); s.update(data); s.save()
`, { args: [file] })
  await using app = await startApp()
  const from = await openFile(app.client, file, KEYS)
  const to = await openFile(app.client, await table('json'), KEYS)
  const found = await dryRun(app.client, { sourceId: from.id, rules: RULES, action: { kind: 'copy', to: to.id } })
  expect(found.wouldSkip).toMatchObject([{ sentence: { id: 'cleanup.skips.jsonFails', params: { path: 'when' } }, sessions: 1 }])
  const report = await clean(app.client, { sourceId: from.id, rules: RULES, action: { kind: 'copy', to: to.id } })
  expect(report).toMatchObject({ state: 'done', counts: { matched: 2, done: 1, skipped: 1 } })
  expect(app.reported).toEqual([])
})
