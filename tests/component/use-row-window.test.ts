import { describe, expect, test } from 'vitest'
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
    expect(rows.indexes.value[0]).toBe(88)
    expect(rows.yOf(100)).toBe(100 * ROW)
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
    expect(Math.abs(rows.yOf(9_999_999) + ROW - (element.scrollTop + 20 * ROW))).toBeLessThan(1)
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

  test('comes back when the list becomes shorter', async () => {
    const { rows, scroll, count } = await openWindow(1000)
    scroll(900 * ROW)
    count.value = 30
    await nextTick()
    expect(rows.visible.value).toEqual([10, 29])
  })
})
