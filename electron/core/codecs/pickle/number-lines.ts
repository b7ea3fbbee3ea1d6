import { LIMITS } from '../../../../shared/limits.ts'

/** Numbers that stand in a pickle as a line of text, as CPython reads them (Modules/_pickle.c). null where it raises. */

const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g
const DECIMAL = /^([-+]?)([0-9]+(?:_[0-9]+)*)$/
const PREFIXED = /^([-+]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0[bB]_?[01]+(?:_[01]+)*)$/
/** What C's `strtol` takes for octal, and Python for nothing. */
const OLD_OCTAL = /^([-+]?)(0[0-7]+)$/
const FLOAT = /^[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|inf(?:inity)?|nan)$/i

/** Opcode INT: the base tells itself (`0x10`, `010`). `01` and `00`, three bytes with their newline, are True and False. */
export function readInt(line: string): string | boolean | null {
  const text = cText(line)
  const bare = trimStart(text)
  const small = OLD_OCTAL.exec(bare)
  const digits = small === null ? readBase(text, true) : octal(small)
  return line.length === 2 && (digits === '0' || digits === '1') ? digits === '1' : digits
}

/** Opcode LONG: as INT, with an `L` of Python 2. */
export function readLongInt(line: string): string | null {
  const text = line.endsWith('L') ? line.slice(0, -1) : line
  return readBase(cText(text), true)
}

/** Opcodes GET and PUT: a place in the memo, in decimal. */
export function readIndex(line: string): number | null {
  const digits = readBase(cText(line), false)
  return digits === null || digits.startsWith('-') ? null : Number(digits)
}

/** Opcode FLOAT, in the spelling of `float()`. */
export function readFloat(line: string): number | null {
  const text = cText(line)
  if (!FLOAT.test(text)) return null
  const lower = text.toLowerCase()
  if (lower.endsWith('nan')) return Number.NaN
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

function readBase(text: string, withPrefix: boolean): string | null {
  const bare = text.replaceAll(SPACE, '')
  const [, sign = '', spelled = ''] = DECIMAL.exec(bare) ?? []
  if (spelled !== '') {
    const digits = spelled.replaceAll('_', '')
    const significant = digits.replace(/^0+/, '')
    // With a base of its own, a number begins with no zero, unless it is zero.
    if (digits.length > LIMITS.integerDigits || (withPrefix && digits.startsWith('0') && significant !== '')) return null
    return signed(sign, significant === '' ? '0' : significant)
  }
  const [, prefixSign = '', prefixed = ''] = withPrefix ? (PREFIXED.exec(bare) ?? []) : []
  return prefixed === '' || prefixed.length > LIMITS.integerDigits ? null : signed(prefixSign, String(BigInt(prefixed.replaceAll('_', '').toLowerCase())))
}

function octal([, sign = '', digits = '']: RegExpExecArray): string | null {
  const value = BigInt(`0o${digits}`)
  return value < 1n << 63n ? signed(sign, String(value)) : null
}

function signed(sign: string, digits: string): string {
  return sign === '-' && digits !== '0' ? `-${digits}` : digits
}

/** C ends a text at its first NUL. */
function cText(line: string): string {
  const end = line.indexOf('\0')
  return end < 0 ? line : line.slice(0, end)
}

function trimStart(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, '')
}
