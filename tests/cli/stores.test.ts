import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import type { CliWorld } from '../support/cli.ts'
import { currentDjango, runPython } from '../support/django.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestMemcached } from '../support/memcached.ts'

const python = currentDjango()
const missing = whyNoMemcached()
const SECRET = 'key of the tests'

/** Django's own sessions, in whatever store: one that is asked for by key, and four more. */
const FILL = `
import json, sys
sys.path.append("/usr/lib/python3/dist-packages")
arg = json.load(sys.stdin)
from django.conf import settings
settings.configure(SECRET_KEY="${SECRET}", USE_TZ=True, INSTALLED_APPS=[], SESSION_FILE_PATH=arg["folder"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": arg["folder"] + "/db.sqlite3"}}, CACHES={"default": arg["cache"]})
import django
django.setup()
from importlib import import_module
from django.core.management import call_command
if arg["cache"]["BACKEND"].endswith("DatabaseCache"): call_command("createcachetable", verbosity=0)
SessionStore = import_module("django.contrib.sessions.backends." + arg["engine"]).SessionStore
if arg["key"] is None:
    keys = []
    for number in range(5):
        session = SessionStore(); session["n"] = number; session.save(); keys.append(session.session_key)
    print(json.dumps(keys))
else:
    session = SessionStore(arg["key"])
    print(json.dumps(dict(session.load())))
`

interface Case {
  readonly name: string
  readonly engine: 'file' | 'cache'
  cache(folder: string, port: number): Readonly<Record<string, string>>
  url(folder: string, port: number): string
  /** A session is listed under another key than its own. */
  readonly isHashed?: boolean
}

const CASES: readonly Case[] = [
  { name: 'file://', engine: 'file', cache: () => ({ BACKEND: 'django.core.cache.backends.dummy.DummyCache' }), url: (folder) => `file://${folder}` },
  { name: 'djcache://', engine: 'cache', cache: (folder) => ({ BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder }), url: (folder) => `djcache://${folder}`, isHashed: true },
  { name: 'dbcache+sqlite://', engine: 'cache', cache: () => ({ BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: 'my_cache' }), url: (folder) => `dbcache+sqlite://${folder}/db.sqlite3?table=my_cache` },
  ...(missing === null
    ? [{ name: 'memcached://', engine: 'cache', cache: (_: string, port: number) => ({ BACKEND: 'django.core.cache.backends.memcached.PyMemcacheCache', LOCATION: `127.0.0.1:${port}` }), url: (_: string, port: number) => `memcached://127.0.0.1:${port}` } as const]
    : []),
]

describe.skipIf(python === null)('sources that are no database (skipped: no Python with Django)', () => {
  describe.each([...CASES])('$name', ({ engine, cache, url, isHashed }) => {
    let folder = ''
    let server: TestMemcached | null = null
    let world: CliWorld
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'coatcheck-source-'))
      server = missing === null ? await startMemcached() : null
      world = await createCliWorld()
    })
    afterEach(async () => {
      await server?.kill()
      await rm(folder, { recursive: true, force: true })
      await rm(world.dataFolder, { recursive: true, force: true })
    })
    const django = async <T>(key: string | null): Promise<T> => {
      if (python === null) throw new Error('skipped')
      return JSON.parse(await runPython(python, FILL, { input: JSON.stringify({ engine, cache: cache(folder, server?.port ?? 0), folder, key }) })) as T
    }
    const run = (...args: string[]): ReturnType<CliWorld['run']> => world.run(args, { env: { COATCHECK_SECRET_KEY: SECRET } })

    test('is listed', async () => {
      const keys = await django<string[]>(null)
      const listed = await run('list', url(folder, server?.port ?? 0), '--json')
      expect(listed.exit).toBe(0)
      const found = listed.lines().map((line) => (line as { key: string }).key)
      expect(found).toHaveLength(5)
      if (isHashed !== true) expect(found.sort()).toEqual([...keys].sort())
    })

    test('a session is found by its key, deleted and brought back; Django sees each step', async () => {
      const [key = ''] = await django<string[]>(null)
      const source = url(folder, server?.port ?? 0)
      const shown = await run('show', source, key, '--json')
      expect(shown.exit).toBe(0)
      const journal = join(world.dataFolder, 'undo.jsonl')
      expect((await run('delete', source, key, '--yes', '--journal', journal)).exit).toBe(0)
      expect(await django(key)).toEqual({})
      expect((await run('show', source, key)).exit).toBe(4)
      expect((await run('undo', journal, '--yes')).exit).toBe(0)
      expect(await django(key)).toEqual({ n: 0 })
    })

    test('leaves nothing beside what Django made', async () => {
      const keys = await django<string[]>(null)
      const before = (await readdir(folder)).sort()
      await run('count', url(folder, server?.port ?? 0))
      for (const key of keys) await run('show', url(folder, server?.port ?? 0), key)
      expect((await readdir(folder)).sort()).toEqual(before)
    })
  })

  test('the ends of session files follow a change, and Django ends them so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-source-'))
    const world = await createCliWorld()
    try {
      if (python === null) return
      const arg = { engine: 'file', cache: { BACKEND: 'django.core.cache.backends.dummy.DummyCache' }, folder }
      const [key = ''] = JSON.parse(await runPython(python, FILL, { input: JSON.stringify({ ...arg, key: null }) })) as string[]
      const env = { COATCHECK_SECRET_KEY: SECRET }
      expect((await world.run(['set', `file://${folder}`, key, '--merge', '-', '--yes'], { env, input: '{"n": 9}' })).exit).toBe(0)
      expect(JSON.parse(await runPython(python, FILL, { input: JSON.stringify({ ...arg, key }) }))).toEqual({ n: 9 })
      expect((await world.run(['expire', `file://${folder}`, key, '--now-expired', '--yes'], { env })).exit).toBe(0)
      expect(JSON.parse(await runPython(python, FILL, { input: JSON.stringify({ ...arg, key }) }))).toEqual({})
    } finally {
      await rm(folder, { recursive: true, force: true })
      await rm(world.dataFolder, { recursive: true, force: true })
    }
  })
})

test.each(['locmem://', 'dummy://'])('%s is explained', async (source) => {
  const world = await createCliWorld()
  const result = await world.run(['list', source])
  expect(result.exit).toBe(1)
  expect(result.err).toMatch(/STORE_UNSUPPORTED: (?:LocMem|Dummy)Cache keeps/)
  await rm(world.dataFolder, { recursive: true, force: true })
})
