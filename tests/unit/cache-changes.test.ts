import { expect, test } from 'vitest'
import { signData } from '../../electron/core/codecs/signing.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { describeSession, readSession } from '../../electron/core/sessions/inspect.ts'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail } from '../../shared/model/session.ts'
import type { CachePayload } from '../../shared/model/store.ts'
import { say } from '../../shared/words/say.ts'
import type { MemorySource } from '../support/memory-source.ts'
import { memorySource } from '../support/memory-source.ts'

const NOW = 1_788_000_000_000
const END = (NOW + 600_000) * 1000
const signal = new AbortController().signal
const KEY = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
/** pickle.dumps({'a': 1}, 5) */
const PICKLE = Buffer.from('gAV9lIwBYZRLAXMu', 'base64')

function cache(value: Uint8Array, changes: Partial<CachePayload> = {}, more: { readonly flags?: number; readonly expireDate?: number | null; readonly canDelete?: boolean } = {}): MemorySource {
  const payload: CachePayload = { kind: 'cache-value', container: 'redis', reader: 'django', serializer: null, compressor: null, ...changes }
  const opened = memorySource({ now: NOW, payload, capabilities: { sort: [], expiry: 'ttl', delete: more.canDelete ?? true }, settings: { engine: 'cache' } })
  opened.rows.set('k', { data: value, expireDate: more.expireDate === undefined ? END : more.expireDate, ...(more.flags === undefined ? {} : { flags: more.flags }) })
  return opened
}

async function detail({ source }: MemorySource): Promise<SessionDetail> {
  const session = await readSession(source, 'k', NOW, signal)
  if (session === null) throw new Error('gone')
  return describeSession(source, session, NOW, signal)
}

const plan = ({ changes, target }: MemorySource, change: PlannedChange): ReturnType<MemorySource['changes']['plan']> => changes.plan(target, change, signal)
const edit = (data: string): PlannedChange => ({ kind: 'edit', key: 'k', ifEtag: 'any', data, expiry: null })

async function apply(opened: MemorySource, change: PlannedChange) {
  const { etag } = await detail(opened)
  const planned = await plan(opened, change.kind === 'edit' ? { ...change, ifEtag: etag } : change)
  expect(await opened.changes.apply(planned.planId, signal)).toMatchObject({ changed: 1 })
  return { planned, row: opened.rows.get('k') }
}

test('a session in a cache is changed without any key, and nothing speaks of a signature that is not there', async () => {
  const opened = cache(PICKLE)
  const { planned, row } = await apply(opened, edit('{"a": 2}'))
  expect((await detail(opened)).text).toMatchObject({ djangoSees: 'data', data: '{\n  "a": 2\n}', pickle: { protocol: 5, framed: false } })
  expect(planned.layers.map(({ sentence }) => say(sentence))).toEqual([
    `Key in memory: replaced if still unchanged, 12 to ${row?.data.length ?? 0} bytes.`,
    'Signature: none; a cache does not sign.',
    'Time to live: goes on to 2026-08-29 10:50:00 UTC.',
    'Browser cookie: holds only the session key and stays as it is.',
  ])
  expect(planned.checks.map(({ level }) => level)).toEqual(['ok', 'ok'])
})

test('an expiry is set the same way; what has no end gets one', async () => {
  const opened = cache(PICKLE, {}, { expireDate: null })
  const { planned, row } = await apply(opened, { kind: 'expire', sessions: [{ key: 'k', ifEtag: null }], expiry: { kind: 'in', seconds: 60 } })
  expect(row?.expireDate).toBe((NOW + 60_000) * 1000)
  expect((await detail(opened)).text.data).toContain('"_session_expiry": 60')
  expect(planned.layers.map(({ sentence }) => say(sentence))).toContain('Time to live: there was none; now it ends at 2026-08-29 10:41:00 UTC.')
})

test('what only pickle carries stays; MessagePack and JSON say what they would lose', async () => {
  const typed = await apply(cache(PICKLE), edit('{"at": {"$datetime": "2026-01-02T03:04:05"}, "t": {"$tuple": [1]}}'))
  expect(typed.planned.checks.filter(({ level }) => level === 'warn')).toEqual([])
  const warned = await apply(cache(Buffer.from('81a16101', 'hex'), { reader: 'django-redis' }), edit('{"t": {"$tuple": [1]}}'))
  expect(warned.planned.checks.map(({ sentence }) => sentence.id)).toContain('changes.checks.tupleToList')
  const { etag } = await detail(cache(Buffer.from('{"a": 1}'), { reader: 'django-redis' }))
  await expect(plan(cache(Buffer.from('{"a": 1}'), { reader: 'django-redis' }), { ...edit('{"at": {"$date": "2026-01-02"}}'), ifEtag: etag } as PlannedChange)).rejects.toMatchObject({ code: expect.stringMatching(/DATA_(?:INVALID|UNSAFE)/) })
})

test('flags of memcached stay with their value; a number gives way to a session, with flags of its own', async () => {
  const item = { container: 'memcached', reader: 'pymemcache' } as const
  expect((await apply(cache(PICKLE, item, { flags: 1 }), edit('{"a": 2}'))).row?.flags).toBe(1)
  const number = cache(Buffer.from('7'), item, { flags: 2 })
  const { row, planned } = await apply(number, edit('{"a": 1}'))
  expect(row).toMatchObject({ flags: 1 })
  expect((await detail(number)).text).toMatchObject({ djangoSees: 'data', serializer: 'pickle', data: '{\n  "a": 1\n}' })
  expect(planned.checks.map(({ sentence }) => sentence.id)).toContain('changes.checks.newForm')
})

test('a value of nobody’s is not guessed at', async () => {
  const opened = cache(Buffer.from('hello'), { reader: null })
  const { etag } = await detail(opened)
  await expect(plan(opened, { ...edit('{"a": 1}'), ifEtag: etag } as PlannedChange)).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
})

test('an engine of its own that signs its text still needs the key', async () => {
  const text = Buffer.from(signData(Buffer.from('{"a":1}'), { key: KEY, salt: ROW_SALT, compress: true, now: NOW }))
  const opened = cache(text, { reader: 'own-engine' })
  const { etag } = await detail(opened)
  await expect(plan(opened, { ...edit('{"a": 2}'), ifEtag: etag } as PlannedChange)).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
})

test('nothing is deleted where nothing can be', async () => {
  await expect(plan(cache(PICKLE, {}, { canDelete: false }), { kind: 'delete', sessions: [{ key: 'k', ifEtag: null }] })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
})

test('SESSION_SERIALIZER decides what the site reads', async () => {
  const { source, rows } = memorySource({ now: NOW, keyring: [KEY], settings: { serializer: 'json' } })
  rows.set('k', { data: Buffer.from(signData(PICKLE, { key: KEY, salt: ROW_SALT, compress: false, now: NOW })), expireDate: END })
  const session = await readSession(source, 'k', NOW, signal)
  expect(session?.text).toMatchObject({ djangoSees: 'empty', serializer: 'pickle', verdict: { id: 'verdicts.pickleForJson' } })
})
