import { onScopeDispose, readonly, ref } from 'vue'

/** The present, in milliseconds since 1970, moved on every `everyMs`. */
export function useNow(everyMs = 10_000) {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
