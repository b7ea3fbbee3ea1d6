import { expect, test } from 'vitest'
import { asTyped } from '../../electron/cli/output/as-typed.ts'
import { bulkJson, expirySentence, sessionJson } from '../../electron/cli/output/json.ts'
import { detailText, listLine } from '../../electron/cli/output/text.ts'
import { describeSession, readSession } from '../../electron/core/sessions/inspect.ts'
import { memorySource } from '../support/memory-source.ts'

const NOW = 1_788_000_000_000
const signal = new AbortController().signal

async function cacheSession(value: string, expireDate: number | null) {
  const { source, rows } = memorySource({ now: NOW, payload: { kind: 'cache-value', container: 'redis', reader: 'django-redis', serializer: 'json', compressor: null }, capabilities: { sort: [], expiry: 'ttl' }, settings: { engine: 'cache' } })
  rows.set('k3v9', { data: Buffer.from(value), expireDate })
  const session = await readSession(source, 'k3v9', NOW, signal)
  if (session === null) throw new Error('gone')
  return describeSession(source, session, NOW, signal)
}

test('the value of a cache is unsigned, not badly signed; what its store tells stands beside it', async () => {
  const detail = await cacheSession('{"_auth_user_id": "42"}', (NOW + 60_000) * 1000)
  expect(listLine(detail.row)).toContain('unsigned json')
  const text = detailText(detail, asTyped({}))
  for (const part of ['live, 23 bytes, unsigned json', 'It has no signature; Django reads it as it is.', 'Ends at', 'expire_date: ', '"_auth_user_id": "42"']) expect(text).toContain(part)
  expect(JSON.parse(sessionJson(detail.row, 'cache', detail.etag, detail.text.data))).toMatchObject({ engine: 'cache', state: 'live', signature: { state: 'absent', reason: null }, serializer: 'json', data: { _auth_user_id: '42' } })
})

test('without a time to live it never ends; a damaged value is refused, not a fault of its signature', async () => {
  const endless = await cacheSession('{"a": 1}', null)
  expect(endless.row.state).toBe('live')
  expect(expirySentence(endless.row)).toBe('It never ends by itself.')
  const damaged = await cacheSession('{"a": ', (NOW + 60_000) * 1000)
  expect(damaged.row).toMatchObject({ state: 'undecodable', signature: { state: 'absent', reason: null } })
})

test('a change is counted where it was made', () => {
  const result = { changeId: 'c', outcomes: [], changed: 2, failed: 0, skipped: 0, journal: null }
  const layers = (engine: Parameters<typeof bulkJson>[1]['engine']): unknown => bulkJson(result, { matched: 2, dryRun: false, elapsedMs: 1, engine })['layers']
  expect([layers('db'), layers('cache'), layers('file'), layers(null)]).toEqual([{ db: 2 }, { cache: 2 }, { file: 2 }, { db: 2 }])
})
