import { MappedTextBuilder } from '../mapped-text.ts'
import type { MappedText } from '../mapped-text.ts'

/** Words of one command that are kept. */
const MOST_WORDS = 4096

/** Whether a `curl` line was copied for Windows' cmd: carets before quotes, or at the line's end. */
export function isCmdLine(line: string): boolean {
  return line.includes('^"') || /\^\r?$/.test(line)
}

/**
 * Words of one cmd command from `start` to its end: `^` takes the next character as it is, `"…"` holds a word together, and in it
 * `""` and `\"` are a quote. One pass, whatever the text.
 */
export function splitCmdWords(paste: string, start: number): { readonly words: readonly MappedText[]; readonly end: number } {
  const words: MappedText[] = []
  let word = new MappedTextBuilder()
  let isQuoted = false
  let at = start
  const finish = (): void => {
    if (!word.isEmpty && words.length < MOST_WORDS) words.push(word.build())
    word = new MappedTextBuilder()
  }
  while (at < paste.length) {
    const caret = paste.charAt(at) === '^' ? 1 : 0
    const char = paste.charAt(at + caret)
    if (caret === 1 && (char === '\n' || char === '\r')) at += char === '\r' && paste.charAt(at + 2) === '\n' ? 3 : 2
    else if (char === '\n') break
    else if (char === '\\' && isQuoteAt(paste, at + caret + 1) > 0) {
      word.add('"', at + caret + 1)
      at += caret + 1 + isQuoteAt(paste, at + caret + 1)
    } else if (char === '"') {
      const doubled = isQuoted ? isQuoteAt(paste, at + caret + 1) : 0
      word.add(doubled > 0 ? '"' : '', at + caret)
      if (doubled === 0) isQuoted = !isQuoted
      at += caret + 1 + doubled
    } else if (!isQuoted && (char === ' ' || char === '\t' || char === '\r')) {
      finish()
      at += caret + 1
    } else {
      word.add(char, at + caret)
      at += caret + 1
    }
  }
  finish()
  return { words, end: at }
}

/** Characters of a quote at a position, with the caret that may stand before it; 0: there is none. */
function isQuoteAt(paste: string, at: number): number {
  if (paste.charAt(at) === '"') return 1
  return paste.startsWith('^"', at) ? 2 : 0
}
