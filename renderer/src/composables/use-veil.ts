import { computed, inject, provide } from 'vue'
import type { ComputedRef, InjectionKey } from 'vue'
import { usePreferencesState } from '../state/use-preferences-state.ts'

const VEIL: InjectionKey<ComputedRef<boolean>> = Symbol('veil')

/** For the whole window: others look at this screen, so that values and owners' names are not shown at all. */
export function provideVeil(): ComputedRef<boolean> {
  const state = usePreferencesState()
  const isOn = computed(() => state.preferences.screenShare === true)
  provide(VEIL, isOn)
  return isOn
}

/** Whether values and names are hidden now, and cannot be revealed one by one. */
export function useVeil(): ComputedRef<boolean> {
  return inject(VEIL, () => computed(() => false), true)
}
