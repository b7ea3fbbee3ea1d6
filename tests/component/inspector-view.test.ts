import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import InspectorView from '../../renderer/src/views/InspectorView.vue'
import type { ChangePlan, ChangeResult, PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail } from '../../shared/model/session.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { DATA, sessionDetail, source } from './fixtures.ts'
import { fakeClient, giveElementsSize, mountWith } from './mount.ts'

const KEY = sessionDetail().row.key
const EDITED = DATA.replace('"qty":2', '"qty":3')

function planFor(change: PlannedChange): ChangePlan {
  const side = (data: string) => ({ data, text: `text of ${data.length}`, sizeBytes: data.length, expireDate: null })
  return {
    planId: 'plan', kind: change.kind, count: 1, keys: [KEY], layers: [], checks: [],
    sentence: { id: change.kind === 'delete' ? 'changes.delete' : 'changes.editOne', params: { key: KEY.slice(0, 6) } },
    before: side(DATA), after: change.kind === 'edit' ? side(change.data) : null,
  }
}

const resultOf = (outcome: ChangeResult['outcomes'][number]['outcome']): ChangeResult => ({
  changeId: outcome === 'done' ? 'change-1' : null, outcomes: [{ key: KEY, outcome, etag: 'etag-2', reason: null }], journal: null,
  changed: outcome === 'done' ? 1 : 0, failed: outcome === 'done' ? 0 : 1, skipped: 0,
})

/** A core with one session. `saved` is what the app saves before the change is applied. */
function mountInspector(options: { outcomes?: readonly ChangeResult['outcomes'][number]['outcome'][]; saved?: SessionDetail; readOnlyReason?: string } = {}) {
  let stored = sessionDetail()
  const outcomes = [...(options.outcomes ?? ['done'])]
  const client = fakeClient({
    'sessions.read': () => stored,
    'changes.plan': ({ change }) => planFor(change),
    'changes.apply': () => {
      const outcome = outcomes.shift() ?? 'done'
      if (outcome === 'conflict' && options.saved !== undefined) stored = options.saved
      return resultOf(outcome)
    },
    'changes.undo': () => resultOf('done'),
  })
  const wrapper = mountWith(InspectorView, { source: source({ readOnlyReason: options.readOnlyReason === undefined ? null : verbatim(options.readOnlyReason) }), sessionKey: KEY }, client)
  return { wrapper, client, planned: () => client.asked.filter(({ name }) => name === 'changes.plan').map(({ input }) => (input as { change: PlannedChange }).change) }
}

const sheet = (): HTMLElement | null => document.querySelector('[role="dialog"]')
function button(label: RegExp): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((each) => label.test(each.textContent ?? ''))
  if (found === undefined) throw new Error(`no button ${String(label)}`)
  return found
}
async function click(label: RegExp): Promise<void> {
  button(label).click()
  await flushPromises()
}

let mounted: ReturnType<typeof mountInspector> | null = null
async function open(options: Parameters<typeof mountInspector>[0] = {}) {
  mounted = mountInspector(options)
  await flushPromises()
  await flushPromises()
  return mounted
}
async function editQty({ wrapper }: ReturnType<typeof mountInspector>): Promise<void> {
  const tree = wrapper.get('[role="tree"]')
  await tree.trigger('keydown', { key: 'q' })
  await tree.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  const input = wrapper.get('input.text')
  await input.setValue('3')
  await input.trigger('keydown', { key: 'Enter' })
  await flushPromises()
}
async function review(inspector: ReturnType<typeof mountInspector>): Promise<void> {
  await inspector.wrapper.get('.inspector-view').trigger('keydown', { key: 's', ctrlKey: true })
  await flushPromises()
}

beforeAll(giveElementsSize)
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.replaceChildren()
})

describe('the inspector', () => {
  it('says first what Django does, and masks the session key', async () => {
    const { wrapper } = await open()
    expect(wrapper.text()).toContain('Django loads all 4 keys.')
    expect(wrapper.text()).toContain('k3v9ta')
    expect(wrapper.text()).not.toContain(KEY)
  })

  it('writes nothing while one types, and asks for a review of the whole data', async () => {
    const inspector = await open()
    await editQty(inspector)
    expect(inspector.wrapper.text()).toContain('One edit here is not written yet.')
    expect(inspector.client.asked.map(({ name }) => name)).not.toContain('changes.plan')
    await review(inspector)
    expect(inspector.planned()).toEqual([{ kind: 'edit', key: KEY, ifEtag: 'etag-1', data: EDITED, expiry: null }])
    expect(sheet()?.textContent).toContain('One value changes')
    expect(inspector.client.asked.map(({ name }) => name)).not.toContain('changes.apply')
  })

  it('applies, tells who watches, and undoes', async () => {
    const inspector = await open()
    await editQty(inspector)
    await review(inspector)
    await click(/^Apply the change/)
    expect(sheet()).toBeNull()
    expect(inspector.wrapper.text()).toContain('Applied.')
    expect(inspector.wrapper.emitted('changed')).toEqual([[[KEY]]])
    await click(/^Undo$/)
    expect(inspector.client.asked.some(({ name }) => name === 'changes.undo')).toBe(true)
    expect(inspector.wrapper.text()).toContain('Taken back.')
  })

  it('keeps edits while another session is looked at, and forgets them when discarded', async () => {
    const inspector = await open()
    await editQty(inspector)
    await inspector.wrapper.setProps({ sessionKey: null })
    await flushPromises()
    await inspector.wrapper.setProps({ sessionKey: KEY })
    await flushPromises()
    expect(inspector.wrapper.text()).toContain('One edit here is not written yet.')
    await click(/^Discard$/)
    expect(inspector.wrapper.text()).toContain('Django loads all 4 keys.')
  })

  it('lets nothing be edited in a store that is read-only, and gives the reason', async () => {
    const inspector = await open({ readOnlyReason: 'The file is read-only.' })
    const tree = inspector.wrapper.get('[role="tree"]')
    await tree.trigger('keydown', { key: 'q' })
    await tree.trigger('keydown', { key: 'Enter' })
    expect(inspector.wrapper.find('input.text').exists()).toBe(false)
    expect(button(/^Edit$/).getAttribute('aria-disabled')).toBe('true')
  })
})

describe('a conflict', () => {
  const saved = sessionDetail({ etag: 'etag-2', text: { data: DATA.replace('{', '{"coupon":"WELCOME10",') } })

  it('writes nothing and shows mine beside theirs', async () => {
    const inspector = await open({ outcomes: ['conflict'], saved })
    await editQty(inspector)
    await review(inspector)
    await click(/^Apply the change/)
    const text = sheet()?.textContent ?? ''
    expect(text).toContain('The app changed it meanwhile')
    expect(text).toContain('Nothing was written.')
    expect(text).toMatch(/cart\.qty.*2 → 3.*you/)
    expect(text).toMatch(/coupon.*WELCOME10.*app/)
  })

  it('"keep mine" reviews my edits on what the app saved', async () => {
    const inspector = await open({ outcomes: ['conflict'], saved })
    await editQty(inspector)
    await review(inspector)
    await click(/^Apply the change/)
    await click(/^Keep mine/)
    await flushPromises()
    const [, again] = inspector.planned()
    expect(again).toMatchObject({ kind: 'edit', ifEtag: 'etag-2' })
    expect(again?.kind === 'edit' ? again.data : '').toBe(EDITED.replace('{', '{"coupon":"WELCOME10",'))
    expect(sheet()?.textContent).toContain('Nothing is written yet.')
  })

  it('"take theirs" drops my edits and shows what is stored', async () => {
    const inspector = await open({ outcomes: ['conflict'], saved })
    await editQty(inspector)
    await review(inspector)
    await click(/^Apply the change/)
    await click(/^Take theirs/)
    expect(sheet()).toBeNull()
    expect(inspector.wrapper.text()).toContain('WELCOME10')
    expect(inspector.planned()).toHaveLength(1)
  })

  it('of a session that is gone offers no way to write it', async () => {
    const inspector = await open({ outcomes: ['gone'] })
    await editQty(inspector)
    await review(inspector)
    await click(/^Apply the change/)
    expect(sheet()?.textContent).toContain('The session is gone')
    expect(sheet()?.textContent).not.toContain('Keep mine')
  })
})
