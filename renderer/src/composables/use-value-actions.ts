import { Braces, ChevronsRight, Copy, Eye, Pencil } from '@lucide/vue'
import type { Action } from '../state/use-action-state.ts'
import { useActionState } from '../state/use-action-state.ts'
import { useActions } from './use-actions.ts'
import type { MenuPoint } from './menu-point.ts'

export interface ValueActions {
  /** Whether a value can be acted on: the tree is on show. */
  readonly isShown: () => boolean
  readonly isSecret: () => boolean
  readonly blocked: () => string | null
  copy(what: 'value' | 'path' | 'json'): void
  reveal(): void
  edit(): void
}

/** What can be done with the active line of the tree: in the palette, and in the line's own menu. */
export function useValueActions(value: ValueActions): { openMenu(at: MenuPoint): void } {
  const actions = useActionState()
  useActions(() => {
    if (!value.isShown()) return []
    const list: Action[] = [
      { id: 'copy-value', group: 'value', icon: Copy, run: () => value.copy('value') },
      { id: 'copy-path', group: 'value', icon: ChevronsRight, run: () => value.copy('path') },
      { id: 'copy-json', group: 'value', icon: Braces, run: () => value.copy('json') },
      { id: 'edit-value', group: 'value', icon: Pencil, blocked: value.blocked(), run: () => value.edit() },
    ]
    return value.isSecret() ? [...list, { id: 'reveal-value', group: 'value', icon: Eye, run: () => value.reveal() }] : list
  })
  return { openMenu: (at) => actions.openMenu('value', at) }
}
