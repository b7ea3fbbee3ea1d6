import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import TrashView from '../../renderer/src/views/TrashView.vue'
import type { Client } from '../../shared/rpc/client.ts'
import type { TrashBundle, TrashStep, TrashedSession } from '../../shared/model/trash.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { fakeClient, mountWith } from './mount.ts'

const NOW = Date.now()
const bundle = (part: Partial<TrashBundle>): TrashBundle => ({
  id: 'run', kind: 'run', target: { kind: 'sqlite', path: '/srv/shop.sqlite3', table: 'django_session' }, sourceName: 'shop.sqlite3', sourceId: null, removedAt: NOW - 60_000,
  sentences: [{ id: 'cleanup.rules.expired', params: {} }], count: 2, keptUntil: NOW + 86_400_000, state: 'ready', ...part,
})
const session = (part: Partial<TrashedSession>): TrashedSession => ({
  bundleId: 'run', place: '0.0', key: 'abcdefghijkl', sizeBytes: 100, expireDate: (NOW + 3_600_000) * 1000, remainingSeconds: 3600, userId: '7', owner: null,
  signature: { state: 'unchecked', verifiedBy: null, reason: null }, topLevelKeys: [], ...part,
})

/** The page over a client that has these bundles and gives these steps. */
async function show(bundles: readonly TrashBundle[], steps: readonly TrashStep[]) {
  const asked: unknown[] = []
  const client = fakeClient({ 'trash.bundles': () => bundles })
  const stream = async function* stream(_: string, input: unknown) {
    asked.push(input)
    yield* steps
  } as unknown as Client['stream']
  const view = mountWith(TrashView, {}, { ...client, stream })
  await flushPromises()
  return { view, asked }
}
const last = (sessions: readonly TrashedSession[], next: string | null = null): TrashStep => ({ sessions, examined: sessions.length, next, done: true })

it('says that it is empty, and what would be in it', async () => {
  const { view } = await show([], [last([])])
  expect(view.text()).toContain('The trash is empty')
  view.unmount()
})

it('names what is kept under a key that is not to be had, and what is damaged, and offers to unlock', async () => {
  const { view } = await show([bundle({ id: 'locked', state: 'locked', count: 0 }), bundle({ id: 'bad', state: 'damaged', count: 0 })], [last([])])
  expect(view.text()).toContain('under a key that is not to be had now')
  expect(view.text()).toContain('cannot be read: nothing of it can be put back')
  expect(view.findAll('button').map((button) => button.text())).toContain('Unlock…')
  view.unmount()
})

it('tells of each session what removed it, the life that is left and when it is forgotten; some or all are selected', async () => {
  const { view, asked } = await show([bundle({ count: 3 })], [last([session({}), session({ place: '0.1', key: 'mnopqrstuvwx', userId: null, remainingSeconds: -5, expireDate: (NOW - 5000) * 1000 })], 'more')])
  const cells = (row: number): string[] => view.findAll('tbody tr')[row]?.findAll('td').map((cell) => cell.text()) ?? []
  expect(cells(0)).toEqual(['', 'abcdef…', 'user 7', 'shop.sqlite3', '1 min ago', expect.stringMatching(/./) as string, expect.stringMatching(/min$/) as string, expect.stringMatching(/^in /) as string, '100 B', 'Look'])
  expect(cells(1)[6]).toBe('ended')
  expect(asked).toEqual([{ bundleIds: null, text: '', cursor: null, limit: 100 }])
  expect(view.text()).toContain('3 sessions can be put back.')

  await view.findAll('tbody input')[0]?.setValue(true)
  expect(view.text()).toContain('1 selected')
  await view.findAll('button').find((button) => button.text() === 'Select all 3')?.trigger('click')
  expect(view.text()).toContain('All 3 are selected.')
  // Without its source nothing goes back: the review offers to open it.
  await view.findAll('button').find((button) => button.text().startsWith('Put back 3'))?.trigger('click')
  await flushPromises()
  expect(document.body.textContent).toContain('shop.sqlite3 is not open.')
  view.unmount()
})

it('a trash that cannot be read says so, with a next step', async () => {
  const client = fakeClient({ 'trash.bundles': () => { throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.journalUnread', { hint: 'next.runRemoved' }) } })
  const view = mountWith(TrashView, {}, client)
  await flushPromises()
  expect(view.find('[role=alert]').exists()).toBe(true)
  view.unmount()
})
