import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { ref, shallowRef } from 'vue'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { TallyEvent } from '../../shared/model/app.ts'
import type { Source } from '../../shared/model/source.ts'
import { fakeClient, withSetup } from './mount-app.ts'
import { openSource, sessionRows } from './session-rows.ts'
import { useSessionList } from '../../renderer/src/composables/use-session-list.ts'

/** A store of `size` sessions; the walk over it stops before `done` while `walking` holds it. */
function openList(size: number, broken: () => CoatcheckError | null = () => null) {
  let release: () => void = () => undefined
  const client = fakeClient({
    'sessions.listPage': ({ cursor, limit }: { cursor: string | null; limit: number }) => {
      const error = broken()
      if (error !== null) throw error
      const from = Number(cursor ?? 0)
      const rows = sessionRows(from, Math.min(limit, size - from))
      return { rows, next: from + limit < size ? String(from + limit) : null, examined: rows.length }
    },
    'sessions.tally': async function* ({ every }: { every: number }): AsyncGenerator<TallyEvent> {
      const error = broken()
      if (error !== null) throw error
      const signposts = Array.from({ length: Math.ceil(size / every) - 1 }, (_, index) => String((index + 1) * every))
      yield { examined: Math.min(size, 1000), total: null, live: 1, expired: 0, firstPage: 1, signposts: signposts.slice(0, 4), done: false }
      await new Promise<void>((resolve) => { release = resolve })
      yield { examined: size, total: size, live: size - 2, expired: 2, firstPage: 5, signposts: signposts.slice(4), done: true }
    },
  })
  const source = shallowRef<Source | null>(openSource())
  const revision = ref(0)
  const { result: list } = withSetup(() => useSessionList(() => source.value, () => revision.value), client)
  return { list, client, source, revision, finishWalk: async () => { release(); await flushPromises() } }
}

describe('the sessions of a source', () => {
  test('the table grows while the store is walked, and has its size in the end', async () => {
    const { list, finishWalk } = openList(5000)
    expect(list.phase.value).toBe('loading')
    await flushPromises()
    expect(list.phase.value).toBe('ready')
    expect(list.rowCount.value).toBe(1000)
    await finishWalk()
    expect(list.rowCount.value).toBe(5000)
    expect(list.tally.value).toMatchObject({ live: 4998, expired: 2, done: true })
  })

  test('the first rows come before anything is counted', async () => {
    let answer: () => void = () => undefined
    const client = fakeClient({
      'sessions.listPage': () => new Promise((resolve) => { answer = () => resolve({ rows: sessionRows(0, 3), next: null, examined: 3 }) }),
      'sessions.tally': async function* (): AsyncGenerator<TallyEvent> { yield { examined: 3, total: 3, live: 3, expired: 0, firstPage: 1, signposts: [], done: true } },
    })
    withSetup(() => useSessionList(() => openSource(), () => 0), client)
    await flushPromises()
    expect(client.calls.map(({ name }) => name)).toEqual(['sessions.listPage'])
    answer()
    await flushPromises()
    expect(client.calls.map(({ name }) => name)).toEqual(['sessions.listPage', 'sessions.tally'])
  })

  test('a table that is read anew before it was counted does not become shorter meanwhile', async () => {
    const walks = [4000, 200]
    const revision = ref(0)
    const client = fakeClient({
      'sessions.listPage': () => ({ rows: sessionRows(0, 200), next: '200', examined: 200 }),
      'sessions.tally': async function* (): AsyncGenerator<TallyEvent> {
        yield { examined: walks.shift() ?? 0, total: null, live: 0, expired: 0, firstPage: 1, signposts: [], done: false }
        await new Promise(() => undefined)
      },
    })
    const source = openSource()
    const { result: list } = withSetup(() => useSessionList(() => source, () => revision.value), client)
    await flushPromises()
    expect(list.rowCount.value).toBe(4000)
    revision.value += 1
    await flushPromises()
    expect(list.tally.value?.examined).toBe(200)
    expect(list.rowCount.value).toBe(4000)
  })

  test('any place is reached by its signpost', async () => {
    const { list, client, finishWalk } = openList(5000)
    await flushPromises()
    await finishWalk()
    list.show(4890, 4910)
    await flushPromises()
    expect(list.rowAt(4900)?.key).toBe('4900-session-key')
    expect(client.calls.at(-1)).toMatchObject({ name: 'sessions.listPage', input: { cursor: '4800' } })
  })

  test('a store without order is listed as it stands; one that cannot list is not asked', async () => {
    const { list, client, source } = openList(10)
    const limits = openSource().capabilities
    source.value = openSource({ id: 'redis', capabilities: { ...limits, sort: [], enumerate: 'unordered' } })
    await flushPromises()
    expect(list.order.value).toEqual({ by: 'stored', direction: 'asc' })
    expect(client.calls.filter(({ input }) => JSON.stringify(input).includes('redis')).map(({ input }) => (input as { order: { by: string } }).order.by)).toEqual(['stored', 'stored'])
    source.value = openSource({ id: 'dummy', capabilities: { ...limits, sort: [], enumerate: 'none' } })
    await flushPromises()
    expect(list.phase.value).toBe('unlisted')
    expect(client.calls.some(({ input }) => JSON.stringify(input).includes('dummy'))).toBe(false)
    source.value = openSource({ id: 'keys', capabilities: { ...limits, sort: ['key'] } })
    await flushPromises()
    expect(list.order.value).toEqual({ by: 'key', direction: 'asc' })
  })

  test('an empty store is empty, not loading', async () => {
    const { list } = openList(0)
    await flushPromises()
    expect(list.phase.value).toBe('empty')
  })

  test('a store that cannot be read says why, and is read again on demand', async () => {
    let error: CoatcheckError | null = new CoatcheckError('STORE_BUSY', verbatim('The database is locked.'))
    const { list } = openList(10, () => error)
    await flushPromises()
    expect(list.phase.value).toBe('failed')
    expect(list.failure.value?.code).toBe('STORE_BUSY')
    error = null
    list.refresh()
    await flushPromises()
    expect(list.phase.value).toBe('ready')
    expect(list.failure.value).toBeNull()
  })

  test('reading again after a change does not shrink or empty the table', async () => {
    const { list, revision, finishWalk } = openList(5000)
    await flushPromises()
    await finishWalk()
    revision.value += 1
    await Promise.resolve()
    expect(list.rowCount.value).toBe(5000)
    expect(list.rowAt(3)).not.toBeNull()
  })

  test('another order starts from its beginning and asks the store for it', async () => {
    const { list, client, finishWalk } = openList(300)
    await flushPromises()
    await finishWalk()
    list.sortBy({ by: 'key', direction: 'asc' })
    await flushPromises()
    const asked = client.calls.slice(-2).map(({ input }) => (input as { order: unknown }).order)
    expect(asked).toEqual([{ by: 'key', direction: 'asc' }, { by: 'key', direction: 'asc' }])
  })

  test('another source stops the walk over the first', async () => {
    const { list, client, source } = openList(5000)
    await flushPromises()
    const walk = client.calls.find(({ name }) => name === 'sessions.tally')
    source.value = openSource({ id: 's2' })
    await flushPromises()
    expect(walk?.signal?.aborted).toBe(true)
    expect(list.tally.value?.done).toBe(false)
  })
})
