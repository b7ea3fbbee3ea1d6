import type { Language } from '../../shared/model/language.ts'
import { actions as german } from '../../shared/words/de/actions.ts'
import { menu as germanMenu } from '../../shared/words/de/menu.ts'
import { actions } from '../../shared/words/en/actions.ts'
import { menu } from '../../shared/words/en/menu.ts'
import type { Words } from '../../shared/words/words.ts'

/** What the main process says itself; the page has all words. */
export interface MenuWords {
  readonly titles: Words['actions']['title']
  readonly menu: Words['menu']
}

export const WORDS: Readonly<Record<Language, MenuWords>> = {
  en: { titles: actions.title, menu },
  de: { titles: german.title, menu: germanMenu },
}
