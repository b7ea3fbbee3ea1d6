import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ref, shallowRef } from 'vue'
import type { FreshRows } from '../../renderer/src/composables/use-fresh-rows.ts'
import { useFreshRows } from '../../renderer/src/composables/use-fresh-rows.ts'
import type { SessionList, Tally } from '../../renderer/src/composables/use-session-list.ts'
import type { SessionRow, WalkOrder } from '../../shared/model/session.ts'
import { fakeClient, flushPromises, withSetup } from './mount-app.ts'
import { openSource, sessionRow, sessionRows } from './session-rows.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const counted = (elapsedMs: number): Tally => ({ examined: 300, live: 300, expired: 0, done: true, elapsedMs, at: 0 })

function open({ elapsedMs = 10 } = {}) {
  const store = { version: null as string | null, first: sessionRows(0, 200) as readonly SessionRow[], count: 300 }
  const shown = sessionRows(0, 300)
  const tally = shallowRef<Tally | null>(counted(elapsedMs))
  const refresh = vi.fn()
  const paused = ref(false)
  const client = fakeClient({
    'sessions.version': () => ({ version: store.version }),
    'sessions.tally': async function* () { yield { examined: store.count, live: 0, expired: 0, done: true } },
    'preferences.write': () => ({}),
  })
  const order = ref<WalkOrder>({ by: 'expireDate', direction: 'desc' })
  const list = { tally, order, refresh, rowAt: (index: number) => shown[index] ?? null, peek: async () => [{ first: 0, rows: store.first }] } as unknown as SessionList
  const { result, unmount } = withSetup(() => useFreshRows(() => openSource(), () => list, () => paused.value), client)
  return { rows: result, store, tally, paused, refresh, client, unmount }
}

async function after(rows: FreshRows, seconds: number): Promise<FreshRows['fresh']['value']> {
  vi.advanceTimersByTime(seconds * 1000)
  await flushPromises()
  return rows.fresh.value
}

test('nothing is asked until people want it, and no more once they do not', async () => {
  const { rows, client, unmount } = open()
  await after(rows, 600)
  expect(client.calls).toEqual([])
  rows.setEvery(5)
  await flushPromises()
  await after(rows, 5)
  expect(client.calls.map(({ name }) => name)).toContain('sessions.version')
  rows.setEvery(0)
  await flushPromises()
  const { length } = client.calls
  await after(rows, 600)
  expect(client.calls.length).toBe(length)
  unmount()
})

test('new sessions are told and not shown; showing them reads the table again', async () => {
  const { rows, store, refresh, tally, unmount } = open()
  rows.setEvery(15)
  await flushPromises()
  expect(await after(rows, 15)).toBeNull()
  store.first = [sessionRow({ key: 'new-1' }), sessionRow({ key: 'new-2' }), ...sessionRows(0, 198)]
  store.count = 302
  expect(await after(rows, 15)).toEqual({ added: 2, isMore: false, changed: 0 })
  expect(refresh).not.toHaveBeenCalled()
  rows.show()
  expect(refresh).toHaveBeenCalledOnce()
  tally.value = counted(10)
  expect(rows.fresh.value).toBeNull()
  unmount()
})

test('sessions that were written, and those that went, are changes', async () => {
  const { rows, store, unmount } = open()
  rows.setEvery(5)
  await flushPromises()
  store.first = [sessionRow({ key: '0-session-key', sizeBytes: 9_000 }), ...sessionRows(1, 199)]
  store.count = 299
  expect(await after(rows, 5)).toEqual({ added: 0, isMore: false, changed: 2 })
  unmount()
})

test('a whole new first page says that there may be more, where the store is too large to be counted each time', async () => {
  const { rows, store, client, unmount } = open({ elapsedMs: 4_000 })
  rows.setEvery(5)
  await flushPromises()
  store.first = sessionRows(1_000, 200)
  expect(await after(rows, 5)).toEqual({ added: 200, isMore: true, changed: 0 })
  expect(client.calls.map(({ name }) => name)).not.toContain('sessions.tally')
  unmount()
})

test('a store that tells of changes is not read while there are none; nothing is asked while hidden, paused or counting', async () => {
  const { rows, store, paused, tally, client, unmount } = open()
  let seen = 0
  const names = (): readonly string[] => {
    const fresh = client.calls.slice(seen).map(({ name }) => name)
    seen = client.calls.length
    return fresh.filter((name) => name !== 'preferences.write')
  }
  store.version = '7'
  rows.setEvery(5)
  await flushPromises()
  await after(rows, 5)
  names()
  await after(rows, 5)
  expect(names()).toEqual(['sessions.version'])
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  await after(rows, 5)
  hidden.mockReturnValue(false)
  paused.value = true
  await after(rows, 5)
  paused.value = false
  tally.value = { ...counted(10), done: false }
  await after(rows, 5)
  expect(names()).toEqual([])
  unmount()
})
