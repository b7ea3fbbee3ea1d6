/** Languages of the window. The command line speaks English: its words are a contract. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
/** What is asked for; `system`: the first of the system's languages that there is. */
export type LanguageChoice = 'system' | Language

/** `languages`: BCP 47 tags, the dearest first. English where none of them is known. */
export function pickLanguage(choice: LanguageChoice, languages: readonly string[]): Language {
  if (choice !== 'system') return choice
  const wanted = languages.map((tag) => tag.toLowerCase().split('-')[0])
  return wanted.flatMap((tag) => LANGUAGES.filter((known) => known === tag))[0] ?? 'en'
}
