import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, ref, shallowRef } from 'vue'
import type { SearchProgress } from '../../renderer/src/composables/use-search.ts'
import type { SessionList, Tally } from '../../renderer/src/composables/use-session-list.ts'
import { useStoreCounts } from '../../renderer/src/composables/use-store-counts.ts'
import { fakeClient, flushPromises, withSetup } from './mount-app.ts'
import { openSource } from './session-rows.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const counted = (examined: number, done = true): Tally => ({ examined, live: examined, expired: 0, done, elapsedMs: 10, at: 0 })

/** A table of `count` sessions, counted to its end. */
async function open(count: number, version: string | null = null) {
  const store = { version, count, countMs: 0 }
  const client = fakeClient({
    'sessions.version': () => ({ version: store.version }),
    'sessions.tally': async function* () {
      vi.advanceTimersByTime(store.countMs)
      yield { examined: store.count, live: store.count - 1, expired: 1, done: true }
    },
  })
  const tally = shallowRef<Tally | null>(counted(count))
  const [walks, query, renew] = [ref(1), ref<string | null>(null), vi.fn()]
  const reads = shallowRef<{ readonly count: number; readonly end: number | null }>({ count: 1, end: null })
  const progress = shallowRef<SearchProgress>({ phase: 'running', found: 0, examined: 0, filtered: [], unread: 0 })
  const list = { tally, walks, reads, order: ref({ by: 'expireDate', direction: 'desc' }), rowCount: ref(count) } as unknown as SessionList
  const { result: counts, unmount } = withSetup(() => useStoreCounts({ source: () => openSource(), list, search: { query, progress }, overview: { renew } }), client)
  await flushPromises()
  const found = (examined: number, filtered: SearchProgress['filtered'] = []): void => {
    query.value = 'user:ana'
    progress.value = { ...progress.value, phase: 'done', examined, filtered }
  }
  const rest = async (ms: number): Promise<void> => {
    await nextTick()
    vi.advanceTimersByTime(ms)
    await flushPromises()
  }
  const walked = (): number => client.calls.filter(({ name }) => name === 'sessions.tally').length
  return { store, counts, found, rest, walked, walks, tally, reads, renew, client, unmount }
}

test('a search that saw another total has the store counted again, and the overview; the table stays as it is', async () => {
  const { store, counts, found, rest, walked, tally, renew, unmount } = await open(300)
  store.count = 302
  found(302)
  await rest(0)
  expect(counts.tally.value).toMatchObject({ examined: 302, live: 301, expired: 1, done: true })
  expect(tally.value?.examined).toBe(300)
  expect([walked(), renew.mock.calls.length]).toEqual([1, 1])
  // The same total again tells nothing new.
  found(302)
  await rest(60_000)
  expect(walked()).toBe(1)
  unmount()
})

test('what the store chose itself is no total', async () => {
  const { found, rest, walked, unmount } = await open(300)
  found(12, ['key'])
  await rest(60_000)
  expect(walked()).toBe(0)
  unmount()
})

test('a store that tells of changes is counted once for each, whatever taught it: a page, a search, coming back to the window', async () => {
  const { store, counts, found, rest, walked, reads, client, unmount } = await open(300, '7')
  reads.value = { count: 2, end: null }
  await rest(5000)
  found(299)
  await rest(5000)
  expect(walked()).toBe(0)
  Object.assign(store, { version: '8', count: 301 })
  reads.value = { count: 3, end: null }
  await rest(5000)
  expect([walked(), counts.tally.value?.examined]).toEqual([1, 301])
  window.dispatchEvent(new Event('focus'))
  await rest(5000)
  expect(walked()).toBe(1)
  Object.assign(store, { version: '9', count: 0 })
  window.dispatchEvent(new Event('focus'))
  await rest(5000)
  expect([walked(), counts.tally.value?.examined]).toEqual([2, 0])
  expect(client.calls.every(({ name }) => name === 'sessions.version' || name === 'sessions.tally')).toBe(true)
  unmount()
})

test('a large store that changes all the time is not counted all the time, and the last change is not missed', async () => {
  const { store, counts, rest, walked, unmount } = await open(300, '1')
  store.countMs = 3000
  Object.assign(store, { version: '2', count: 301 })
  counts.learn(false)
  await rest(0)
  expect(walked()).toBe(1)
  for (let change = 3; change < 9; change++) {
    Object.assign(store, { version: String(change), count: 300 + change })
    counts.learn(false)
    await rest(1000)
  }
  expect(walked()).toBe(1)
  await rest(30_000)
  expect([walked(), counts.tally.value?.examined]).toEqual([2, 308])
  unmount()
})

test('once the table itself is read again, its own count counts', async () => {
  const { store, counts, found, rest, walks, tally, unmount } = await open(300)
  store.count = 302
  found(302)
  await rest(0)
  expect(counts.tally.value?.examined).toBe(302)
  tally.value = counted(305)
  walks.value += 1
  await rest(0)
  expect(counts.tally.value?.examined).toBe(305)
  unmount()
})

test('nobody looks while the window is hidden; it does when it is shown', async () => {
  const { store, counts, rest, walked, unmount } = await open(300, '1')
  Object.assign(store, { version: '2', count: 301 })
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  counts.learn(false)
  await rest(5000)
  expect(walked()).toBe(0)
  hidden.mockReturnValue(false)
  document.dispatchEvent(new Event('visibilitychange'))
  await rest(5000)
  expect(counts.tally.value?.examined).toBe(301)
  unmount()
})
