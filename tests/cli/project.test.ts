import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { currentDjango } from '../support/django.ts'
import { createCliWorld } from '../support/cli.ts'
import { SAMPLES_FOLDER } from '../support/project-samples.ts'

interface SourcesJson {
  readonly v: number
  readonly engine: string | null
  readonly settings: Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>
  readonly stores: readonly { readonly id: string; readonly kind: string; readonly url: string | null; readonly active: boolean; readonly status: string; readonly parts: readonly string[] }[]
  readonly project: { readonly read: string }
}

const at = (name: string): string => join(SAMPLES_FOLDER, name)
const world = await createCliWorld()
const sources = async (name: string, ...more: string[]): Promise<SourcesJson> => (await world.run(['sources', at(name), '--json', ...more])).json() as SourcesJson

describe('sources', () => {
  test('settings have a value and an origin, secrets have none', async () => {
    const { v, engine, settings, project } = await sources('split-settings')
    expect([v, engine, project.read]).toEqual([1, 'django.contrib.sessions.backends.db', 'static'])
    expect(settings['SESSION_COOKIE_NAME']).toEqual({ value: 'app_session', origin: 'config/settings/base.py:19' })
    expect(settings['SESSION_ENGINE']).toEqual({ value: 'django.contrib.sessions.backends.db', origin: 'django' })
    expect(settings['SECRET_KEY']).toMatchObject({ value: { $secret: 'SECRET_KEY' } })
  })

  test.each([
    ['engine-file', 'file', `file://${at('engine-file')}/var/sessions?cookie_name=shop_engine_file`],
    ['engine-dbcache', 'cache:sessions', `dbcache+sqlite://${at('engine-dbcache')}/db.sqlite3?table=session_cache`],
    ['engine-memcached', 'cache:default', 'memcached://127.0.0.1:11211,127.0.0.1:11212?version=2'],
    ['engine-django-redis', 'cache:default', 'redis://127.0.0.1:6379/3?prefix=site&format=django-redis'],
    ['engine-cookies', 'signed_cookies', null],
    ['startproject-5', 'db', `sqlite://${at('startproject-5')}/db.sqlite3?table=django_session`],
  ])('%s: the configured store is marked', async (name, id, url) => {
    expect((await sources(name)).stores.filter((store) => store.active).map((store) => [store.id, store.url])).toEqual([[id, url]])
  })

  test('cached_db is a pair; hosts of docker-compose become published ports; no password is in a URL', async () => {
    const { stores } = await sources('compose')
    expect(stores.find((store) => store.active)).toMatchObject({ kind: 'cached_db', parts: ['db', 'cache:default'] })
    expect(stores.map((store) => store.url)).toEqual(['postgresql://shop@127.0.0.1:55432/shop?table=django_session', 'redis://127.0.0.1:56379/1?prefix=shop&format=django', null])
  })

  test('several projects are named, one is chosen by its folder', async () => {
    const run = await world.run(['sources', at('monorepo')])
    expect([run.exit, run.err]).toEqual([2, expect.stringContaining('blog')])
    expect((await world.run(['sources', at('monorepo/backend/shop'), '--json'])).exit).toBe(0)
    expect((await world.run(['sources', at('split-settings'), '--settings', 'no.such'])).exit).toBe(2)
  })

  const django = currentDjango()
  test.skipIf(django === null)('--trust runs the project’s Python, once, and says what (skipped without Django)', async () => {
    const run = await world.run(['sources', at('engine-custom'), '--json', '--trust', '--python', django?.path ?? ''])
    expect(run.err).toContain('DJANGO_SETTINGS_MODULE=site_.settings')
    expect(run.json()).toMatchObject({ project: { read: 'trusted' }, userTable: { table: 'auth_user' } })
    expect((await sources('engine-custom', '--python', django?.path ?? '')).project.read).toBe('static')
  })
})

describe('doctor', () => {
  test('exits 1 on an error, with the line to paste', async () => {
    const run = await world.run(['doctor', at('engine-cookies'), '--json'])
    expect(run.exit).toBe(1)
    expect(run.json()).toMatchObject({ v: 1, findings: expect.arrayContaining([expect.objectContaining({ id: 'coatcheck.samesite-none', severity: 'error', fix: 'SESSION_COOKIE_SECURE = True' })]) as unknown })
    expect((await world.run(['doctor', at('startproject-5')])).exit).toBe(0)
  })

  test('every text of a finding is in the catalogue', async () => {
    for (const name of ['engine-cookies', 'engine-file', 'split-production', 'compose', 'engine-dbcache']) expect((await world.run(['doctor', at(name)])).out).not.toMatch(/doctor\.|\{\w+\}/)
  })
})
