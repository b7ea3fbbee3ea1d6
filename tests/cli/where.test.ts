import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { copyDemoDatabase } from '../support/app.ts'
import type { CliRun, CliWorld } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'

const KEYS = { COATCHECK_SECRET_KEY: 'coatcheck-demo-key', COATCHECK_SECRET_KEY_FALLBACKS: '["coatcheck-old-key"]' }

interface Listed { readonly key: string; readonly state: string; readonly owner: { readonly username: string | null } | null }
interface Bulk { readonly matched: number; readonly changed: number; readonly skipped: number; readonly dryRun: boolean; readonly journal: string }

let world: CliWorld
let file: string

beforeEach(async () => {
  world = await createCliWorld()
  file = await copyDemoDatabase(world.dataFolder)
})

/** A day on which some of the demo's sessions are live. */
const NOW = '2026-09-01T00:00:00Z'
const run = (...args: readonly string[]): Promise<CliRun> => world.run([...args, '--now', NOW], { env: KEYS })
const list = async (where: string): Promise<Listed[]> => (await run('list', file, '--json', '--sort', 'key', '--where', where)).lines() as Listed[]
const count = async (...where: readonly string[]): Promise<unknown> => (await run('count', file, '--json', ...where)).json()

test('list and count take a query, and agree', async () => {
  const found = await list('user:admin')
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(found.map(({ owner }) => owner?.username))).toEqual(new Set(['admin']))
  expect(await count('--where', 'user:admin')).toEqual({ v: 1, count: found.length, exact: true, examined: expect.any(Number) as number, filtered: [] })
  expect((await run('list', file, '--json', '--where', 'key:*', '--limit', '3')).lines()).toHaveLength(3)
})

test('count and a dry run end with 0, whatever they find, and change nothing', async () => {
  const all = await count()
  for (const where of ['key:*', 'user:admin', 'key:nosuchkey*']) {
    expect((await run('count', file, '--where', where)).exit).toBe(0)
    expect((await run('delete', file, '--where', where, '--dry-run', '--json')).exit).toBe(0)
  }
  expect((await run('delete', file, '--where', 'user:admin')).exit).toBe(5)
  expect(await count()).toEqual(all)
})

test('what the facets of the window ask is a query here too: each session has one kind of visitor, and one signer', async () => {
  const countOf = async (where: string): Promise<number> => ((await count('--where', where)) as { readonly count: number }).count
  const all = await countOf('key:*')
  const visitors = await Promise.all(['user:any', 'user:none -is:empty|bot', 'is:bot', 'is:empty'].map(countOf))
  expect(visitors.every((found) => found > 0)).toBe(true)
  const unread = all - (await countOf('user:any')) - (await countOf('user:none'))
  expect(visitors.reduce((sum, found) => sum + found, unread)).toBe(all)
  const signers = await Promise.all(['signed:key', 'signed:fallback1', 'signed:none'].map(countOf))
  expect(signers.reduce((sum, found) => sum + found, 0)).toBe(all)
  expect(await countOf('is:ending -state:live')).toBe(0)
})

test.each([
  ['state:dead', 6, 4, 'state is never dead'],
  ['has:cart user:nobody', 14, 6, 'There is no user nobody'],
  ['a == 1', 2, 2, 'Nothing stands before'],
])('%s is exit 2 with its place marked', async (where, position, length, part) => {
  for (const command of ['list', 'count', 'delete', 'expire']) {
    const wrong = await run(command, file, '--where', where)
    expect(wrong.exit).toBe(2)
    expect(wrong.err).toContain(part)
    const [text = '', carets = ''] = wrong.err.split('\n')
    expect(text).toBe(`  ${where}`)
    if (part.startsWith('Nothing')) expect(carets.indexOf('^')).toBe(position + 2)
    else expect(carets).toBe(`  ${' '.repeat(position)}${'^'.repeat(length)}`)
  }
})

test('a list shows why a signature is refused, not the key that made it; a user who is only claimed; and no table for a wrong query', async () => {
  const fields = (await run('list', file, '--where', 'signed:bad')).out.trim().split('\n').slice(1).map((line) => line.split(/ {2,}/))
  expect(fields.length).toBeGreaterThan(3)
  expect(fields.map(([, , , signature]) => signature)).not.toContain('SECRET_KEY')
  const claimed = fields.filter(([, , , , user = '']) => /.\?$/.test(user))
  expect(claimed.length).toBeGreaterThan(0)
  for (const [, , , , user = '', key = ''] of claimed) expect((await run('show', file, key)).out).toContain(`Owner: claims to be ${user.slice(0, -1)} (user `)
  expect((await run('list', file, '--where', 'state:dead')).out).toBe('')
})

test('columns stay in line beside a fallback key, and times tell that they are UTC', async () => {
  const [head = '', ...lines] = (await run('list', file, '--where', 'signed:fallback1 user:any')).out.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) {
    expect(line.indexOf('SECRET_KEY_FALLBACKS[0]')).toBe(head.indexOf('SIGNATURE'))
    expect(line.slice(head.indexOf('USER') - 2, head.indexOf('USER') + 1)).toMatch(/^ {2}\S$/)
    expect(line).toMatch(/\d\d:\d\d:\d\dZ /)
  }
})

test('what a summary calls of nobody is what user:none finds; what cannot be read is counted beside it', async () => {
  const { owners, ownersUnread } = (await run('summary', file, '--json')).json() as { readonly owners: readonly { readonly id: string | null; readonly sessions: number }[]; readonly ownersUnread: number }
  const nobody = owners.find(({ id }) => id === null)?.sessions ?? 0
  expect(await count('--where', 'user:none')).toMatchObject({ count: nobody })
  const known = owners.reduce((sum, { sessions }) => sum + sessions, 0)
  expect(ownersUnread).toBeGreaterThan(0)
  expect(await count()).toMatchObject({ count: known + ownersUnread })
})

test('delete --where removes what fits, nothing else, and one undo brings all of it back', async () => {
  const before = await list('key:*')
  const hits = await list('state:expired')
  const refused = await run('delete', file, '--where', 'state:expired')
  expect(refused.exit).toBe(5)
  const dry = (await run('delete', file, '--where', 'state:expired', '--dry-run', '--json')).json() as Bulk
  expect(dry).toMatchObject({ matched: hits.length, changed: hits.length, skipped: 0, dryRun: true, journal: null })
  expect(await list('key:*')).toEqual(before)

  const deleted = (await run('delete', file, '--expired', '--yes', '--json')).json() as Bulk
  expect(deleted).toMatchObject({ matched: hits.length, changed: hits.length, skipped: 0 })
  expect(await list('key:*')).toEqual(before.filter(({ state }) => state !== 'expired'))
  expect((await run('undo', deleted.journal, '--yes')).exit).toBe(0)
  expect(await list('key:*')).toEqual(before)
})

test('expire --where ends sessions, with the journal where it was asked for', async () => {
  const journal = join(world.dataFolder, 'mine.jsonl')
  const hits = await list('user:admin state:live')
  expect(hits.length).toBeGreaterThan(0)
  const ended = await run('expire', file, '--where', 'user:admin state:live', '--yes', '--json', '--journal', journal)
  expect(ended.json()).toMatchObject({ matched: hits.length, changed: hits.length, journal })
  expect(await count('--where', 'user:admin state:live')).toMatchObject({ count: 0 })
})

test('a query that nothing fits changes nothing; keys and query together, or none, are refused', async () => {
  expect((await run('delete', file, '--where', 'size>100m', '--yes', '--json')).json()).toMatchObject({ matched: 0, changed: 0 })
  for (const args of [[], ['--where', ''], ['abc', '--where', 'has:x'], ['--expired', '--where', 'has:x']]) expect((await run('delete', file, ...args, '--yes')).exit).toBe(2)
})
