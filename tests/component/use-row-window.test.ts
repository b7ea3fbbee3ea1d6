import { describe, expect, test, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { withSetup } from './mount-app.ts'
import { useRowWindow } from '../../renderer/src/composables/use-row-window.ts'

const ROW = 28
const HEAD = 28

/** An element of 20 rows and a head, whose scrollbar stays within its range as a real one does. */
async function openWindow(rowCount: number) {
  const element = document.createElement('div')
  let scrollTop = 0
  Object.defineProperty(element, 'clientHeight', { value: HEAD + 20 * ROW })
  const count = ref(rowCount)
  const { result } = withSetup(() => {
    const scroller = ref<HTMLElement | null>(element)
    return useRowWindow(scroller, () => count.value, () => ROW, () => HEAD)
  })
  Object.defineProperty(element, 'scrollTop', {
    get: () => scrollTop,
    set: (value: number) => { scrollTop = Math.max(0, Math.min(Math.round(value), result.height.value - 20 * ROW)) },
  })
  await nextTick()
  return {
    rows: result, element, count,
    scroll: (to: number) => {
      element.scrollTop = to
      element.dispatchEvent(new Event('scroll'))
    },
  }
}

describe('a window on many rows', () => {
  test('draws the rows on screen and a few around them', async () => {
    const { rows, scroll } = await openWindow(1000)
    expect(rows.visible.value).toEqual([0, 19])
    expect(rows.indexes.value).toHaveLength(32)
    scroll(100 * ROW)
    expect(rows.visible.value).toEqual([100, 119])
    expect(rows.drawn.value).toEqual([88, 131])
    expect(rows.shift.value + rows.yOf(100)).toBe(100 * ROW)
  })

  test('no element moves in the page while it scrolls; at rest they stand in the order of the list', async () => {
    vi.useFakeTimers()
    const { rows, scroll } = await openWindow(1000)
    const inOrder = (): readonly number[] => Array.from({ length: rows.drawn.value[1] - rows.drawn.value[0] + 1 }, (_, offset) => rows.drawn.value[0] + offset)
    scroll(100 * ROW)
    await nextTick()
    vi.runAllTimers()
    expect(rows.indexes.value).toEqual(inOrder())
    const slots = rows.indexes.value.map(rows.slotOf)
    for (const top of [105, 117, 131, 300, 290]) {
      scroll(top * ROW)
      await nextTick()
      expect(rows.indexes.value.toSorted((a, b) => a - b)).toEqual(inOrder())
      const kept = rows.indexes.value.map(rows.slotOf)
      expect(slots.filter((slot) => kept.includes(slot))).toEqual(kept.filter((slot) => slots.includes(slot)))
    }
    vi.runAllTimers()
    expect(rows.indexes.value).toEqual(inOrder())
    vi.useRealTimers()
  })

  test('reveals a row with the least movement', async () => {
    const { rows, element } = await openWindow(1000)
    rows.reveal(10)
    expect(element.scrollTop).toBe(0)
    rows.reveal(25)
    expect(rows.visible.value).toEqual([6, 25])
    rows.reveal(3)
    expect(rows.visible.value[0]).toBe(3)
  })

  test('is no taller than what is laid out right, and still reaches the last of ten million rows', async () => {
    const { rows, element } = await openWindow(10_000_000)
    expect(rows.height.value).toBe(8_000_000)
    rows.reveal(9_999_999)
    expect(rows.visible.value).toEqual([9_999_980, 9_999_999])
    // The last row ends where the element ends.
    expect(Math.abs(rows.shift.value + rows.yOf(9_999_999) + ROW - (element.scrollTop + 20 * ROW))).toBeLessThan(1)
    rows.reveal(0)
    expect(rows.visible.value[0]).toBe(0)
  })

  test('the scrollbar of a very long list stands for a fraction, the wheel moves by real pixels', async () => {
    const { rows, element, scroll } = await openWindow(1_000_000)
    scroll((rows.height.value - 20 * ROW) / 2)
    expect(rows.visible.value[0]).toBeGreaterThan(499_900)
    const before = rows.visible.value[0]
    const wheel = new WheelEvent('wheel', { deltaY: 2 * ROW, cancelable: true })
    element.dispatchEvent(wheel)
    element.dispatchEvent(new Event('scroll'))
    expect(wheel.defaultPrevented).toBe(true)
    expect(rows.visible.value[0]).toBe(before + 2)
  })

  test('of millions of rows, those drawn stand where they are while the list moves: places within the element, and small ones', async () => {
    const { rows, element, scroll } = await openWindow(5_000_000)
    scroll((rows.height.value - 20 * ROW) * 0.7)
    const [first, last] = rows.visible.value
    const before = rows.yOf(last)
    element.dispatchEvent(new WheelEvent('wheel', { deltaY: 10, cancelable: true }))
    expect(rows.yOf(last)).toBe(before)
    expect(Math.abs(before)).toBeLessThan(200_000)
    expect(rows.shift.value + rows.yOf(first)).toBeGreaterThan(element.scrollTop - 2 * ROW)
    expect(rows.shift.value + rows.yOf(last)).toBeLessThan(element.scrollTop + 20 * ROW)
  })

  test('the wheel comes through by the smallest turns, and is left to the browser where it needs no help', async () => {
    const long = await openWindow(2_000_000)
    for (let turn = 0; turn < 100; turn++) long.element.dispatchEvent(new WheelEvent('wheel', { deltaY: 0.3, cancelable: true }))
    expect(long.rows.visible.value).toEqual([1, 21])
    const short = await openWindow(1000)
    const wheel = new WheelEvent('wheel', { deltaY: 100, cancelable: true })
    short.element.dispatchEvent(wheel)
    expect(wheel.defaultPrevented).toBe(false)
  })

  test('a turn that the browser has scrolled by already is not scrolled by again', async () => {
    const { rows, element } = await openWindow(2_000_000)
    element.dispatchEvent(new WheelEvent('wheel', { deltaY: 5 * ROW, cancelable: false }))
    expect(rows.visible.value[0]).toBe(0)
  })

  test('a list that grows under the wheel leaves the rows on screen where they are', async () => {
    const { rows, element, count, scroll } = await openWindow(100_000)
    scroll(50_000 * ROW)
    for (const more of [500_000, 1_000_000, 2_000_000]) {
      count.value = more
      await nextTick()
      expect(rows.visible.value[0]).toBe(50_000)
      // What the browser tells about the scrollbar that was moved with it changes nothing.
      element.dispatchEvent(new Event('scroll'))
      expect(rows.visible.value[0]).toBe(50_000)
    }
  })

  test('comes back when the list becomes shorter', async () => {
    const { rows, scroll, count } = await openWindow(1000)
    scroll(900 * ROW)
    count.value = 30
    await nextTick()
    expect(rows.visible.value).toEqual([10, 29])
  })
})
