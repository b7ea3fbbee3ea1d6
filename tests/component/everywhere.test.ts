import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { h } from 'vue'
import StoreLine from '../../renderer/src/components/everywhere/StoreLine.vue'
import type { Everywhere } from '../../renderer/src/composables/use-everywhere.ts'
import { useEverywhere } from '../../renderer/src/composables/use-everywhere.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { SearchedStore, UserSession, UserSessionsEvent } from '../../shared/model/user-sessions.ts'
import { inParts } from '../../shared/model/user-sessions.ts'
import type { Client } from '../../shared/rpc/client.ts'
import { fakeClient, mountWith } from './mount.ts'

const store = (part: Partial<SearchedStore>): SearchedStore => ({ id: 'db', kind: 'db', location: '/shop/db.sqlite3', isUsed: true, state: 'searched', reason: null, error: null, sourceId: 'source-1', readOnlyReason: null, isIncomplete: false, ghosts: null, examined: 20_000, unread: 0, ...part })
const sessions = (count: number, sizeBytes = 100): UserSession[] => Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, ifEtag: `etag-${index}`, sizeBytes, state: 'live', expireDate: null, topLevelKeys: [] }))

/** The composable over a client that streams these events and applies what is planned. */
function start(events: readonly UserSessionsEvent[], answers: Parameters<typeof fakeClient>[0]) {
  const client = fakeClient(answers)
  async function* stream() { yield* events }
  const state: { everywhere: Everywhere | null } = { everywhere: null }
  const setup = () => {
    state.everywhere = useEverywhere({ onDeleted: () => undefined })
    return () => h('div')
  }
  mountWith({ setup }, {}, { ...client, stream: stream as unknown as Client['stream'] })
  if (state.everywhere === null) throw new Error('not set up')
  return { everywhere: state.everywhere, client }
}

const found = (entries: readonly (readonly [SearchedStore, UserSession[]])[]): UserSessionsEvent[] => [
  { kind: 'stores', userId: '7', owner: null, isProject: true, stores: entries.map(([one]) => ({ ...one, state: 'waiting' as const })) },
  ...entries.map(([one, its]) => ({ kind: 'store' as const, store: one, sessions: its })),
]

it('more sessions than one change takes are deleted in parts, each with an undo of its own, the last part first', async () => {
  let plans = 0
  const undone: string[] = []
  const { everywhere, client } = start(found([[store({}), sessions(20_001)]]), {
    'changes.plan': ({ change }) => ({ planId: `plan-${++plans}`, kind: 'delete', sentence: { id: '', params: {} }, count: change.kind === 'delete' ? change.sessions.length : 0, keys: [], before: null, after: null, layers: [], checks: [] }),
    'changes.apply': ({ planId }) => ({ changeId: `change of ${planId}`, outcomes: [], changed: planId === 'plan-3' ? 1 : 10_000, failed: 0, skipped: 0, journal: null }),
    'changes.undo': ({ changeId }) => {
      undone.push(changeId)
      return { changeId: 'undo', outcomes: [], changed: 1, failed: 0, skipped: 0, journal: null }
    },
  })
  await everywhere.look('source-1', '7')
  expect(everywhere.entries.value[0]?.sessions).toHaveLength(20_001)
  const line = mountWith(StoreLine, { entry: everywhere.entries.value[0], busy: false, canConnect: true, undoing: false, now: 0, masked: true })
  expect(line.text()).toContain('They are deleted in 3 parts')
  await everywhere.apply()
  expect(client.asked.filter(({ name }) => name === 'changes.plan')).toHaveLength(3)
  expect(everywhere.entries.value[0]?.outcome).toMatchObject({ deleted: 20_001, skipped: 0, changeIds: ['change of plan-1', 'change of plan-2', 'change of plan-3'] })
  await everywhere.undo(['db'])
  expect(undone).toEqual(['change of plan-3', 'change of plan-2', 'change of plan-1'])
})

it('a store that fails, or cannot be written, keeps no other from being done, and what the site saved meanwhile stays', async () => {
  const { everywhere, client } = start(found([
    [store({ id: 'db', sourceId: 'broken' }), sessions(2)], [store({ id: 'cache:default', kind: 'cache', sourceId: 'locked', readOnlyReason: verbatim('It is labelled staging.') }), sessions(3)],
    [store({ id: 'gone', kind: 'cache', sourceId: 'gone' }), sessions(1)], [store({ id: 'file', kind: 'file', sourceId: 'good' }), sessions(4)],
  ]), {
    'changes.plan': ({ sourceId }) => {
      if (sourceId === 'broken') throw new CoatcheckError('CONNECT_LOST', verbatim('The server went away.'))
      if (sourceId === 'gone') throw new CoatcheckError('SESSION_GONE', verbatim('None of these sessions can be changed any more.'))
      return { planId: 'plan', kind: 'delete', sentence: { id: '', params: {} }, count: 4, keys: [], before: null, after: null, layers: [], checks: [] }
    },
    'changes.apply': () => ({ changeId: 'change', outcomes: [], changed: 3, failed: 0, skipped: 1, journal: null }),
  })
  await everywhere.look('source-1', '7')
  await everywhere.apply()
  await flushPromises()
  const outcomes = Object.fromEntries(everywhere.entries.value.map((entry) => [entry.store.id, entry.outcome]))
  expect(outcomes['db']).toMatchObject({ deleted: 0, failed: 2, error: { code: 'CONNECT_LOST' } })
  expect(outcomes['cache:default']).toBeNull()
  expect(outcomes['gone']).toMatchObject({ skipped: 1, error: null })
  expect(outcomes['file']).toMatchObject({ deleted: 3, skipped: 1 })
  expect(client.asked.some(({ input }) => JSON.stringify(input).includes('locked'))).toBe(false)
  const line = mountWith(StoreLine, { entry: everywhere.entries.value[1], busy: false, canConnect: true, undoing: false, now: 0, masked: true })
  expect(line.text()).toContain('It is labelled staging. Nothing is deleted here.')
})

it('ghosts are counted in the line of their pair; where none can be looked for, it says so', () => {
  const textOf = (part: Partial<SearchedStore>): string => mountWith(StoreLine, { entry: { store: store({ kind: 'cached_db', ...part }), sessions: sessions(3), outcome: null }, busy: false, canConnect: true, undoing: false, now: 0, masked: true }).text()
  expect(textOf({ ghosts: 2 })).toContain('2 are ghosts: only their copies in the cache are left, and Django goes on with them.')
  expect(textOf({ ghosts: 'unlisted' })).toContain('Ghosts may be left')
  expect(textOf({ ghosts: 0 })).not.toContain('hosts')
})

it('parts hold no more bytes than their undo may', () => {
  expect(inParts(sessions(3, 5 * 1024 * 1024)).map(({ length }) => length)).toEqual([1, 1, 1])
  expect(inParts(sessions(4, 4 * 1024 * 1024)).map(({ length }) => length)).toEqual([2, 2])
  expect(inParts([])).toEqual([])
})

it('the review tells of each store how many live and have ended, from when to when, and some of them, those that end last first', () => {
  const day = (n: number): number => Date.UTC(2026, 8, n) * 1000
  const one = (key: string, state: UserSession['state'], expireDate: number | null): UserSession => ({ key: key.padEnd(32, '0'), ifEtag: key, sizeBytes: 200, state, expireDate, topLevelKeys: ['_auth_user_id', 'cart', 'theme'] })
  const found = [one('abcdefgh1', 'live', day(20)), one('ijklmnop2', 'expired', day(1)), ...Array.from({ length: 6 }, (_, n) => one(`qrstuv${n}xy`, 'live', day(10 + n)))]
  const line = mountWith(StoreLine, { entry: { store: store({}), sessions: found, outcome: null }, busy: false, canConnect: true, undoing: false, now: Date.UTC(2026, 8, 2), masked: true })
  expect(line.text()).toContain('7 live and 1 expired; they end from 1 Sept 2026 to 20 Sept 2026')
  const rows = line.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
  expect(rows).toHaveLength(5)
  expect(rows[0]).toEqual(['abcdef…', 'live', 'in 18 d', 'cart, theme', '200 B'])
  expect(line.text()).toContain('and 3 more')
  line.unmount()
})
