import { shallowRef } from 'vue'
import type { Language } from '../../../shared/model/language.ts'

/** One for the window. It is followed: what was drawn with it is drawn anew when it changes. */
const language = shallowRef<Language>('en')

export function setLocale(changed: Language): void {
  language.value = changed
}

export function locale(): Language {
  return language.value
}

/** What each language needs once. Making a formatter costs more than a hundred uses of it. */
export function perLocale<T>(make: (language: Language) => T): () => T {
  const made = new Map<Language, T>()
  return () => {
    const found = made.get(language.value) ?? make(language.value)
    made.set(language.value, found)
    return found
  }
}
