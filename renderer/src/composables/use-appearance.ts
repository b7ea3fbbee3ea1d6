import { watchEffect } from 'vue'
import type { Preferences } from '../../../shared/model/app.ts'

/** Theme and density are attributes of the root element; the style sheet does the rest. */
export function useAppearance(preferences: () => Preferences): void {
  watchEffect(() => {
    const { theme, density } = preferences()
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
    dataset['density'] = density
  })
}
