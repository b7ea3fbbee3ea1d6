/** A string literal, taken apart. */
export interface StringLiteral {
  readonly isBytes: boolean
  readonly isRaw: boolean
  /** Its prefix and opening quotes, in characters; the closing quotes are `quote` long. */
  readonly open: number
  readonly quote: number
}

/** Prefix and quotes of a string literal. null: it is none, or it is not closed. */
export function openString(text: string): StringLiteral | null {
  const match = /^([A-Za-z]{0,3})("""|'''|"|')/.exec(text)
  if (match === null) return null
  const [whole, prefix = '', quote = ''] = match
  if (text.length < whole.length + quote.length || !text.endsWith(quote)) return null
  const letters = prefix.toLowerCase()
  return { isBytes: letters.includes('b'), isRaw: letters.includes('r'), open: whole.length, quote: quote.length }
}

const SIMPLE: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/**
 * The characters that the inside of a literal stands for. null: it has an escape that is not read here (`\N{…}`), or a wrong one.
 * Bytes are one character for each byte.
 */
export function unescape(inside: string, literal: { readonly isBytes: boolean; readonly isRaw: boolean }): string | null {
  const text = inside.replaceAll('\r\n', '\n')
  if (literal.isRaw || !text.includes('\\')) return text
  let out = ''
  let at = 0
  while (at < text.length) {
    const slash = text.indexOf('\\', at)
    if (slash < 0) break
    out += text.slice(at, slash)
    const escape = readEscape(text, slash + 1, literal.isBytes)
    if (escape === null) return null
    out += escape.text
    at = escape.next
  }
  return out + text.slice(at)
}

function readEscape(text: string, at: number, isBytes: boolean): { text: string; next: number } | null {
  const letter = text[at]
  if (letter === undefined) return null
  if (letter === '\n') return { text: '', next: at + 1 }
  const simple = SIMPLE[letter]
  if (simple !== undefined) return { text: simple, next: at + 1 }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))
  if (octal !== null) return { text: String.fromCharCode(Number.parseInt(octal[0], 8)), next: at + octal[0].length }
  const digits = letter === 'x' ? 2 : isBytes ? 0 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0
  if (digits > 0) return readHex(text, at + 1, digits)
  if (letter === 'N' && !isBytes) return null
  return { text: `\\${letter}`, next: at + 1 }
}

function readHex(text: string, at: number, digits: number): { text: string; next: number } | null {
  const hex = text.slice(at, at + digits)
  if (hex.length !== digits || !/^[0-9a-f]+$/i.test(hex)) return null
  const point = Number.parseInt(hex, 16)
  return point > 0x10ffff ? null : { text: String.fromCodePoint(point), next: at + digits }
}

/** A number literal. null: a complex number, or one beyond what is read. */
export function readNumber(text: string): bigint | number | null {
  const digits = text.replaceAll('_', '').toLowerCase()
  if (digits.length > 4300 || digits.endsWith('j')) return null
  if (/^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/.test(digits)) return BigInt(digits)
  if (/^(?:[1-9]\d*|0+)$/.test(digits)) return BigInt(digits)
  return /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(digits) && /[.e]/.test(digits) ? Number(digits) : null
}
