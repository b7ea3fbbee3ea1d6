import { expect, test } from 'vitest'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { followSession } from '../../electron/core/sessions/follow.ts'
import { delegateStore } from '../../electron/core/stores/delegate-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { FollowEvent } from '../../shared/model/follow.ts'
import { memorySource } from '../support/memory-source.ts'

const KEY = { name: 'SECRET_KEY', secret: 'k1' }
const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 10)

interface Followed {
  readonly reads: () => number
  save(data: string, hours?: number): void
  remove(): void
  fail(error: CoatcheckError | null): void
  wait(ms: number): void
  next(): Promise<FollowEvent>
  stop(): Promise<void>
}

/** A session in memory, followed every 5 ms; `revision`: the store tells when it was written. */
function follow(options: { readonly revision?: boolean } = {}): Followed {
  let [now, reads, revision] = [START, 0, 0]
  let failure: CoatcheckError | null = null
  const { rows, source } = memorySource({ now, keyring: [KEY] })
  const store: SessionStore = delegateStore(source.store, {
    read: async (key, signal) => {
      reads += 1
      if (failure !== null) throw failure
      return source.store.read(key, signal)
    },
    ...(options.revision === true ? { revision: async () => String(revision) } : {}),
  })
  const controller = new AbortController()
  const events = followSession({ source: () => ({ ...source, store }), key: 's', clock: () => now, everyMs: 5 }, controller.signal)
  return {
    reads: () => reads,
    save(data, hours = 1) {
      revision += 1
      rows.set('s', { data: Buffer.from(encodeSession({ data, key: KEY, salt: ROW_SALT, compress: true, now })), expireDate: (now + hours * HOUR) * 1000 })
    },
    remove() {
      revision += 1
      rows.delete('s')
    },
    fail: (error) => { failure = error },
    wait: (ms) => { now += ms },
    async next() {
      const step = await events.next()
      if (step.done === true) throw new Error('The stream has ended.')
      return step.value
    },
    async stop() {
      controller.abort()
      await events.next().catch(() => undefined)
    },
  }
}

test('each save is one event with its data and its time, and a save that changes nothing is none', async () => {
  const session = follow()
  session.save('{"step":1}')
  expect(await session.next()).toMatchObject({ kind: 'state', reason: 'first', seenAt: START, state: { data: expect.stringContaining('"step": 1') as string, state: 'live', problem: null, savedAt: START * 1000, expireDate: (START + HOUR) * 1000 } })
  const waiting = session.next()
  session.save('{"step":1}')
  session.wait(2000)
  session.save('{"step":2}')
  expect(await waiting).toMatchObject({ kind: 'state', reason: 'saved', seenAt: START + 2000, state: { data: expect.stringContaining('"step": 2') as string, savedAt: (START + 2000) * 1000 } })
  await session.stop()
})

test('a deleted session is gone once, and one of the same key is made again', async () => {
  const session = follow()
  session.save('{}')
  await session.next()
  session.remove()
  expect(await session.next()).toEqual({ kind: 'gone', seenAt: START, wasThere: true })
  const waiting = session.next()
  session.save('{"again":true}')
  expect(await waiting).toMatchObject({ kind: 'state', reason: 'made-again' })
  await session.stop()
})

test('a session that never was there is told so, and shown when it comes', async () => {
  const session = follow()
  expect(await session.next()).toEqual({ kind: 'gone', seenAt: START, wasThere: false })
  session.save('{}')
  expect(await session.next()).toMatchObject({ kind: 'state', reason: 'made-again' })
  await session.stop()
})

test('it expires once, by the clock alone, and a save gives it time again', async () => {
  const session = follow()
  session.save('{}')
  await session.next()
  const waiting = session.next()
  session.wait(HOUR + 1)
  expect(await waiting).toEqual({ kind: 'expired', seenAt: START + HOUR + 1, expireDate: (START + HOUR) * 1000 })
  session.save('{"more":1}')
  expect(await session.next()).toMatchObject({ kind: 'state', reason: 'saved', state: { state: 'live' } })
  session.wait(2 * HOUR)
  expect(await session.next()).toMatchObject({ kind: 'expired' })
  await session.stop()
})

test('a store that can tell is read only after it was written', async () => {
  const session = follow({ revision: true })
  session.save('{"step":1}')
  await session.next()
  const waiting = session.next()
  await new Promise((resolve) => { setTimeout(resolve, 60) })
  expect(session.reads()).toBe(1)
  session.save('{"step":2}')
  expect(await waiting).toMatchObject({ reason: 'saved' })
  expect(session.reads()).toBe(2)
  await session.stop()
})

test('a lock or a restart is waited for; another failure ends it', async () => {
  const session = follow()
  session.save('{}')
  await session.next()
  session.fail(new CoatcheckError('STORE_BUSY', verbatim('Locked.'), { retryable: true }))
  expect(await session.next()).toMatchObject({ kind: 'unreached', error: { code: 'STORE_BUSY' } })
  session.fail(null)
  expect(await session.next()).toMatchObject({ kind: 'reached' })
  session.fail(new CoatcheckError('STORE_PERMISSION', verbatim('No.')))
  await expect(session.next()).rejects.toMatchObject({ code: 'STORE_PERMISSION' })
})

test('nothing is read any more once nobody listens', async () => {
  const session = follow()
  session.save('{}')
  await session.next()
  const waiting = session.next()
  waiting.catch(() => undefined)
  await session.stop()
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
  const reads = session.reads()
  await new Promise((resolve) => { setTimeout(resolve, 30) })
  expect(session.reads()).toBe(reads)
})
