/** Bytes of a quoted text, and the position behind its closing quote. */
export interface QuotedBytes {
  readonly bytes: Buffer
  readonly end: number
}

const LETTERS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, e: 27, '\\': 0x5c, "'": 0x27, '"': 0x22, '/': 0x2f }
const PLAIN = /[^'"\\\n]+/y
const CODE = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})/y

/** `"\x80\x05…"` as redis-cli and Python write bytes, from behind the opening quote. null: the line ends before the quote does. */
export function readQuotedBytes(text: string, start: number, quote: string): QuotedBytes | null {
  const parts: Buffer[] = []
  let at = start
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === quote) return { bytes: Buffer.concat(parts), end: at + 1 }
    if (char === '\n') return null
    if (char === '\\') at = readEscape(text, at + 1, parts)
    else {
      PLAIN.lastIndex = at
      const plain = PLAIN.exec(text)?.[0] ?? char
      parts.push(Buffer.from(plain, 'utf8'))
      at += plain.length
    }
  }
  return null
}

function readEscape(text: string, at: number, parts: Buffer[]): number {
  CODE.lastIndex = at
  const code = CODE.exec(text)
  if (code !== null) {
    const [whole, byte, unit, octal] = code
    parts.push(unit === undefined ? Buffer.of(Number.parseInt(byte ?? octal ?? '0', byte === undefined ? 8 : 16) & 0xff) : Buffer.from(String.fromCharCode(Number.parseInt(unit, 16)), 'utf8'))
    return at + whole.length
  }
  const letter = LETTERS[text.charAt(at)]
  parts.push(letter === undefined ? Buffer.from(`\\${text.charAt(at)}`, 'utf8') : Buffer.of(letter))
  return at + 1
}
