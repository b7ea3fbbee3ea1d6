import { onScopeDispose } from 'vue'
import { ACTIONS } from '../../../shared/actions.ts'
import type { Action } from '../state/use-action-state.ts'
import { useActionState } from '../state/use-action-state.ts'
import type { Hotkeys } from './use-hotkeys.ts'
import { useHotkeys } from './use-hotkeys.ts'

/** Adds what a screen can do to palette, menu and keys, for as long as the screen is there. */
export function useActions(list: () => readonly Action[]): void {
  onScopeDispose(useActionState().add(list))
}

/** Listens for the keys of all actions on show. Once, for the whole window. */
export function useActionKeys(): void {
  const actions = useActionState()
  useHotkeys(() => {
    const keys: Record<string, () => void> = {}
    for (const { id } of actions.all) {
      const { keys: key } = ACTIONS[id]
      if (key !== null) keys[key] = () => actions.run(id)
    }
    return keys satisfies Hotkeys
  })
}
