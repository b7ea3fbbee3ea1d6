import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail } from '../../shared/model/session.ts'
import type { TestApp } from '../support/app.ts'
import { copyDemoDatabase, startApp } from '../support/app.ts'

const KEYS = { secretKey: 'coatcheck-demo-key', fallbacks: ['coatcheck-old-key'] }

async function openDemo(app: TestApp, keys: typeof KEYS | undefined = KEYS): Promise<{ sourceId: string; path: string; read: (key: string) => Promise<SessionDetail>; keyOf: (state: string) => Promise<string> }> {
  const path = await copyDemoDatabase(app.dataFolder)
  const source = await app.client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' }, ...(keys === undefined ? {} : { keys }) })
  const { rows } = await app.client.call('sessions.listPage', { sourceId: source.id, order: { by: 'expireDate', direction: 'desc' }, cursor: null, limit: 500 })
  return {
    sourceId: source.id, path,
    read: async (key) => {
      const detail = await app.client.call('sessions.read', { sourceId: source.id, key })
      if (detail === null) throw new Error('gone')
      return detail
    },
    keyOf: async (state) => rows.find((row) => row.signature.verifiedBy === state || row.signature.state === state)?.key ?? '',
  }
}

const raw = (path: string, key: string): unknown => {
  const database = new Database(path, { readonly: true })
  const row = database.prepare('SELECT * FROM django_session WHERE session_key = ?').get(key)
  database.close()
  return row
}

const edit = (detail: SessionDetail, data = '{"a":1}'): PlannedChange => ({ kind: 'edit', key: detail.row.key, ifEtag: detail.etag, data, expiry: null })

test('a plan writes nothing; its id works once; an id that was never given works never', async () => {
  await using app = await startApp()
  const { sourceId, path, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY')
  const before = raw(path, key)
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key)) })
  expect(raw(path, key)).toEqual(before)
  expect(await app.client.call('changes.apply', { planId: plan.planId })).toMatchObject({ changed: 1 })
  await expect(app.client.call('changes.apply', { planId: plan.planId })).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
  await expect(app.client.call('changes.apply', { planId: 'made-up' })).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
})

test('a plan older than ten minutes is refused', async () => {
  let now = Date.now()
  await using app = await startApp({ clock: () => now })
  const { sourceId, path, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY')
  const before = raw(path, key)
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key)) })
  now += 10 * 60_000 + 1
  await expect(app.client.call('changes.apply', { planId: plan.planId })).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
  expect(raw(path, key)).toEqual(before)
})

test('what the app saved between plan and apply stays: the outcome is a conflict', async () => {
  await using app = await startApp()
  const { sourceId, path, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY')
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key)) })
  const database = new Database(path)
  database.prepare('UPDATE django_session SET session_data = ? WHERE session_key = ?').run('saved-by-the-app', key)
  database.close()
  const result = await app.client.call('changes.apply', { planId: plan.planId })
  expect(result).toMatchObject({ changed: 0, skipped: 1, outcomes: [{ outcome: 'conflict' }] })
  expect(raw(path, key)).toMatchObject({ session_data: 'saved-by-the-app' })
})

test('a session that was deleted in between is not brought back to life', async () => {
  await using app = await startApp()
  const { sourceId, path, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY')
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key)) })
  const database = new Database(path)
  database.prepare('DELETE FROM django_session WHERE session_key = ?').run(key)
  database.close()
  expect(await app.client.call('changes.apply', { planId: plan.planId })).toMatchObject({ changed: 0, outcomes: [{ outcome: 'gone' }] })
  expect(raw(path, key)).toBeUndefined()
})

test('an edit never moves the expiry, and undo restores every byte', async () => {
  await using app = await startApp()
  const { sourceId, path, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY_FALLBACKS[0]')
  const before = raw(path, key) as { expire_date: string }
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key)) })
  expect(plan.checks.map((check) => check.sentence.id)).toContain('changes.checks.fallback')
  const { changeId } = await app.client.call('changes.apply', { planId: plan.planId })
  expect(raw(path, key)).toMatchObject({ expire_date: before.expire_date })
  expect((await read(key)).row.signature.verifiedBy).toBe('SECRET_KEY')
  await app.client.call('changes.undo', { changeId: changeId ?? '' })
  expect(raw(path, key)).toEqual(before)
  await expect(app.client.call('changes.undo', { changeId: changeId ?? '' })).rejects.toMatchObject({ code: 'NOTHING_TO_CHANGE' })
})

test('unedited data is not written at all', async () => {
  await using app = await startApp()
  const { sourceId, read, keyOf } = await openDemo(app)
  const detail = await read(await keyOf('SECRET_KEY'))
  await expect(app.client.call('changes.plan', { sourceId, change: edit(detail, detail.text.data ?? '') })).rejects.toMatchObject({ code: 'NOTHING_TO_CHANGE' })
})

test('without a key data cannot be changed, while ending a session needs none', async () => {
  await using app = await startApp()
  const path = await copyDemoDatabase(app.dataFolder)
  const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' } })
  const { rows } = await app.client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 1 })
  const key = rows[0]?.key ?? ''
  const detail = await app.client.call('sessions.read', { sourceId, key })
  await expect(app.client.call('changes.plan', { sourceId, change: { kind: 'edit', key, ifEtag: detail?.etag ?? '', data: '{}', expiry: null } })).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
  const plan = await app.client.call('changes.plan', { sourceId, change: { kind: 'expire', sessions: [{ key, ifEtag: detail?.etag ?? null }], expiry: { kind: 'now' } } })
  expect(await app.client.call('changes.apply', { planId: plan.planId })).toMatchObject({ changed: 1 })
})

test('data that is no object is refused with its place', async () => {
  await using app = await startApp()
  const { sourceId, read, keyOf } = await openDemo(app)
  const detail = await read(await keyOf('SECRET_KEY'))
  await expect(app.client.call('changes.plan', { sourceId, change: edit(detail, '{"a": }') })).rejects.toMatchObject({ code: 'DATA_INVALID', details: { position: 6 } })
  await expect(app.client.call('changes.plan', { sourceId, change: edit(detail, '[]') })).rejects.toMatchObject({ code: 'DATA_INVALID' })
})

test('__proto__ is a key like any other', async () => {
  await using app = await startApp()
  const { sourceId, read, keyOf } = await openDemo(app)
  const key = await keyOf('SECRET_KEY')
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(key), '{"__proto__":{"polluted":1},"constructor":2}') })
  await app.client.call('changes.apply', { planId: plan.planId })
  expect((await read(key)).text.data?.replace(/\s/g, '')).toBe('{"__proto__":{"polluted":1},"constructor":2}')
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('changes are told to every window, and listed newest first', async () => {
  await using app = await startApp()
  const { sourceId, read, keyOf } = await openDemo(app)
  const events = app.client.stream('app.events', {})[Symbol.asyncIterator]()
  const next = events.next()
  const plan = await app.client.call('changes.plan', { sourceId, change: edit(await read(await keyOf('SECRET_KEY'))) })
  await app.client.call('changes.apply', { planId: plan.planId })
  expect((await next).value).toEqual({ kind: 'source-changed', sourceId })
  await events.return?.()
  expect(await app.client.call('changes.list', { sourceId })).toMatchObject([{ kind: 'edit', undone: false }])
})
