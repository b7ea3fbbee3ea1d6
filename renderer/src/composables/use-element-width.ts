import { onScopeDispose, readonly, ref, watch } from 'vue'
import type { Ref } from 'vue'

/** Width of an element in CSS pixels, now and as it is resized; `initial` until it is there. */
export function useElementWidth(element: Readonly<Ref<Element | null>>, initial: number): Readonly<Ref<number>> {
  const width = ref(initial)
  const observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined && entry.contentRect.width > 0) width.value = Math.round(entry.contentRect.width)
  })
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (now) observer.observe(now)
  }, { flush: 'post', immediate: true })
  onScopeDispose(() => observer.disconnect())
  return readonly(width)
}
