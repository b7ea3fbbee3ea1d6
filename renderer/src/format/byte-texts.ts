/** Bytes in the spellings that people paste: into Python, into redis-cli, into an SQL editor. */
export type ByteSpelling = 'text' | 'base64' | 'python' | 'redis' | 'hex'

export function spellBytes(base64: string, spelling: ByteSpelling): string {
  if (spelling === 'base64') return base64
  const bytes = bytesOf(base64)
  switch (spelling) {
    case 'text': return textOf(bytes) ?? ''
    case 'python': return pythonBytes(bytes)
    case 'redis': return redisText(bytes)
    case 'hex': return Array.from(bytes, hexOf).join('')
  }
}

/** Those that fit: bytes that are no text have none; what fits the place they came from is first. */
export function spellingsOf(base64: string, isRedis: boolean): readonly ByteSpelling[] {
  const isText = textOf(bytesOf(base64)) !== null
  const others: readonly ByteSpelling[] = isRedis ? ['redis', 'base64', 'python', 'hex'] : ['base64', 'python', 'redis', 'hex']
  return isText ? ['text', ...others] : others
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}

const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/

/** null: it is no text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return CONTROL.test(text) ? null : text
  } catch {
    return null
  }
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0')
const SHORT: Readonly<Record<number, string>> = { 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r', 0x5c: '\\\\' }
/** redis-cli knows two more. */
const REDIS_SHORT: Readonly<Record<number, string>> = { ...SHORT, 0x07: '\\a', 0x08: '\\b', 0x22: '\\"' }

/** Python's `repr(bytes)`. */
function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  const escapes = quote === "'" ? { ...SHORT, 0x27: "\\'" } : SHORT
  return `b${quote}${escapeBytes(bytes, escapes)}${quote}`
}

/** As redis-cli prints it, and reads it again: `SET key "\x80\x05…"`. */
function redisText(bytes: Uint8Array): string {
  return `"${escapeBytes(bytes, REDIS_SHORT)}"`
}

function escapeBytes(bytes: Uint8Array, short: Readonly<Record<number, string>>): string {
  const parts: string[] = []
  for (const byte of bytes) parts.push(short[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hexOf(byte)}`))
  return parts.join('')
}
