const EQUALS = 0x3d
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const STANDARD_SEXTETS = sextets(STANDARD)
const EITHER_SEXTETS = sextets(STANDARD, STANDARD.replace('+/', '-_'))

/** Value of each byte in any of the alphabets; 255: in none. */
function sextets(...alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(256).fill(255)
  for (const alphabet of alphabets) for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value
  return values
}

/** URL-safe base64 without padding (django/core/signing.py, `b64_encode`). */
export function encodeBase64Url(data: Uint8Array): string {
  return asBuffer(data).toString('base64url')
}

/**
 * What Django reads (django/core/signing.py, `b64_decode` over Python's lenient `a2b_base64`): both alphabets, foreign characters
 * skipped, padding made up from the length of the whole text. null where Python raises `binascii.Error`.
 */
export function decodeBase64Url(text: string): Buffer | null {
  const whole = Buffer.from(text, 'base64url')
  // A shorter result means that something was skipped, or that the length does not fit: Node is lenient in other ways than Python.
  if (text.length % 4 !== 1 && whole.length === Math.floor((text.length * 3) / 4)) return whole
  const bytes = Buffer.from(text, 'utf8')
  return decodeLeniently(bytes, (4 - (bytes.length % 4)) % 4, EITHER_SEXTETS)
}

/** Python's `base64.b64decode` of ASCII text: one alphabet, foreign characters skipped, no padding made up. null: `binascii.Error`. */
export function decodeStandardBase64(text: string): Buffer | null {
  return decodeLeniently(Buffer.from(text, 'latin1'), 0, STANDARD_SEXTETS)
}

function decodeLeniently(bytes: Buffer, padding: number, values: Uint8Array): Buffer | null {
  const out = Buffer.alloc(Math.ceil((bytes.length * 3) / 4))
  let length = 0
  let pending = 0
  let position = 0
  let pads = 0
  for (let index = 0; index < bytes.length + padding; index++) {
    const byte = bytes[index] ?? EQUALS
    if (byte === EQUALS) {
      if (position >= 2 && position + ++pads >= 4) return out.subarray(0, length)
      continue
    }
    const sextet = values[byte] ?? 255
    if (sextet === 255) continue
    pads = 0
    pending = ((pending << 6) | sextet) & 0xfff
    if (position > 0) out[length++] = (pending >> (6 - 2 * position)) & 0xff
    position = (position + 1) % 4
  }
  return position === 0 ? out.subarray(0, length) : null
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
