import { floatRepr, floatValue } from './float-repr.ts'

/** Texts of Python's timedelta, Decimal, UUID and complex, read and written. Reading gives null where Python would raise. */

/** As Python keeps it: seconds and microseconds never negative, the sign in the days. */
export interface Timedelta {
  readonly days: number
  readonly seconds: number
  readonly micros: number
}

const MAX_DAYS = 999_999_999n
const DAY = 86_400_000_000n
const DURATION = /^([-+]?)P(?=.)(?:([0-9]{1,12})W)?(?:([0-9]{1,12})D)?(?:T(?=.)(?:([0-9]{1,15})H)?(?:([0-9]{1,16})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,6}))?S)?)?$/

/** `P1DT2S`, `-PT0.500000S`: one sign, before everything. */
export function formatDuration(delta: Timedelta): string {
  const micros = BigInt(delta.days) * DAY + BigInt(delta.seconds) * 1_000_000n + BigInt(delta.micros)
  const size = micros < 0n ? -micros : micros
  const days = size / DAY
  const seconds = (size % DAY) / 1_000_000n
  const fraction = size % 1_000_000n
  const small = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0')}`
  const time = [unit(seconds / 3600n, 'H'), unit((seconds / 60n) % 60n, 'M'), seconds % 60n === 0n && small === '' ? '' : `${seconds % 60n}${small}S`].join('')
  if (size === 0n) return 'PT0S'
  return `${micros < 0n ? '-' : ''}P${unit(days, 'D')}${time === '' ? '' : `T${time}`}`
}

export function readDuration(text: string): Timedelta | null {
  const found = DURATION.exec(text)
  if (found === null) return null
  const [, sign, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = found
  const size = (BigInt(weeks) * 7n + BigInt(days)) * DAY + ((BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  const micros = sign === '-' ? -size : size
  const rest = ((micros % DAY) + DAY) % DAY
  const whole = (micros - rest) / DAY
  if (whole > MAX_DAYS || whole < -MAX_DAYS) return null
  return { days: Number(whole), seconds: Number(rest / 1_000_000n), micros: Number(rest % 1_000_000n) }
}

const DECIMAL = /^[-+]?(?:(?:(?<digits>[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<only>[0-9]+))(?:[eE](?<power>[-+]?[0-9]{1,19}))?|inf(?:inity)?|s?nan[0-9]*)$/i
const MAX_EXPONENT = 999_999_999_999_999_999n
const MIN_LAST_EXPONENT = -1_999_999_999_999_999_997n
const MAX_DIGITS = 100_000

/** Whether `decimal.Decimal(text)` reads it exactly. */
export function isDecimal(text: string): boolean {
  const found = text.length > MAX_DIGITS ? null : DECIMAL.exec(text)
  if (found === null) return false
  const { digits, fraction, only, power } = found.groups ?? {}
  const after = (fraction ?? only ?? '').length
  const last = BigInt(power ?? 0) - BigInt(after)
  const significant = `${digits ?? ''}${fraction ?? only ?? ''}`.replace(/^0+/, '').length
  return last >= MIN_LAST_EXPONENT && last + BigInt(Math.max(significant, 1)) - 1n <= MAX_EXPONENT
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const UUID_LIMIT = 1n << 128n

/** `str(UUID(int=value))`; null: out of range. */
export function formatUuid(value: bigint): string | null {
  if (value < 0n || value >= UUID_LIMIT) return null
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Any spelling in hexadecimal digits, with hyphens in place or without them. */
export function readUuid(text: string): bigint | null {
  const lower = text.toLowerCase()
  if (!UUID.test(lower) && !/^[0-9a-f]{32}$/.test(lower)) return null
  return BigInt(`0x${lower.replaceAll('-', '')}`)
}

const NUMBER = String.raw`(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|nan|inf`
const COMPLEX = new RegExp(String.raw`^(?:([-+]?(?:${NUMBER}))(?![0-9.]))??(?:([-+]?(?:${NUMBER}))j)?$`)

/** `repr(complex(real, imaginary))`. */
export function formatComplex(real: number, imaginary: number): string {
  if (Object.is(real, 0)) return `${shortRepr(imaginary)}j`
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+'
  return `(${shortRepr(real)}${sign}${shortRepr(imaginary)}j)`
}

export function readComplex(text: string): { readonly real: number; readonly imaginary: number } | null {
  if (text.length > 200) return null
  const bare = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text
  const found = bare === '' ? null : COMPLEX.exec(bare)
  if (found === null) return null
  const [, real, imaginary] = found
  if (real !== undefined && imaginary !== undefined && !/^[-+]/.test(imaginary)) return null
  return { real: numberOf(real), imaginary: numberOf(imaginary) }
}

/** As `repr(float)`, without `.0` at the end. */
function shortRepr(value: number): string {
  return floatRepr(value).replace(/\.0$/, '')
}

function numberOf(text: string | undefined): number {
  return text === undefined ? 0 : floatValue(text.replace(/^\+/, '').replace(/^-nan$/, 'nan'))
}

function unit(value: bigint, letter: string): string {
  return value === 0n ? '' : `${value}${letter}`
}
