import { expect, test } from 'vitest'
import { CoatcheckError } from '../../shared/errors.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import { createRouter } from './router.ts'

const signal = new AbortController().signal

/** Only what a test calls; the router looks a handler up when it is asked for. */
function router(handlers: Partial<Handlers>, reported: unknown[] = []): ReturnType<typeof createRouter> {
  return createRouter(handlers as Handlers, (error) => reported.push(error))
}

test('unknown names, prototype names and the wrong kind are refused', async () => {
  for (const name of ['no.such', '__proto__', 'constructor', 'toString', 'app.events']) {
    expect(await router({}).call(name, {}, signal)).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } })
  }
})

test('input that does not fit the contract never reaches the handler', async () => {
  let reached = false
  const subject = router({ 'sessions.read': async () => { reached = true; return null } })
  for (const input of [null, {}, { sourceId: 's', key: '' }, { sourceId: 's', key: 'k'.repeat(513) }, { sourceId: 's', key: 'k', extra: 1 }, { sourceId: 1, key: 'k' }]) {
    expect(await subject.call('sessions.read', input, signal)).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } })
  }
  expect(reached).toBe(false)
})

test('defaults of the contract are filled in before the handler', async () => {
  let place: unknown = 'unset'
  const subject = router({ 'decoder.decode': async (input) => { place = input.place; return { findings: [], elapsedMs: 0 } } })
  expect(await subject.call('decoder.decode', { text: 'x', sourceId: null }, signal)).toMatchObject({ ok: true })
  expect(place).toBeNull()
})

test('a known error keeps its code; a mistake of ours is reported inside and says nothing outside', async () => {
  const reported: unknown[] = []
  const subject = router({
    'app.facts': async () => { throw new CoatcheckError('STORE_BUSY', 'sqlite.locked', { hint: 'next.waitUnlocked' }) },
    'preferences.read': async () => { throw new TypeError('secret-marker in a stack') },
  }, reported)
  expect(await subject.call('app.facts', {}, signal)).toEqual({
    ok: false,
    error: {
      code: 'STORE_BUSY', message: 'Another program has locked this database.', hint: 'Wait until its work is done, then try again.',
      reason: { id: 'reasons.sqlite.locked', params: {} }, next: { id: 'reasons.next.waitUnlocked', params: {} },
    },
  })
  const reply = await subject.call('preferences.read', {}, signal)
  expect(reply).toMatchObject({ ok: false, error: { code: 'INTERNAL' } })
  expect(JSON.stringify(reply)).not.toContain('secret-marker')
  expect(reported).toHaveLength(1)
})
