import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { TestApp } from '../support/app.ts'
import { copyDemoDatabase, startApp } from '../support/app.ts'

const KEYS = { secretKey: 'MARKER-secret-2291', fallbacks: [] }
const create = (part: Partial<Extract<PlannedChange, { kind: 'create' }>> = {}): PlannedChange => ({ kind: 'create', data: '{}', user: null, expiry: null, ...part })

interface World {
  readonly sourceId: string
  readonly count: () => unknown
  readonly run: (sql: string, ...values: unknown[]) => void
}

/** The demo's database with a user whose password column is known. */
async function open(app: TestApp, keys: typeof KEYS | null = KEYS): Promise<World> {
  const path = await copyDemoDatabase(app.dataFolder)
  const run = (sql: string, ...values: unknown[]): void => {
    const database = new Database(path)
    database.prepare(sql).run(...values)
    database.close()
  }
  const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' }, ...(keys === null ? {} : { keys }) })
  const count = (): unknown => {
    const database = new Database(path, { readonly: true })
    const found = database.prepare('SELECT count(*) AS sessions FROM django_session').get()
    database.close()
    return found
  }
  return { sourceId, run, count }
}

test('a plan writes nothing and shows what would be; applied, it is journalled as made, and undo takes it away', async () => {
  await using app = await startApp()
  const { sourceId, count } = await open(app)
  const before = count()
  const plan = await app.client.call('changes.plan', { sourceId, change: create({ data: '{"cart":[1]}' }) })
  expect(plan).toMatchObject({ kind: 'create', before: null, count: 1, after: { data: '{"cart":[1]}' } })
  expect(plan.keys).toEqual([expect.stringMatching(/^[a-z0-9]{32}$/)])
  expect(count()).toEqual(before)
  const made = await app.client.call('changes.apply', { planId: plan.planId })
  expect(made).toMatchObject({ changed: 1, outcomes: [{ key: plan.keys[0], outcome: 'done' }] })
  expect(await app.client.call('changes.list', { sourceId })).toMatchObject([{ kind: 'create', keys: plan.keys }])
  expect(await app.client.call('changes.undo', { changeId: made.changeId ?? '' })).toMatchObject({ changed: 1 })
  expect(count()).toEqual(before)
  await expect(app.client.call('changes.apply', { planId: plan.planId })).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
})

test('undo leaves alone what the app has saved since', async () => {
  await using app = await startApp()
  const { sourceId, run, count } = await open(app)
  const { planId, keys } = await app.client.call('changes.plan', { sourceId, change: create() })
  const { changeId } = await app.client.call('changes.apply', { planId })
  run('UPDATE django_session SET session_data = ? WHERE session_key = ?', 'saved-by-the-app', keys[0])
  const made = count()
  expect(await app.client.call('changes.undo', { changeId: changeId ?? '' })).toMatchObject({ changed: 0, outcomes: [{ outcome: 'conflict' }] })
  expect(count()).toEqual(made)
})

test('nobody is logged in by a session of a site that is not this machine’s, by name or by hand', async () => {
  await using app = await startApp()
  const { sourceId, count } = await open(app)
  const before = count()
  await app.client.call('sources.setEnvironment', { sourceId, environment: 'production' })
  const [source] = (await app.client.call('sources.list', {})).open
  for (const change of [create({ user: '#1' }), create({ data: '{"_auth_user_id":"1"}' })]) {
    await expect(app.client.call('changes.plan', { sourceId: source?.id ?? '', change })).rejects.toMatchObject({ code: 'ACCESS_DENIED', message: expect.stringContaining('not local') as string })
  }
  expect((await app.client.call('changes.plan', { sourceId: source?.id ?? '', change: create() })).count).toBe(1)
  expect(count()).toEqual(before)
})

test('a login carries a hash and never the password or the key; without a key there is none', async () => {
  await using app = await startApp()
  const { sourceId, run } = await open(app)
  run("UPDATE auth_user SET password = 'MARKER-password-77' WHERE id = 1")
  const plan = await app.client.call('changes.plan', { sourceId, change: create({ user: '#1' }) })
  expect(plan.after?.data).toMatch(/"_auth_user_hash":\s*"[0-9a-f]{64}"/)
  expect(JSON.stringify(app.sent)).not.toContain('MARKER-')
  await using keyless = await startApp()
  const other = await open(keyless, null)
  await expect(keyless.client.call('changes.plan', { sourceId: other.sourceId, change: create({ user: '#1' }) })).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
  await expect(keyless.client.call('changes.plan', { sourceId: other.sourceId, change: create() })).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
})

test('what is no session is refused', async () => {
  await using app = await startApp()
  const { sourceId } = await open(app)
  await expect(app.client.call('changes.plan', { sourceId, change: create({ data: '[1]' }) })).rejects.toMatchObject({ code: 'DATA_INVALID' })
  await expect(app.client.call('changes.plan', { sourceId, change: create({ expiry: { kind: 'now' } }) })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  await expect(app.client.call('changes.plan', { sourceId, change: create({ user: 'nobody at all' }) })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
})

test('what was made here is marked in lists and finds, and tells when the app has saved it since; another session is not', async () => {
  await using app = await startApp()
  const { sourceId, run } = await open(app)
  const { planId, keys: [key = ''] } = await app.client.call('changes.plan', { sourceId, change: create({ data: '{"cart":[1]}' }) })
  await app.client.call('changes.apply', { planId })
  const { rows } = await app.client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 500 })
  expect(rows.filter(({ madeAt }) => madeAt !== undefined).map((row) => row.key)).toEqual(rows.some((row) => row.key === key) ? [key] : [])
  const found = []
  for await (const page of app.client.stream('sessions.search', { sourceId, order: { by: 'key', direction: 'asc' }, where: `key:${key}` })) found.push(...page.rows)
  expect(found).toMatchObject([{ key, madeAt: expect.any(Number) as number }])
  expect(await app.client.call('sessions.read', { sourceId, key })).toMatchObject({ savedSince: false, row: { madeAt: expect.any(Number) as number } })
  run("UPDATE django_session SET expire_date = '2030-01-01 00:00:00' WHERE session_key = ?", key)
  expect(await app.client.call('sessions.read', { sourceId, key })).toMatchObject({ savedSince: true })
})
