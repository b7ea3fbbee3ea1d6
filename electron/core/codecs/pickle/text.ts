const REPLACEMENT = '\ufffd'

/**
 * UTF-8 as Python writes it into pickles (`surrogatepass`): lone surrogates are three bytes. null: not UTF-8.
 * `joins`: two neighbouring surrogates became one character, which Python holds as two.
 */
export function decodeUtf8(bytes: Buffer): { readonly text: string; readonly joins: boolean } | null {
  const text = bytes.toString('utf8')
  return text.includes(REPLACEMENT) ? decodeByHand(bytes) : { text, joins: false }
}

export function encodeUtf8(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts: Buffer[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    const isLone = character.length === 1 && code >= 0xd800 && code <= 0xdfff
    parts.push(isLone ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]) : Buffer.from(character, 'utf8'))
  }
  return Buffer.concat(parts)
}

/** Lengths, lead marks and least code points of the four forms of UTF-8. */
const FORMS = [
  { mask: 0x80, lead: 0x00, more: 0, least: 0 },
  { mask: 0xe0, lead: 0xc0, more: 1, least: 0x80 },
  { mask: 0xf0, lead: 0xe0, more: 2, least: 0x800 },
  { mask: 0xf8, lead: 0xf0, more: 3, least: 0x10000 },
] as const

function decodeByHand(bytes: Buffer): { readonly text: string; readonly joins: boolean } | null {
  const out: string[] = []
  let joins = false
  let wasHigh = false
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0
    const form = FORMS.find(({ mask, lead }) => (first & mask) === lead)
    if (form === undefined || at + form.more >= bytes.length) return null
    let code = first & ~form.mask & 0xff
    for (let more = 1; more <= form.more; more++) {
      const next = bytes[at + more] ?? 0
      if ((next & 0xc0) !== 0x80) return null
      code = (code << 6) | (next & 0x3f)
    }
    if (code < form.least || code > 0x10ffff) return null
    joins ||= wasHigh && code >= 0xdc00 && code <= 0xdfff
    wasHigh = code >= 0xd800 && code <= 0xdbff
    out.push(String.fromCodePoint(code))
    at += form.more + 1
  }
  return { text: out.join(''), joins }
}

/** The argument of UNICODE: latin-1 with `\uXXXX` and `\UXXXXXXXX` (Python's raw-unicode-escape). null: a broken escape. */
export function decodeRawUnicode(line: Buffer): string | null {
  const text = line.toString('latin1')
  if (!text.includes('\\')) return text
  let isBroken = false
  const decoded = text.replace(/(\\+)(?:(u)([0-9a-fA-F]{4})?|(U)([0-9a-fA-F]{8})?)/g, (whole, slashes: string, small?: string, four?: string, large?: string, eight?: string) => {
    if (slashes.length % 2 === 0 || (small ?? large) === undefined) return whole
    const digits = small === undefined ? eight : four
    const code = Number.parseInt(digits ?? '', 16)
    if (Number.isNaN(code) || code > 0x10ffff) {
      isBroken = true
      return ''
    }
    return slashes.slice(1) + String.fromCodePoint(code)
  })
  return isBroken ? null : decoded
}

/** What Python's pickler does for protocol 0: backslashes and newlines are escaped too. */
export function encodeRawUnicode(text: string): Buffer {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code > 0xffff) out += `\\U${code.toString(16).padStart(8, '0')}`
    else if (code > 0xff || ESCAPED.has(code)) out += `\\u${code.toString(16).padStart(4, '0')}`
    else out += character
  }
  return Buffer.from(out, 'latin1')
}

/** Backslash, NUL, newlines, and the end of file of DOS. */
const ESCAPED: ReadonlySet<number> = new Set([0x5c, 0x00, 0x0a, 0x0d, 0x1a])

const SIMPLE_ESCAPES: Readonly<Record<string, number | null>> = { '\\': 0x5c, "'": 0x27, '"': 0x22, a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** The argument of STRING, a Python 2 `repr`, read by Python 3 as ASCII. null: Python refuses it. */
export function decodeQuoted(line: Buffer): string | null {
  const text = line.toString('latin1').trimEnd()
  const quote = text.charAt(0)
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return null
  const bytes: number[] = []
  const inner = text.slice(1, -1)
  for (let at = 0; at < inner.length; at++) {
    if (inner.charAt(at) !== '\\') {
      bytes.push(inner.charCodeAt(at))
      continue
    }
    const escape = /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([^x0-7]))/y
    escape.lastIndex = at
    const found = escape.exec(inner)
    if (found === null) return null
    const [whole, hex, octal, plain = ''] = found
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff)
    else if (Object.hasOwn(SIMPLE_ESCAPES, plain)) bytes.push(SIMPLE_ESCAPES[plain] ?? 0)
    else bytes.push(0x5c, plain.charCodeAt(0))
    at += whole.length - 1
  }
  return bytes.some((byte) => byte > 0x7f) ? null : Buffer.from(bytes).toString('latin1')
}
