import { onScopeDispose } from 'vue'

/** F6 goes to the next pane, Shift+F6 to the one before: the elements with `data-pane`, in the order of the page. */
export function usePaneKeys(): void {
  function onKeydown(event: KeyboardEvent): void {
    if (event.key !== 'F6' || document.querySelector('[role="dialog"]') !== null) return
    const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.offsetParent !== null)
    if (panes.length === 0) return
    event.preventDefault()
    const current = panes.findIndex((pane) => pane.contains(document.activeElement))
    const step = event.shiftKey ? -1 : 1
    const next = current === -1 ? 0 : (current + step + panes.length) % panes.length
    focusPane(panes[next])
  }
  window.addEventListener('keydown', onKeydown)
  onScopeDispose(() => window.removeEventListener('keydown', onKeydown))
}

/** To the place inside the pane that takes the keyboard first (`data-pane-focus`, or what is in it), else to the pane itself. */
export function focusPane(pane: HTMLElement | null | undefined): void {
  const first = pane?.querySelector<HTMLElement>('[data-pane-focus]') ?? null
  const inside = first?.querySelector<HTMLElement>('input:checked') ?? first?.querySelector<HTMLElement>(':is(input, select, textarea, button):not([disabled])') ?? null
  for (const target of [first, inside, pane ?? null]) {
    target?.focus()
    if (target !== null && document.activeElement === target) return
  }
}

/** What had the focus may go away with its screen, dialog or bar. Then a pane has it, the main one by default, so that no key press is lost. */
export function catchLostFocus(pane: HTMLElement | null = document.querySelector<HTMLElement>('main[data-pane]')): void {
  if (document.activeElement === null || document.activeElement === document.body) focusPane(pane)
}
