import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyDemoDatabase, startApp } from '../support/app.ts'

const MARKERS = ['MARKER-secret-key-7f3a', 'MARKER-fallback-91bc']

async function everyFile(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name))
}

test('keys go into the core and never come out of it: not in an answer, not in an error, not on the disk', async () => {
  await using app = await startApp()
  const { client } = app
  const path = await copyDemoDatabase(app.dataFolder)
  const [secretKey = '', fallback = ''] = MARKERS
  const keys = { secretKey, fallbacks: [fallback] }
  const source = await client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' }, keys })
  expect(source.keyNames).toEqual(['SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]'])
  await client.call('sources.setKeys', { sourceId: source.id, keys })
  const { rows } = await client.call('sessions.listPage', { sourceId: source.id, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 500 })
  for (const row of rows.slice(0, 40)) await client.call('sessions.read', { sourceId: source.id, key: row.key })
  const detail = await client.call('sessions.read', { sourceId: source.id, key: rows[0]?.key ?? '' })
  const plan = await client.call('changes.plan', { sourceId: source.id, change: { kind: 'edit', key: rows[0]?.key ?? '', ifEtag: detail?.etag ?? '', data: '{"a":1}', expiry: null } })
  const applied = await client.call('changes.apply', { planId: plan.planId })
  await client.call('changes.undo', { changeId: applied.changeId ?? '' })
  await client.call('decoder.decode', { text: detail?.text.text ?? '', sourceId: source.id, keys })
  await client.call('preferences.write', { theme: 'dark' })
  await client.call('sources.list', {})
  await expect(client.call('sessions.read', { sourceId: secretKey, key: 'x' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })

  // The caller's own words may come back to it in that last error; nothing before it may hold a key.
  const sent = JSON.stringify(app.sent.slice(0, -1))
  for (const marker of MARKERS) {
    expect(sent).not.toContain(marker)
    for (const file of await everyFile(app.dataFolder)) expect(`${file}\n${await readFile(file, 'latin1')}`).not.toContain(marker)
  }
  expect(app.reported).toEqual([])
})

test('with undo in memory, no session data is written outside the store', async () => {
  await using app = await startApp()
  const { client } = app
  const path = await copyDemoDatabase(app.dataFolder)
  const source = await client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' }, keys: { secretKey: 'k', fallbacks: [] } })
  const { rows } = await client.call('sessions.listPage', { sourceId: source.id, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 1 })
  const key = rows[0]?.key ?? ''
  const detail = await client.call('sessions.read', { sourceId: source.id, key })
  const plan = await client.call('changes.plan', { sourceId: source.id, change: { kind: 'edit', key, ifEtag: detail?.etag ?? '', data: '{"planted":"MARKER-payload-55"}', expiry: null } })
  await client.call('changes.apply', { planId: plan.planId })
  const others = (await everyFile(app.dataFolder)).filter((file) => !file.startsWith(path))
  expect(others.length).toBeGreaterThan(0)
  for (const file of others) {
    const text = `${file}\n${await readFile(file, 'latin1')}`
    expect(text).not.toContain(key)
    expect(text).not.toContain('MARKER-payload-55')
  }
})
