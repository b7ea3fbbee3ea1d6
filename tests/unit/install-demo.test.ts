import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'

const DAY_MS = 86_400_000

test('the demo is never all expired: an old copy is moved to now again, with what the user changed in it', async () => {
  let now = Date.now()
  await using app = await startApp({ clock: () => now })
  const open = async (): Promise<string> => (await app.client.call('sources.open', { target: { kind: 'demo' } })).id
  const live = async (sourceId: string): Promise<number> => {
    let count = 0
    for await (const step of app.client.stream('sessions.tally', { sourceId, order: { by: 'key', direction: 'asc' }, every: 500 })) count = step.live
    return count
  }
  const first = await open()
  const liveAtFirst = await live(first)
  expect(liveAtFirst).toBeGreaterThan(20)
  const { rows } = await app.client.call('sessions.listPage', { sourceId: first, order: { by: 'expireDate', direction: 'desc' }, cursor: null, limit: 50 })
  const key = rows.find((row) => row.signature.state === 'valid')?.key ?? ''
  const detail = await app.client.call('sessions.read', { sourceId: first, key })
  const plan = await app.client.call('changes.plan', { sourceId: first, change: { kind: 'edit', key, ifEtag: detail?.etag ?? '', data: '{"mine":true}', expiry: null } })
  await app.client.call('changes.apply', { planId: plan.planId })
  await app.client.call('sources.close', { sourceId: first })

  now += 40 * DAY_MS
  const later = await open()
  expect(await live(later)).toBe(liveAtFirst)
  const kept = await app.client.call('sessions.read', { sourceId: later, key })
  expect(JSON.parse(kept?.text.data ?? '')).toEqual({ mine: true })
  expect(kept?.row.signature.state).toBe('valid')
})
