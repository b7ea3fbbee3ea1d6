/** Keys as people read them: `mod+k` is "Ctrl K", on a Mac "⌘K". */
export function spellKeys(keys: string, isMac: boolean): string {
  const names = keys.split('+').map((part) => (part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : part.length === 1 ? part.toUpperCase() : part))
  return names.join(isMac && keys.startsWith('mod+') ? '' : ' ')
}

/** For `aria-keyshortcuts`: both spellings, for the key is Ctrl or Command by platform. */
export function ariaKeys(keys: string): string {
  const last = keys.split('+').at(-1)?.toUpperCase() ?? ''
  return keys.startsWith('mod+') ? `Control+${last} Meta+${last}` : last
}
