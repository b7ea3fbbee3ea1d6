const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((digit, value) => [digit, value]))
/** 62^172 is beyond every float: longer numbers need not be computed. */
const FINITE_DIGITS = 172
/** 62^8 is a safe integer: times of real sessions need no big integers. */
const SAFE_DIGITS = 8

/** django/core/signing.py, `b62_encode`. */
export function encodeBase62(value: number): string {
  if (value === 0) return '0'
  let rest = Math.abs(value)
  let text = ''
  while (rest > 0) {
    text = ALPHABET.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return value < 0 ? `-${text}` : text
}

/**
 * django/core/signing.py, `b62_decode`: leading zeros and one minus are read, and `-` alone is 0. null where Python raises.
 * ±Infinity: a number that Python cannot turn into a float.
 */
export function decodeBase62(text: string): number | null {
  if (text === '') return null
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  const size = digits.length <= SAFE_DIGITS ? readShort(digits) : readLong(digits)
  if (size === null) return null
  return negative ? 0 - size : size
}

function readShort(digits: string): number | null {
  let value = 0
  for (let index = 0; index < digits.length; index++) {
    const next = DIGITS.get(digits.charAt(index))
    if (next === undefined) return null
    value = value * 62 + next
  }
  return value
}

function readLong(digits: string): number | null {
  let value = 0n
  let significant = 0
  for (const digit of digits) {
    const next = DIGITS.get(digit)
    if (next === undefined) return null
    if (significant > 0 || next > 0) significant++
    if (significant <= FINITE_DIGITS) value = value * 62n + BigInt(next)
  }
  return significant > FINITE_DIGITS ? Number.POSITIVE_INFINITY : Number(value)
}
