import { computed, watchEffect } from 'vue'
import type { ComputedRef, Ref, WritableComputedRef } from 'vue'
import { DEFAULT_PREFERENCES } from '../../../shared/model/default-preferences.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'
import { useMediaQuery } from './use-media-query.ts'

export interface WorkbenchLayout {
  /** The sources are a rail. */
  readonly narrow: Readonly<Ref<boolean>>
  /** One pane at a time: the inspector is a page of its own. */
  readonly single: Readonly<Ref<boolean>>
  /** Pixels, remembered. */
  readonly sourcesWidth: WritableComputedRef<number>
  readonly inspectorWidth: WritableComputedRef<number>
  /** What the inspector has in such a window unless the user sets it. */
  readonly usualInspector: ComputedRef<number>
  /** `grid-template-columns` of the panes and the splitters between them. */
  readonly columns: ComputedRef<string>
}

/** Of the inspector, in a wide window, until the user sets another. */
const WIDE_INSPECTOR = 560

/** How the panes share the window. `hasInspector`: a source is on show. */
export function useWorkbenchLayout(hasInspector: () => boolean): WorkbenchLayout {
  const preferences = usePreferencesState()
  const narrow = useMediaQuery('(width < 1000px)')
  const single = useMediaQuery('(width < 760px)')
  const sourcesWidth = computed({ get: () => preferences.preferences.sourcesWidth, set: (sourcesWidth) => preferences.change({ sourcesWidth }) })
  const wide = useMediaQuery('(width >= 1440px)')
  const usualInspector = computed(() => (wide.value ? WIDE_INSPECTOR : DEFAULT_PREFERENCES.inspectorWidth))
  const inspectorWidth = computed({ get: () => (preferences.preferences.inspectorWidth === DEFAULT_PREFERENCES.inspectorWidth ? usualInspector.value : preferences.preferences.inspectorWidth), set: (width) => preferences.change({ inspectorWidth: width === usualInspector.value ? DEFAULT_PREFERENCES.inspectorWidth : width }) })
  const columns = computed(() => {
    const first = narrow.value ? 'var(--w-rail)' : `${sourcesWidth.value}px`
    if (!hasInspector() || single.value) return `${first} 0 minmax(0, 1fr)`
    return `${first} 0 minmax(280px, 1fr) 0 minmax(0, ${inspectorWidth.value}px)`
  })
  // Sheets stand beside the inspector, wherever the splitter is.
  watchEffect(() => document.documentElement.style.setProperty('--inspector-width', !hasInspector() || single.value ? '0px' : `${inspectorWidth.value}px`))
  return { narrow, single, sourcesWidth, inspectorWidth, usualInspector, columns }
}
