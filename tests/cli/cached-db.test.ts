import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import type { CliWorld } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'

const python = currentDjango()

describe.skipIf(python === null)('SOURCE --cache URL (skipped: no Python with Django)', () => {
  let world: CliWorld
  let site: CachedDbSite
  let folder = ''
  let key = ''
  beforeEach(async () => {
    if (python === null) throw new Error('skipped')
    world = await createCliWorld()
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-copies-'))
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder })
    key = await site.django('s = SessionStore(); s["a"] = 1; s.save(); answer(s.session_key)')
  })
  afterEach(async () => {
    await site[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (args: readonly string[], input?: string): ReturnType<CliWorld['run']> => world.run([...args, '--cache', `djcache://${folder}`], { env: { COATCHECK_SECRET_KEY: site.secret }, ...(input === undefined ? {} : { input }) })
  const load = (): Promise<unknown> => site.django('answer(load(job["key"])[0])', { key })

  test('list and show give what Django loads: the copy', async () => {
    const database = new Database(site.database)
    database.prepare('UPDATE django_session SET expire_date = \'2001-01-01 00:00:00\', session_data = \'x\'').run()
    database.close()
    const [listed] = (await run(['list', site.database, '--json', '--data'])).lines()
    expect(listed).toMatchObject({ key, engine: 'cached_db', state: 'live', serializer: 'pickle', data: { a: 1 } })
    expect((await run(['show', `sqlite://${site.database}`, key, '--json'])).json()).toMatchObject({ key, state: 'live', data: { a: 1 } })
  })

  test('set, delete and undo tell of both layers and change both', async () => {
    const set = await run(['set', site.database, key, '--data', '-', '--yes', '--json'], '{"a": 2}')
    expect(set.json()).toMatchObject({ changed: 1, layers: { db: 1, cache: 1 } })
    expect(set.err).toContain(`Copy in ${folder}: replaced after the row`)
    expect(await load()).toEqual({ a: 2 })
    const removed = await run(['delete', site.database, key, '--yes', '--json'])
    const { journal } = removed.json() as { journal: string }
    expect(removed.json()).toMatchObject({ changed: 1, layers: { db: 1, cache: 1 } })
    expect(await load()).toEqual({})
    expect((await world.run(['undo', journal, '--yes', '--json'])).json()).toMatchObject({ changed: 1, layers: { db: 1, cache: 1 } })
    expect(await load()).toEqual({ a: 2 })
  })

  test('what is no cache is refused', async () => {
    const { exit, err } = await world.run(['list', site.database, '--cache', `sqlite://${site.database}`])
    expect(exit).not.toBe(0)
    expect(err).toContain('REQUEST_INVALID')
  })

  test('a cache that does not tell keys says so when copies without a row are asked for', async () => {
    const { exit, err } = await run(['list', site.database, '--sort', 'rowless'])
    expect(exit).toBe(1)
    expect(err).toContain('STORE_UNSUPPORTED')
  })
})
