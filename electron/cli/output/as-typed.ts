/** A next step, so that it works as it is printed. */
export type AsTyped = (...args: readonly string[]) => string

/**
 * Begins as the user began: `npx coatcheck` and `npm run …` put no `coatcheck` in the PATH. `scripts/coatcheck.mjs`, which knows it, leaves it in
 * the environment.
 */
export function asTyped({ COATCHECK_TYPED: typed }: NodeJS.ProcessEnv): AsTyped {
  return (...args) => [typed ?? 'coatcheck', ...args.map(shellWord)].join(' ')
}

/** The data folder of macOS has a space in it. */
function shellWord(text: string): string {
  if (/^[\w@%+=:,./~\\-]+$/.test(text)) return text
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
