import { onScopeDispose } from 'vue'

/** `mod` is Ctrl, on a Mac Command. */
export type Hotkeys = Readonly<Record<string, () => void>>

/** Keys of the whole window, named like `mod+o` or `3`. Single characters stay with fields and lists that take text; a dialog takes all. */
export function useHotkeys(keys: () => Hotkeys): void {
  function onKeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.repeat || document.querySelector('[role="dialog"]') !== null) return
    const primary = event.ctrlKey || event.metaKey
    if (!primary && isTyping(event.target)) return
    const action = keys()[`${primary ? 'mod+' : ''}${event.key.toLowerCase()}`]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  window.addEventListener('keydown', onKeydown)
  onScopeDispose(() => window.removeEventListener('keydown', onKeydown))
}

/** Text pasted where no field takes it. */
export function usePastedText(take: (text: string) => void): void {
  function onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (isTyping(event.target) || text.trim() === '' || document.querySelector('[role="dialog"]') !== null) return
    event.preventDefault()
    take(text)
  }
  window.addEventListener('paste', onPaste)
  onScopeDispose(() => window.removeEventListener('paste', onPaste))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}
