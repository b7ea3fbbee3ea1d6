import { locale } from './locale.ts'

/** What German keyboards have on them. */
const GERMAN: Readonly<Record<string, string>> = { Ctrl: 'Strg', Shift: 'Umschalt', Escape: 'Esc', Enter: 'Eingabe', Delete: 'Entf', Space: 'Leertaste', PgUp: 'Bild↑', PgDn: 'Bild↓', Home: 'Pos1', End: 'Ende' }

/** Keys as people read them: `mod+k` is "Ctrl K", on a Mac "⌘K", on a German keyboard "Strg K". */
export function spellKeys(keys: string, isMac: boolean): string {
  const spell = (part: string): string => (part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : part.length === 1 ? part.toUpperCase() : part)
  const names = keys.split('+').map(spell).map((name) => (locale() === 'de' ? GERMAN[name] ?? name : name))
  return names.join(isMac && keys.startsWith('mod+') ? '' : ' ')
}

/** For `aria-keyshortcuts`: both spellings, for the key is Ctrl or Command by platform. */
export function ariaKeys(keys: string): string {
  const last = keys.split('+').at(-1)?.toUpperCase() ?? ''
  return keys.startsWith('mod+') ? `Control+${last} Meta+${last}` : last
}
