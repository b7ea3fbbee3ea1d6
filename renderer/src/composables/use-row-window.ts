import { computed, ref, watch } from 'vue'
import type { Ref } from 'vue'

/**
 * Tallest element that is laid out right at any zoom: Chromium keeps lengths in 1/64 of a device pixel, in 32 bits,
 * so that a million rows of 28 px are already too many on a screen with two device pixels for each pixel.
 */
const TALLEST_PX = 8_000_000
const OVERSCAN = 12
const REST_MS = 400
/** Of a long list rows are placed from the one before them that this divides: a browser counts large places in steps of more than a pixel. */
const ANCHOR_ROWS = 4096

export interface RowWindow {
  /** Height of the element that holds the rows. */
  readonly height: Readonly<Ref<number>>
  /** Rows to draw, in the order in which they stand in the page. While it scrolls no element changes its place there, as that costs as much as a new one; at rest the order is that of the list. */
  readonly indexes: Readonly<Ref<readonly number[]>>
  /** The first and the last of them. */
  readonly drawn: Readonly<Ref<readonly [first: number, last: number]>>
  /** The same number for one row as long as it is drawn, and for no two at a time: an element that goes out of sight is drawn again as another row. */
  slotOf(index: number): number
  /** First and last row on screen. */
  readonly visible: Readonly<Ref<readonly [first: number, last: number]>>
  /** Where row `index` stands, in pixels from `shift`; it stays there for as long as it is drawn. */
  yOf(index: number): number
  /** Where the drawn rows begin inside that element. Of a long list it moves with the scrollbar, so that no row has to. */
  readonly shift: Readonly<Ref<number>>
  reveal(index: number): void
  scrollToStart(): void
  readonly pageLength: Readonly<Ref<number>>
}

/**
 * Draws the few rows of a long list that are on screen. All rows have one height, so no row is measured.
 * Beyond `TALLEST_PX` the scrollbar stands for a longer list: `top` counts real pixels, the scrollbar a fraction of them.
 */
export function useRowWindow(element: Ref<HTMLElement | null>, count: () => number, rowHeight: () => number, headHeight: () => number): RowWindow {
  const viewHeight = ref(0)
  const top = ref(0)
  const scrolled = ref(0)

  const whole = computed(() => count() * rowHeight())
  const height = computed(() => Math.min(whole.value, TALLEST_PX))
  const furthest = computed(() => Math.max(0, whole.value - viewHeight.value))
  const scale = computed(() => (whole.value <= TALLEST_PX ? 1 : furthest.value / (height.value - viewHeight.value)))
  const visible = computed<readonly [number, number]>(() => {
    const last = Math.ceil((top.value + viewHeight.value) / rowHeight()) - 1
    return [Math.floor(top.value / rowHeight()), Math.max(0, Math.min(count() - 1, last))]
  })
  const slots = computed(() => Math.ceil(viewHeight.value / rowHeight()) + 1 + 2 * OVERSCAN)
  const drawn = computed<readonly [number, number]>((before) => {
    const first = Math.max(0, visible.value[0] - OVERSCAN)
    const last = Math.min(count() - 1, visible.value[1] + OVERSCAN)
    return before?.[0] === first && before[1] === last ? before : [first, last]
  })
  /** The first row to draw when it was last at rest. */
  const rested = ref(0)
  const indexes = computed(() => {
    const [first, last] = drawn.value
    const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
    const start = all.findIndex((index) => (index - rested.value) % slots.value === 0)
    return start <= 0 ? all : [...all.slice(start), ...all.slice(0, start)]
  })
  watch(drawn, ([first], _before, onCleanup) => {
    const timer = setTimeout(() => { rested.value = first }, REST_MS)
    onCleanup(() => clearTimeout(timer))
  })

  const anchor = computed(() => (scale.value === 1 ? 0 : Math.floor(visible.value[0] / ANCHOR_ROWS) * ANCHOR_ROWS))

  function moveTo(next: number): void {
    top.value = Math.min(Math.max(0, next), furthest.value)
    scrolled.value = Math.round(top.value / scale.value)
    if (element.value !== null) element.value.scrollTop = scrolled.value
  }

  function onScroll(): void {
    const now = element.value?.scrollTop ?? 0
    if (scale.value !== 1 && Math.abs(now - scrolled.value) < 1) return
    scrolled.value = now
    top.value = Math.min(now * scale.value, furthest.value)
  }

  /** Where the scrollbar is a fraction, the wheel would jump; it moves by real pixels instead. A turn that can no longer be taken over was scrolled already. */
  function onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0 || !event.cancelable) return
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight() : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? viewHeight.value : 1
    moveTo(top.value + event.deltaY * unit)
  }

  watch(element, (scroller, _before, onCleanup) => {
    if (scroller === null) return
    const measure = (): void => { viewHeight.value = Math.max(0, scroller.clientHeight - headHeight()) }
    const observer = new ResizeObserver(measure)
    observer.observe(scroller)
    measure()
    scroller.addEventListener('scroll', onScroll, { passive: true })
    onCleanup(() => {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
    })
  }, { immediate: true, flush: 'post' })
  // Only there: the browser waits for whoever listens to the wheel and may stop it.
  watch([element, () => scale.value === 1] as const, ([scroller, isWhole], _before, onCleanup) => {
    if (scroller === null || isWhole) return
    scroller.addEventListener('wheel', onWheel, { passive: false })
    onCleanup(() => scroller.removeEventListener('wheel', onWheel))
  }, { immediate: true, flush: 'post' })
  // A list that grows or shrinks leaves the rows on screen where they are; only the scrollbar moves.
  watch([furthest, scale], () => { if (top.value > furthest.value || Math.abs(top.value / scale.value - scrolled.value) >= 1) moveTo(top.value) }, { flush: 'post' })

  return {
    height,
    indexes,
    drawn,
    slotOf: (index) => index % slots.value,
    visible,
    pageLength: computed(() => Math.max(1, Math.floor(viewHeight.value / rowHeight()) - 1)),
    yOf: (index) => (index - anchor.value) * rowHeight(),
    shift: computed(() => Math.round(scrolled.value - top.value) + anchor.value * rowHeight()),
    reveal(index) {
      const start = index * rowHeight()
      if (start < top.value) moveTo(start)
      else if (start + rowHeight() > top.value + viewHeight.value) moveTo(start + rowHeight() - viewHeight.value)
    },
    scrollToStart: () => moveTo(0),
  }
}
