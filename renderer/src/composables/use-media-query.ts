import { onScopeDispose, readonly, ref } from 'vue'
import type { Ref } from 'vue'

/** Whether the window matches a media query, now and as it is resized. */
export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const media = window.matchMedia(query)
  const matches = ref(media.matches)
  const update = (): void => { matches.value = media.matches }
  media.addEventListener('change', update)
  onScopeDispose(() => media.removeEventListener('change', update))
  return readonly(matches)
}
