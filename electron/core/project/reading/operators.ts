import { posix } from 'node:path'
import { iterate } from './iterate.ts'
import { mergeInto } from './merge-dicts.ts'
import type { Run } from './run.ts'
import { notKnown, spend } from './run.ts'
import { truthOf } from './truth.ts'
import type { Py } from './values.ts'
import { bool, dict, int, list, settle, str, tuple, unknown } from './values.ts'

const MAX_TEXT = 1_000_000
const MAX_LENGTH = 100_000
const MAX_BITS = 4096n

export function applyUnary(run: Run, op: string, of: Py, where: string): Py {
  if (op === 'not') {
    const truth = truthOf(of)
    return truth === null ? notKnown(run, whyOf(of) ?? `computed at ${where}`) : { ...bool(!truth), ...(of.env === undefined ? {} : { env: of.env }) }
  }
  if (of.t === 'int') return op === '-' ? int(-of.v) : op === '+' ? of : int(~of.v)
  if (of.t === 'float' && op !== '~') return { t: 'float', v: op === '-' ? -of.v : of.v }
  return notKnown(run, whyOf(of) ?? `computed at ${where}`, of)
}

export function whyOf(...values: readonly Py[]): string | null {
  for (const value of values) if (value.t === 'unknown') return value.why
  return null
}

export function applyBinary(run: Run, op: string, givenLeft: Py, givenRight: Py, where: string): Py {
  const [left, right] = [settle(givenLeft), settle(givenRight)]
  const result = arithmetic(op, left, right) ?? textual(op, left, right) ?? containers(op, left, right) ?? paths(op, left, right)
  if (result !== null && result.t === 'list') spend(run, result.cell.items.length)
  return result ?? notKnown(run, whyOf(left, right) ?? `computed at ${where}`, givenLeft, givenRight)
}

export function toNumber(value: Py): bigint | number | null {
  if (value.t === 'int' || value.t === 'float') return value.v
  return value.t === 'bool' ? BigInt(value.v) : null
}

function arithmetic(op: string, left: Py, right: Py): Py | null {
  if (left.t === 'timedelta' && right.t === 'int' && op === '*') return { t: 'timedelta', seconds: left.seconds * Number(right.v) }
  const [a, b] = [toNumber(left), toNumber(right)]
  if (a === null || b === null) return null
  if (typeof a === 'bigint' && typeof b === 'bigint') return integers(op, a, b)
  const [x, y] = [Number(a), Number(b)]
  const result = op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : op === '/' && y !== 0 ? x / y : null
  return result === null || !Number.isFinite(result) ? null : { t: 'float', v: result }
}

function integers(op: string, a: bigint, b: bigint): Py | null {
  const limit = 1n << MAX_BITS
  if (a > limit || a < -limit || b > limit || b < -limit) return null
  switch (op) {
    case '+': return int(a + b)
    case '-': return int(a - b)
    case '*': return int(a * b)
    case '/': return b !== 0n && Number.isSafeInteger(Number(a)) && Number.isSafeInteger(Number(b)) ? { t: 'float', v: Number(a) / Number(b) } : null
    // Python rounds down, and the rest has the sign of the divisor.
    case '//': return b === 0n ? null : int((a - modulo(a, b)) / b)
    case '%': return b === 0n ? null : int(modulo(a, b))
    case '**': return b >= 0n && b <= 64n && a < 1n << 64n && a > -(1n << 64n) ? int(a ** b) : null
    case '<<': return b >= 0n && b <= 64n ? int(a << b) : null
    case '>>': return b >= 0n && b <= 64n ? int(a >> b) : null
    case '|': return int(a | b)
    case '&': return int(a & b)
    default: return null
  }
}

function modulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b
}

function textual(op: string, left: Py, right: Py): Py | null {
  if (op === '+' && (left.t === 'str' || left.t === 'bytes') && right.t === left.t) return left.v.length + right.v.length > MAX_TEXT ? null : { t: left.t, v: left.v + right.v }
  if (op === '*' && left.t === 'str' && right.t === 'int') return right.v > 10_000n || left.v.length * Number(right.v) > MAX_TEXT ? null : str(left.v.repeat(Math.max(0, Number(right.v))))
  if (op === '%' && left.t === 'str') return formatPercent(left.v, right)
  return null
}

/** `%s` and `%d` with as many plain values, or names of a dict. */
function formatPercent(text: string, right: Py): Py | null {
  const items = right.t === 'tuple' ? right.items : right.t === 'dict' ? null : [right]
  let used = 0
  let failed = false
  const out = text.replace(/%(?:\((\w+)\))?(.)/g, (_whole, name: string | undefined, letter: string) => {
    if (letter === '%' && name === undefined) return '%'
    const value = name === undefined ? items?.[used] : right.t === 'dict' ? right.cell.entries.get(`s${name}`)?.value : undefined
    used += 1
    const plain = value === undefined ? null : formatPlain(value, '')
    if (plain?.t !== 'str' || (letter !== 's' && !(letter === 'd' && value?.t === 'int'))) {
      failed = true
      return ''
    }
    return plain.v
  })
  return failed || (items !== null && used !== items.length) || text.endsWith('%') && !text.endsWith('%%') ? null : str(out)
}

function containers(op: string, left: Py, right: Py): Py | null {
  if (op === '+' && left.t === 'list' && right.t === 'list') return left.cell.items.length + right.cell.items.length > MAX_LENGTH ? null : list([...left.cell.items, ...right.cell.items])
  if (op === '+' && left.t === 'tuple' && right.t === 'tuple') return left.items.length + right.items.length > MAX_LENGTH ? null : tuple([...left.items, ...right.items])
  if (op === '*' && (left.t === 'list' || left.t === 'tuple') && right.t === 'int') return repeatItems(left, Number(right.v))
  if (op !== '|' || left.t !== 'dict' || right.t !== 'dict') return null
  const made = dict()
  mergeInto(made, left)
  mergeInto(made, right)
  return made
}

function repeatItems(value: Py, times: number): Py | null {
  const items = iterate(value)
  if (items === null || items.length * Math.max(0, times) > MAX_LENGTH) return null
  const made = Array.from({ length: Math.max(0, times) }, () => items).flat()
  return value.t === 'tuple' ? tuple(made) : list(made)
}

function paths(op: string, left: Py, right: Py): Py | null {
  if (op !== '/') return null
  if (left.t === 'path' && (right.t === 'str' || right.t === 'path')) return { t: 'path', v: joinPath(left.v, right.v) }
  return left.t === 'str' && right.t === 'path' ? { t: 'path', v: joinPath(left.v, right.v) } : null
}

/** As `pathlib` does: no `..` is taken away, `.` and double slashes are. */
export function joinPath(base: string, more: string): string {
  return cleanPath(more.startsWith('/') ? more : `${base}/${more}`)
}

export function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const joined = parts.join('/')
  return path.startsWith('/') ? `/${joined}` : joined === '' ? '.' : joined
}

export function parentOf(path: string): string {
  return posix.dirname(path)
}

/** `str(value)` of what has one plain text. */
export function formatPlain(value: Py, where: string): Py {
  switch (value.t) {
    case 'str': return value
    case 'path': return str(value.v)
    case 'int': return str(value.v.toString())
    case 'bool': return str(value.v ? 'True' : 'False')
    case 'none': return str('None')
    case 'unknown': return value
    default: return unknown(`computed at ${where}`)
  }
}

