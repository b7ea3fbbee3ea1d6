import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { CliWorld } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'

const DEMO = join(import.meta.dirname, '../../resources/demo')
const KEYS = { COATCHECK_SECRET_KEY: 'coatcheck-demo-key', COATCHECK_SECRET_KEY_FALLBACKS: '["coatcheck-old-key"]' }

interface ListedSession { readonly key: string; readonly state: string; readonly expireDate: string | null; readonly etag: string; readonly data: unknown; readonly signature: { readonly state: string; readonly verifiedBy: string | null } }
interface Bulk { readonly changed: number; readonly skipped: number; readonly failed: number; readonly dryRun: boolean; readonly journal: string | null }

let world: CliWorld
let file: string
let key: string

beforeEach(async () => {
  world = await createCliWorld()
  file = join(world.dataFolder, 'db.sqlite3')
  await copyFile(join(DEMO, 'db.sqlite3'), file)
  const manifest = JSON.parse(await readFile(join(DEMO, 'demo.json'), 'utf8')) as { sessions: { kind: string; key: string }[] }
  key = manifest.sessions.find((session) => session.kind === 'showcase')?.key ?? ''
})

const run = (args: readonly string[], input?: string): ReturnType<CliWorld['run']> => world.run(args, { env: KEYS, ...(input === undefined ? {} : { input }) })
const show = async (): Promise<ListedSession> => (await run(['show', file, key, '--json'])).json() as ListedSession
/** The stored row in its raw types, to compare byte for byte. */
async function stored(): Promise<unknown> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare('SELECT *, typeof(session_data), typeof(expire_date) FROM django_session WHERE session_key = ?').get(key)
  } finally {
    database.close()
  }
}

test('list gives every session once, in order, as JSON Lines with etags and no data', async () => {
  const listed = (await run(['list', file, '--json'])).lines() as ListedSession[]
  const counted = (await run(['count', file, '--json'])).json()
  expect(counted).toEqual({ v: 1, count: listed.length, exact: true })
  expect(new Set(listed.map((one) => one.key)).size).toBe(listed.length)
  const dates = listed.map((one) => one.expireDate ?? '')
  expect(dates).toEqual([...dates].sort())
  expect(listed.every((one) => one.data === null && one.etag !== '')).toBe(true)
  expect(new Set(listed.map((one) => one.signature.state))).toEqual(new Set(['valid', 'bad', 'absent']))
})

test('list --limit and --data', async () => {
  const listed = (await run(['list', file, '--json', '--limit', '3', '--data', '--sort', '-expires'])).lines() as ListedSession[]
  expect(listed).toHaveLength(3)
  expect(listed.some((one) => one.data !== null)).toBe(true)
})

test('show prints one session; a key that is not there is exit 4', async () => {
  expect(await show()).toMatchObject({ v: 1, key, engine: 'db', signature: { state: 'valid', verifiedBy: 'SECRET_KEY' } })
  const missing = await run(['show', file, 'nothere0', '--json'])
  expect(missing.exit).toBe(4)
  expect(missing.json()).toMatchObject({ error: { code: 'SESSION_GONE' } })
})

test('set needs --yes, says what would change, and changes nothing without it', async () => {
  const before = await stored()
  const refused = await run(['set', file, key, '--merge', '-'], '{"visit_count":7}')
  expect(refused.exit).toBe(5)
  expect(refused.err).toContain('Signature: made again with SECRET_KEY')
  const dry = await run(['set', file, key, '--merge', '-', '--dry-run', '--json'], '{"visit_count":7}')
  expect(dry.exit).toBe(0)
  expect(dry.json()).toMatchObject({ dryRun: true, changed: 1, journal: null })
  expect(await stored()).toEqual(before)
})

test('set --merge changes one key, keeps the expiry, and undo brings back every byte', async () => {
  const before = await stored()
  const shown = await show()
  const set = await run(['set', file, key, '--merge', '-', '--yes', '--json'], '{"visit_count":{"$int":"9007199254740993"},"ratio":1.0}')
  expect(set.exit).toBe(0)
  const { journal } = set.json() as Bulk
  expect(set.out).toContain('"visit_count":{"$int":"9007199254740993"}')
  expect(set.out).toContain('"ratio":1.0')
  const after = await show()
  expect(after.expireDate).toBe(shown.expireDate)
  expect(after.data).toMatchObject({ ...(shown.data as object), visit_count: { $int: '9007199254740993' } })
  expect((await run(['undo', journal ?? '', '--json'])).exit).toBe(5)
  expect((await run(['undo', journal ?? '', '--yes', '--json'])).json()).toMatchObject({ changed: 1, failed: 0 })
  expect(await stored()).toEqual(before)
  expect((await run(['undo', journal ?? '', '--yes'])).err).toContain('NOTHING_TO_CHANGE')
})

test('an undo can be undone', async () => {
  const set = (await run(['set', file, key, '--data', '-', '--yes', '--json'], '{"a":1}')).json() as Bulk
  const changed = await stored()
  const undone = (await run(['undo', set.journal ?? '', '--yes', '--json'])).json() as Bulk
  await run(['undo', undone.journal ?? '', '--yes', '--json'])
  expect(await stored()).toEqual(changed)
})

test('set refuses what is not an object, and says where', async () => {
  for (const [input, part] of [['[1]', 'object'], ['{"a":}', 'character 5'], ['', 'character 0']] as const) {
    const bad = await run(['set', file, key, '--data', '-', '--yes', '--json'], input)
    expect(bad.exit).toBe(1)
    expect(bad.err).toContain('DATA_INVALID')
    expect(bad.err).toContain(part)
  }
})

test('set with an etag that is out of date changes nothing', async () => {
  const before = await stored()
  const late = await run(['set', file, key, '--data', '-', '--if-etag', 'AAAAAAAAAAAAAAAAAAAAAA', '--yes', '--json'], '{"a":1}')
  expect(late.exit).toBe(1)
  expect(late.json()).toMatchObject({ error: { code: 'SESSION_CONFLICT' } })
  expect(await stored()).toEqual(before)
})

test('expire ends a session and keeps its data byte for byte; --in sets both places', async () => {
  const before = (await stored()) as { session_data: string }
  const ended = await run(['expire', file, key, '--yes', '--json'])
  expect(ended.json()).toMatchObject({ changed: 1, layers: { db: 1 } })
  expect(await show()).toMatchObject({ state: 'expired' })
  expect(await stored()).toMatchObject({ session_data: before.session_data })
  await run(['expire', file, key, '--in', '2h', '--now', '2026-11-01T00:00:00Z', '--yes'])
  expect(await show()).toMatchObject({ expireDate: '2026-11-01T02:00:00Z', data: { _session_expiry: 7200 } })
})

test('delete removes several, reports the missing one, and undo brings them back', async () => {
  const [first, second] = (await run(['list', file, '--json', '--limit', '2'])).lines() as [ListedSession, ListedSession]
  const deleted = await run(['delete', file, first.key, second.key, 'nothere0', '--yes', '--json'])
  expect(deleted.json()).toMatchObject({ matched: 3, changed: 2, skipped: 1, failed: 0 })
  expect((await run(['show', file, first.key])).exit).toBe(4)
  const { journal } = deleted.json() as Bulk
  expect((await run(['undo', journal ?? '', '--yes', '--json'])).json()).toMatchObject({ changed: 2 })
  expect((await run(['show', file, first.key, '--json'])).json()).toMatchObject({ etag: first.etag })
})

test.each([
  ['of one change', () => [key], /^Take this back with: coatcheck undo \S+ --yes\n$/],
  ['of a run', () => ['--where', `key:${key}`], /^$/],
])('a dry run says what would be, an undo %s what was put back, and whether that goes back too', async (_, which, back) => {
  expect((await run(['delete', file, ...which(), '--dry-run'])).out).toBe('Dry run: 1 would change, 0 would be skipped.\n')
  const deleted = await run(['delete', file, ...which(), '--yes'])
  expect(deleted.out).toMatch(/^1 changed, 0 skipped, 0 failed\.\nUndo with: coatcheck undo \S+ --yes\n$/)
  const journal = /undo (\S+) --yes/.exec(deleted.out)?.[1] ?? ''
  expect((await run(['undo', journal, '--dry-run'])).out).toBe('Dry run: 1 would go back, 0 would be skipped.\n')
  const [counts, ...more] = (await run(['undo', journal, '--yes'])).out.split(/(?<=\n)/)
  expect(counts).toBe('1 put back, 0 skipped, 0 failed.\n')
  expect(more.join('')).toMatch(back)
})

test('undo never overwrites a session that exists again', async () => {
  const deleted = (await run(['delete', file, key, '--yes', '--json'])).json() as Bulk
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(file)
  database.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run(key, 'made-again-by-the-app', '2030-01-01 00:00:00')
  database.close()
  const before = await stored()
  const undone = await run(['undo', deleted.journal ?? '', '--yes', '--json'])
  expect(undone.exit).toBe(6)
  expect(undone.json()).toMatchObject({ changed: 0, skipped: 1, failed: 0 })
  expect(await stored()).toEqual(before)
})

test('the demo opens by its name, with its own keys, and is never all expired', async () => {
  const listed = (await world.run(['list', 'demo', '--json'])).lines() as ListedSession[]
  expect(listed.length).toBeGreaterThan(150)
  expect(listed.filter((one) => one.state === 'live').length).toBeGreaterThan(20)
  expect(listed.some((one) => one.signature.verifiedBy === 'SECRET_KEY_FALLBACKS[0]')).toBe(true)
})

test.each([
  [['show', '/nowhere/db.sqlite3', 'x'], 1, 'STORE_NOT_FOUND'],
  [['list', 'oracle://localhost/0'], 1, 'STORE_UNSUPPORTED'],
  [['list', DEMO, '--sort', 'size'], 2, 'REQUEST_INVALID'],
  [['frobnicate'], 2, 'unknown command'],
  [['undo', '/nowhere/journal', '--yes'], 1, 'JOURNAL_INVALID'],
] as const)('%j ends with %d and says %s', async (args, exit, code) => {
  const result = await run(args)
  expect(result.exit).toBe(exit)
  expect(result.err).toContain(code)
})

test('why answers with Django’s own questions, and says what is not known', async () => {
  const live = await run(['why', file, key, '--json', '--now', '2026-09-01T10:00:00Z'])
  expect(live.exit).toBe(0)
  expect(live.json()).toMatchObject({ v: 1, verdict: 'live', checks: [{ id: 'exists', ok: true }, { id: 'in-date', ok: true }, { id: 'readable', ok: true }, { id: 'login', ok: true }, { id: 'backend', ok: null }, { id: 'user', ok: true }, { id: 'active', ok: true }, { id: 'hash', ok: true }] })
  const missing = await run(['why', file, '0123456789abcdef0123456789abcdef'])
  expect(missing.exit).toBe(4)
  expect(missing.out).toContain('✗ The session does not exist')
})
