import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AppFacts, Preferences } from '../../../shared/model/app.ts'
import { pickLanguage } from '../../../shared/model/language.ts'
import { setLocale } from '../format/locale.ts'

/** The chosen language, for words, numbers and dates, and for screen readers. Until the facts are read, the browser's own languages count. */
export function useLanguage(preferences: () => Preferences, facts: () => AppFacts | null): void {
  const { locale } = useI18n({ useScope: 'global' })
  watchEffect(() => {
    const language = pickLanguage(preferences().language ?? 'system', facts()?.languages ?? navigator.languages)
    locale.value = language
    setLocale(language)
    document.documentElement.lang = language
  })
}
