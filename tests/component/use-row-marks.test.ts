import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { shallowRef } from 'vue'
import type { SessionRow } from '../../shared/model/session.ts'
import { sessionRows } from './session-rows.ts'
import { withSetup } from './mount-app.ts'
import { MOST_MARKED, useRowMarks } from '../../renderer/src/composables/use-row-marks.ts'

function openMarks(first: readonly SessionRow[] = sessionRows(0, 50)) {
  const rows = shallowRef<readonly SessionRow[]>(first)
  const { result: marks } = withSetup(() => useRowMarks({
    rowAt: (index) => rows.value[index] ?? null,
    readRange: async (from, to) => rows.value.slice(from, to + 1),
  }))
  return { rows, marks }
}
const keys = (marks: ReturnType<typeof openMarks>['marks']): string[] => [...marks.marked.value.keys()].map((key) => key.split('-')[0] ?? '')

describe('focus and selection', () => {
  test('what is active is chosen until something is marked', () => {
    const { marks } = openMarks()
    marks.activate(3)
    expect(marks.chosen.value).toEqual(['3-session-key'])
    marks.toggle(5)
    expect(marks.chosen.value).toEqual(['5-session-key'])
    expect(marks.isChosen('3-session-key')).toBe(false)
  })

  test('moving keeps the marks, so that Space adds one after another', () => {
    const { marks } = openMarks()
    marks.toggle(1)
    marks.activate(2)
    marks.toggle(4)
    marks.toggle(1)
    expect(keys(marks)).toEqual(['4'])
  })

  test('a range goes from the last place to the new one, in both directions, and shrinks', async () => {
    const { marks } = openMarks()
    marks.activate(5)
    await marks.extend(7)
    expect(keys(marks)).toEqual(['5', '6', '7'])
    await marks.extend(3)
    expect(keys(marks)).toEqual(['3', '4', '5'])
    expect(marks.active.value).toBe(3)
  })

  test('one change takes ten thousand sessions, so no more are marked', async () => {
    const { marks } = openMarks(sessionRows(0, MOST_MARKED + 50))
    await marks.markAll(MOST_MARKED + 50)
    expect(marks.marked.value.size).toBe(MOST_MARKED)
    marks.toggle(MOST_MARKED + 10)
    expect(marks.marked.value.size).toBe(MOST_MARKED)
  })

  test('a range that was overtaken by a click does not come back', async () => {
    const { marks } = openMarks()
    marks.activate(0)
    const range = marks.extend(9)
    marks.clearMarks()
    await range
    expect(marks.marked.value.size).toBe(0)
  })

  test('a row that is still being read becomes active when it is there', async () => {
    const { rows, marks } = openMarks([])
    marks.activate(2)
    expect(marks.activeKey.value).toBeNull()
    rows.value = sessionRows(0, 5)
    await flushPromises()
    expect(marks.activeKey.value).toBe('2-session-key')
  })

  test('the active session is followed when rows move under it', async () => {
    const { rows, marks } = openMarks()
    marks.activate(2)
    rows.value = [...sessionRows(900, 3), ...sessionRows(0, 50)]
    await flushPromises()
    expect(marks.activeKey.value).toBe('2-session-key')
    expect(marks.active.value).toBe(5)
  })

  test('after deleting, the row that moves up is the active one', async () => {
    const { rows, marks } = openMarks()
    marks.activate(3)
    await marks.extend(5)
    marks.forget(['3-session-key', '4-session-key', '5-session-key'])
    // The table is read again a moment later, and shows the old rows until then.
    await flushPromises()
    expect(marks.activeKey.value).toBeNull()
    rows.value = rows.value.filter((_, index) => index < 3 || index > 5)
    await flushPromises()
    expect(marks.marked.value.size).toBe(0)
    expect(marks.active.value).toBe(3)
    expect(marks.activeKey.value).toBe('6-session-key')
  })
})
