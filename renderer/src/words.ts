import { createI18n } from 'vue-i18n'
import { en } from '../../shared/words/en.ts'

/** English is the first language; another one is another catalogue of the same shape. */
export function createWords() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en },
    numberFormats: { en: { decimal: { style: 'decimal' } } },
    // A missing text is a mistake of ours: shown as its id, and loud while developing.
    missingWarn: import.meta.env.DEV,
    fallbackWarn: import.meta.env.DEV,
  })
}
