import { createI18n } from 'vue-i18n'
import { de } from '../../shared/words/de.ts'
import { en } from '../../shared/words/en.ts'

/** Starts in English; `useLanguage` chooses. Both count as vue-i18n does unless told: none, one, many. */
export function createWords() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en, de },
    numberFormats: { en: { decimal: { style: 'decimal' } }, de: { decimal: { style: 'decimal' } } },
    // A missing text is a mistake of ours: shown as its id, and loud while developing.
    missingWarn: import.meta.env.DEV,
    fallbackWarn: import.meta.env.DEV,
  })
}
