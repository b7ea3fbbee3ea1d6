import { onScopeDispose, readonly, ref } from 'vue'

/** How long "copied" is said, in milliseconds. */
const SAID_MS = 1500

/** Copies plain text, and says for a moment what was copied (`copied` is the name given). */
export function useClipboard() {
  const copied = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function copy(text: string, name: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    copied.value = name
    clearTimeout(timer)
    timer = setTimeout(() => { copied.value = null }, SAID_MS)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { copied: readonly(copied), copy }
}
