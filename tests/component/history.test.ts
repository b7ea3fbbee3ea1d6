import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import HistoryPane from '../../renderer/src/views/HistoryPane.vue'
import { provideVeil } from '../../renderer/src/composables/use-veil.ts'
import { usePreferencesState } from '../../renderer/src/state/use-preferences-state.ts'
import { useFollow } from '../../renderer/src/composables/use-follow.ts'
import type { Follow } from '../../renderer/src/composables/use-follow.ts'
import type { FollowedState, FollowEvent } from '../../shared/model/follow.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { sessionDetail, source } from './fixtures.ts'
import { fakeClient as table, giveElementsSize, mountWith } from './mount.ts'
import { fakeClient, withSetup } from './mount-app.ts'

const KEY = sessionDetail().row.key
const AT = Date.UTC(2026, 8, 12, 10, 40, 5)
const state = (data: string, etag = data): FollowedState => ({ etag, data, problem: null, state: 'live', expireDate: 1, savedAt: null, sizeBytes: data.length })
const saved = (data: string, reason: 'first' | 'saved' | 'made-again' = 'saved'): FollowEvent => ({ kind: 'state', reason, seenAt: AT, state: state(data) })

/** A core that says what it is told to say. */
function following() {
  const opened: { events: FollowEvent[]; wake: () => void; signal: AbortSignal; end: CoatcheckError | null }[] = []
  const client = fakeClient({
    'sessions.follow': async function* (_input: never, signal: AbortSignal) {
      const line = { events: [] as FollowEvent[], wake: () => {}, signal, end: null as CoatcheckError | null }
      opened.push(line)
      signal.addEventListener('abort', () => line.wake())
      while (!signal.aborted) {
        const event = line.events.shift()
        if (event !== undefined) yield event
        else if (line.end !== null) throw line.end
        else await new Promise<void>((resolve) => { line.wake = resolve })
      }
    },
  })
  let heard = 0
  const { result, unmount } = withSetup(() => useFollow(() => ({ sourceId: 's', key: KEY }), () => { heard += 1 }), client)
  const say = async (...events: FollowEvent[]): Promise<void> => {
    opened.at(-1)?.events.push(...events)
    opened.at(-1)?.wake()
    await flushPromises()
  }
  return { follow: result, opened, say, unmount, heard: () => heard }
}

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  document.dispatchEvent(new Event('visibilitychange'))
}

const kinds = (follow: Follow): string[] => follow.entries.value.map(({ kind }) => kind)

beforeAll(giveElementsSize)
afterEach(() => document.body.replaceChildren())

describe('following a session', () => {
  it('keeps what happened, newest first, each save with what stood before it', async () => {
    const { follow, say, heard, unmount } = following()
    follow.start()
    await say(saved('{"a":1}', 'first'), saved('{"a":2}'), { kind: 'gone', seenAt: AT, wasThere: true }, saved('{"a":3}', 'made-again'))
    expect(kinds(follow)).toEqual(['made-again', 'gone', 'saved', 'first'])
    expect(follow.entries.value[2]).toMatchObject({ before: { data: '{"a":1}' }, after: { data: '{"a":2}' } })
    expect(follow.entries.value[0]).toMatchObject({ before: null })
    expect(heard()).toBe(2)
    unmount()
  })

  it('asks nothing while the window is hidden, and then tells what was missed', async () => {
    const { follow, opened, say, unmount } = following()
    follow.start()
    await say(saved('{"a":1}', 'first'))
    hide(true)
    expect(follow.phase.value).toBe('paused')
    expect(opened[0]?.signal.aborted).toBe(true)
    hide(false)
    await say(saved('{"a":1}', 'first'))
    expect(kinds(follow)).toEqual(['first'])
    hide(true)
    hide(false)
    await say(saved('{"a":5}', 'first'))
    expect(kinds(follow)).toEqual(['missed', 'first'])
    expect(follow.entries.value[0]).toMatchObject({ before: { data: '{"a":1}' } })
    unmount()
    expect(opened.every(({ signal }) => signal.aborted)).toBe(true)
  })

  it('lets the oldest go, and counts them', async () => {
    const { follow, say, unmount } = following()
    follow.start()
    await say(saved('{"a":0}', 'first'), ...Array.from({ length: 120 }, (_, at) => saved(`{"a":${at + 1}}`)))
    expect(follow.entries.value).toHaveLength(100)
    expect(follow.dropped.value).toBe(21)
    unmount()
  })

  it('says why it ended', async () => {
    const { follow, opened, say, unmount } = following()
    follow.start()
    await say()
    const [line] = opened
    if (line !== undefined) line.end = new CoatcheckError('CONNECT_LOST', verbatim('This store is closed.'))
    await say()
    expect(follow.phase.value).toBe('failed')
    expect(follow.failure.value?.code).toBe('CONNECT_LOST')
    unmount()
  })
})

describe('the History tab', () => {
  const record = { changeId: 'c1', kind: 'edit' as const, at: AT, sentence: { id: 'changes.editOne', params: { key: KEY.slice(0, 6) } }, keys: [KEY], undone: false }
  const ofOther = { ...record, changeId: 'c2', keys: ['another'] }

  it('lists the changes of this session only, and takes one back', async () => {
    let undone = false
    const client = table({ 'changes.list': () => [{ ...record, undone }, ofOther], 'changes.undo': () => { undone = true; return { changeId: 'c3', outcomes: [], changed: 1, failed: 0, skipped: 0, journal: null } } })
    const { follow } = following()
    const wrapper = mountWith(HistoryPane, { source: source(), sessionKey: KEY, follow, now: AT }, client)
    await flushPromises()
    expect(wrapper.findAll('.change-history li')).toHaveLength(1)
    await wrapper.get('.change-history li button').trigger('click')
    await flushPromises()
    expect(client.asked.find(({ name }) => name === 'changes.undo')?.input).toEqual({ changeId: 'c1' })
    expect(wrapper.get('.change-history').text()).toContain('taken back')
    expect(wrapper.get('.change-history [role="status"]').text()).toBe('1 session was put back.')
    wrapper.unmount()
  })

  it('says a save politely, shows its diff, masks a secret until it is pressed', async () => {
    const { follow, say } = following()
    const wrapper = mountWith(HistoryPane, { source: source(), sessionKey: KEY, follow, now: AT }, table({ 'changes.list': () => [] }))
    await flushPromises()
    expect(wrapper.text()).toContain('Coatcheck has not changed this session.')
    follow.start()
    await say(saved('{"step":1,"api_token":"old-one"}', 'first'), saved('{"step":2,"api_token":"new-one"}'))
    expect(wrapper.get('.follow-timeline [role="status"]').text()).toBe('Saved, 2 keys changed')
    expect(wrapper.text()).toContain('step: 2')
    expect(wrapper.text()).not.toContain('new-one')
    expect(wrapper.get('time').text()).toContain('Sat 12 Sep, 10:40:05 UTC')
    await wrapper.findAll('button.secret').at(-1)?.trigger('click')
    expect(wrapper.text()).toContain('"new-one"')
    expect(wrapper.text()).not.toContain('"old-one"')
    wrapper.unmount()
  })

  it('with the screen shared shows what changed, and no value', async () => {
    const { follow, say } = following()
    const shared = defineComponent({
      setup() {
        usePreferencesState().change({ screenShare: true })
        provideVeil()
        return () => h(HistoryPane, { source: source(), sessionKey: KEY, follow, now: AT })
      },
    })
    const wrapper = mountWith(shared, {}, table({ 'changes.list': () => [] }))
    follow.start()
    await say(saved('{"token":"a-secret","city":"Paris"}', 'first'), saved('{"token":"b-secret","city":"Rome"}'))
    expect(wrapper.text()).toContain('city: ')
    expect(wrapper.text()).not.toMatch(/Paris|Rome|secret"/)
    expect(wrapper.findAll('button.secret')).toHaveLength(0)
    wrapper.unmount()
  })
})
