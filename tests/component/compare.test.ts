import { flushPromises } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import CompareView from '../../renderer/src/views/CompareView.vue'
import type { SessionDetail } from '../../shared/model/session.ts'
import { sessionDetail, source } from './fixtures.ts'
import { fakeClient, giveElementsSize, mountWith } from './mount.ts'

const of = (key: string, data: string | null, sizeBytes = 10): SessionDetail => {
  const detail = sessionDetail()
  return { ...detail, row: { ...detail.row, key, sizeBytes }, text: { ...detail.text, data } }
}
const LEFT = of('leftleftleftleft', '{"cart":{"qty":2},"api_token":"one"}')
const RIGHT = of('rightrightright', '{"cart":{"qty":3},"api_token":"two"}', 20)

async function compare(sessions: readonly (SessionDetail | null)[]) {
  const found = new Map(sessions.flatMap((each) => (each === null ? [] : [[each.row.key, each] as const])))
  const wrapper = mountWith(CompareView, { source: source(), keys: [LEFT.row.key, RIGHT.row.key], maskKeys: true }, fakeClient({ 'sessions.read': ({ key }) => found.get(key) ?? null }))
  await flushPromises()
  return wrapper
}

beforeAll(giveElementsSize)

describe('two sessions', () => {
  it('stand side by side, with what differs said and marked', async () => {
    const wrapper = await compare([LEFT, RIGHT])
    expect(wrapper.text()).toContain('2 differences in the data')
    expect(wrapper.get('.diff-block').text()).toMatch(/qty: 2[\s\S]*qty: 3/)
    const size = wrapper.findAll('tbody tr').find((row) => row.text().startsWith('Size'))
    expect(size?.text()).toBe('Size, differs10 B20 B')
    expect(wrapper.text()).not.toMatch(/"one"|"two"|leftleftleftleft/)
    await wrapper.findAll('button').find((each) => each.text() === 'Swap the sides')?.trigger('click')
    await flushPromises()
    expect(wrapper.get('.diff-block').text()).toMatch(/qty: 3[\s\S]*qty: 2/)
    wrapper.unmount()
  })

  it('with the same data say so; unreadable data is said, and one that is gone', async () => {
    expect((await compare([LEFT, { ...LEFT, row: RIGHT.row }])).text()).toContain('Both hold the same data.')
    expect((await compare([LEFT, of(RIGHT.row.key, null)])).text()).toContain('cannot be compared')
    expect((await compare([LEFT, null])).text()).toContain('One of them is gone')
  })
})
