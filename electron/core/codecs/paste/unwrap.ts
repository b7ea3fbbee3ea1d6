import type { MappedText } from '../mapped-text.ts'
import { mapWhole, MappedTextBuilder } from '../mapped-text.ts'

/** Beyond this the paste is no mail, and stays as it is. */
const MOST_LINES = 100_000
const QUOTE = /^(?:[ \t]*>)+ ?/
/** Mail programs fill lines up to 76 characters with a soft end (`=`), RFC 2045. */
const SOFT_LINE = /^.{71,75}=\r?$/
const MAIL_LINE = /^[ \t]*>|^.{71,75}=\r?$/m

/** The paste without what mail put around it: `> ` before lines, `=` at soft line ends, `=3D` for `=`. */
export function unwrapMail(paste: string): MappedText {
  if (!MAIL_LINE.test(paste)) return mapWhole(paste, 0, paste.length)
  const lines = splitLines(paste)
  if (lines.length > MOST_LINES) return mapWhole(paste, 0, paste.length)
  const isSoft = lines.some(({ text }, index) => SOFT_LINE.test(text) && (lines[index + 1]?.text.trim() ?? '') !== '')
  const out = new MappedTextBuilder()
  for (const { text, start } of lines) {
    const soft = isSoft && SOFT_LINE.test(text)
    const body = soft ? text.replace(/=\r?$/, '') : text
    if (isSoft) addUnescaped(out, body, start)
    else out.add(body, start)
    if (!soft && start + text.length < paste.length) out.add('\n', start + text.length)
  }
  return out.build()
}

function splitLines(paste: string): readonly { readonly text: string; readonly start: number }[] {
  const lines: { text: string; start: number }[] = []
  for (let start = 0; start <= paste.length && lines.length <= MOST_LINES; ) {
    const found = paste.indexOf('\n', start)
    const end = found < 0 ? paste.length : found
    const line = paste.slice(start, end)
    const quoted = QUOTE.exec(line)?.[0].length ?? 0
    lines.push({ text: line.slice(quoted), start: start + quoted })
    start = end + 1
  }
  return lines
}

function addUnescaped(out: MappedTextBuilder, text: string, start: number): void {
  let at = 0
  for (const match of text.matchAll(/=3D/g)) {
    out.add(text.slice(at, match.index), start + at)
    out.add('=', start + match.index)
    at = match.index + match[0].length
  }
  out.add(text.slice(at), start + at)
}
