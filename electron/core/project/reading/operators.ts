import { posix } from 'node:path'
import type { Frame, Run } from './run.ts'
import { notKnown, place, PythonRaise } from './run.ts'
import { readVariable } from './environment.ts'
import { settle } from './state.ts'
import type { Py } from './values.ts'
import { bool, int, isSame, keyOf, list, str, tuple, unknown } from './values.ts'

const MAX_TEXT = 1_000_000
const MAX_LENGTH = 100_000
const MAX_BITS = 4096n

/** Python's truth of a value. null: not known. */
export function truthOf(value: Py): boolean | null {
  switch (value.t) {
    case 'none': return false
    case 'bool': return value.v
    case 'int': return value.v !== 0n
    case 'float': return value.v !== 0
    case 'str': case 'bytes': return value.v !== ''
    case 'path': return true
    case 'timedelta': return value.seconds !== 0
    case 'list': case 'set': case 'tuple': return value.items.length > 0
    case 'dict': return value.entries.size > 0
    case 'module': case 'function': return true
    default: return null
  }
}

export function applyUnary(run: Run, op: string, of: Py, where: string): Py {
  if (op === 'not') {
    const truth = truthOf(of)
    return truth === null ? notKnown(run, whyOf(of) ?? `computed at ${where}`) : { ...bool(!truth), ...(of.env === undefined ? {} : { env: of.env }) }
  }
  if (of.t === 'int') return op === '-' ? int(-of.v) : op === '+' ? of : int(~of.v)
  if (of.t === 'float' && op !== '~') return { t: 'float', v: op === '-' ? -of.v : of.v }
  return notKnown(run, whyOf(of) ?? `computed at ${where}`)
}

function whyOf(...values: readonly Py[]): string | null {
  for (const value of values) if (value.t === 'unknown') return value.why
  return null
}

export function applyBinary(run: Run, op: string, givenLeft: Py, givenRight: Py, where: string): Py {
  const [left, right] = [settle(givenLeft), settle(givenRight)]
  const result = arithmetic(op, left, right) ?? textual(op, left, right) ?? containers(op, left, right) ?? paths(op, left, right)
  return result ?? notKnown(run, whyOf(left, right) ?? `computed at ${where}`)
}

function toNumber(value: Py): bigint | number | null {
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
    const value = name === undefined ? items?.[used] : right.t === 'dict' ? right.entries.get(`s${name}`)?.value : undefined
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
  if (op === '+' && left.t === 'list' && right.t === 'list') return left.items.length + right.items.length > MAX_LENGTH ? null : list([...left.items, ...right.items])
  if (op === '+' && left.t === 'tuple' && right.t === 'tuple') return left.items.length + right.items.length > MAX_LENGTH ? null : tuple([...left.items, ...right.items])
  if (op === '|' && left.t === 'dict' && right.t === 'dict') return { t: 'dict', entries: new Map([...left.entries, ...right.entries]), spoiled: null }
  return null
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

export function applyCompare(run: Run, frame: Frame, op: string, givenLeft: Py, givenRight: Py, line: number): Py {
  if (givenRight.t === 'ref' && givenRight.name === 'os.environ') return isVariableSet(run, frame, op, givenLeft, line)
  const [left, right] = [settle(givenLeft), settle(givenRight)]
  const why = whyOf(left, right)
  if (why !== null) return notKnown(run, why)
  const result = compareKnown(op, left, right)
  return result === null ? notKnown(run, `computed at ${place(frame, line)}`) : bool(result)
}

function isVariableSet(run: Run, frame: Frame, op: string, name: Py, line: number): Py {
  const value = name.t === 'str' ? readVariable(run, name.v) : unknown(`computed at ${place(frame, line)}`)
  if (value === null) return { ...bool(op === 'not in'), ...(name.t === 'str' ? { env: [name.v] } : {}) }
  return value.t === 'unknown' ? value : { ...bool(op === 'in'), ...(name.t === 'str' ? { env: [name.v] } : {}) }
}

const PLAIN = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'path', 'list', 'tuple', 'dict', 'set'])

function compareKnown(op: string, left: Py, right: Py): boolean | null {
  if (!PLAIN.has(left.t) || !PLAIN.has(right.t)) return null
  const [a, b] = [toNumber(left), toNumber(right)]
  switch (op) {
    case 'is': case 'is not': {
      const singletons = ['none', 'bool']
      if (!singletons.includes(left.t) && !singletons.includes(right.t)) return null
      return isSame(left, right) === (op === 'is')
    }
    case '==': case '!=': {
      const equal = a !== null && b !== null ? (typeof a === typeof b ? a === b : Number(a) === Number(b)) : isDeeplyKnown(left) && isDeeplyKnown(right) ? isSame(left, right) : null
      return equal === null ? null : equal === (op === '==')
    }
    case 'in': case 'not in': {
      const found = contains(right, left)
      return found === null ? null : found === (op === 'in')
    }
    default: return compareOrder(op, left, right, a, b)
  }
}

/** Containers of numbers of several types, or of things not known, are not compared. */
function isDeeplyKnown(value: Py): boolean {
  if (value.t === 'list' || value.t === 'tuple') return value.items.every((item) => item.t === 'str')
  return value.t !== 'dict' && value.t !== 'set'
}

function contains(container: Py, item: Py): boolean | null {
  if (container.t === 'str') return item.t === 'str' ? container.v.includes(item.v) : null
  const key = keyOf(item)
  if (key === null) return null
  if (container.t === 'dict') return container.entries.has(key)
  if (container.t !== 'list' && container.t !== 'tuple' && container.t !== 'set') return null
  const keys = container.items.map(keyOf)
  return keys.includes(key) ? true : keys.includes(null) ? null : false
}

function compareOrder(op: string, left: Py, right: Py, a: bigint | number | null, b: bigint | number | null): boolean | null {
  const order = a !== null && b !== null ? (a < b ? -1 : a > b ? 1 : 0) : left.t === 'str' && right.t === 'str' ? compareText(left.v, right.v) : left.t === 'tuple' && right.t === 'tuple' ? compareTuples(left.items, right.items) : null
  if (order === null) return null
  switch (op) {
    case '<': return order < 0
    case '>': return order > 0
    case '<=': return order <= 0
    case '>=': return order >= 0
    default: return null
  }
}

function compareText(a: string, b: string): number | null {
  const ascii = /^[\0-\x7f]*$/
  return ascii.test(a) && ascii.test(b) ? (a < b ? -1 : a > b ? 1 : 0) : null
}

function compareTuples(a: readonly Py[], b: readonly Py[]): number | null {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [x, y] = [a[index], b[index]]
    if (x === undefined || y === undefined) return a.length - b.length
    if (x.t !== 'int' || y.t !== 'int') return null
    if (x.v !== y.v) return x.v < y.v ? -1 : 1
  }
  return 0
}

/** `of[key]`. A missing key raises where something catches it. */
export function itemOf(run: Run, frame: Frame, of: Py, key: Py, line: number): Py {
  const where = place(frame, line)
  if (of.t === 'ref' && of.name === 'os.environ') return itemOfEnvironment(run, frame, key, line)
  const settled = settle(of)
  if (settled.t === 'dict') {
    const name = keyOf(key)
    const entry = name === null ? undefined : settled.entries.get(name)
    if (entry !== undefined) return entry.value
    return name === null ? notKnown(run, whyOf(key) ?? `computed at ${where}`) : missing(run, frame, 'KeyError', line, `a missing key at ${where}`)
  }
  if (settled.t === 'method' && settled.name === 'parents' && settled.of.t === 'path' && key.t === 'int' && key.v >= 0n && key.v < 100n) {
    let path = settled.of.v
    for (let index = 0n; index <= key.v; index += 1n) path = parentOf(path)
    return { t: 'path', v: path }
  }
  if ((settled.t === 'list' || settled.t === 'tuple') && (key.t === 'int' || key.t === 'bool')) {
    const item = settled.items.at(Number(key.v))
    return item ?? missing(run, frame, 'IndexError', line, `a missing item at ${where}`)
  }
  if (settled.t === 'str' && key.t === 'int') {
    const letter = [...settled.v].at(Number(key.v))
    return letter === undefined ? missing(run, frame, 'IndexError', line, `a missing item at ${where}`) : str(letter)
  }
  return notKnown(run, whyOf(settled, key) ?? `computed at ${where}`)
}

function itemOfEnvironment(run: Run, frame: Frame, key: Py, line: number): Py {
  if (key.t !== 'str') return notKnown(run, `computed at ${place(frame, line)}`)
  const held = readVariable(run, key.v)
  // Whether it is set at all may not be known: then it may raise here.
  if (held?.t === 'unknown' || (held?.t === 'choice' && held.options.some(({ value }) => value.t === 'absent'))) run.doubt ??= `environment ${key.v}`
  return held ?? { ...missing(run, frame, 'KeyError', line, `environment ${key.v} is not set`), env: [key.v] }
}

export function missing(run: Run, frame: Frame, exception: string, line: number, why: string): Py {
  if (isCaught(frame, exception)) throw new PythonRaise(exception, line)
  return notKnown(run, why)
}

const PARENTS: Readonly<Record<string, readonly string[]>> = {
  KeyError: ['LookupError'], IndexError: ['LookupError'], ModuleNotFoundError: ['ImportError'], UndefinedValueError: [], ImproperlyConfigured: [],
}

export function isCaught(frame: Frame, exception: string): boolean {
  return matches(frame.catching, exception)
}

export function matches(catching: readonly string[], exception: string): boolean {
  return catching.some((name) => name === '*' || name === 'Exception' || name === 'BaseException' || name === exception || (PARENTS[exception] ?? []).includes(name))
}

export function sliceOf(run: Run, of: Py, bounds: readonly Py[], where: string): Py {
  const numbers = bounds.map((bound) => (bound.t === 'none' ? undefined : bound.t === 'int' ? Number(bound.v) : null))
  const [from, to, step] = numbers
  if (from === null || to === null || (step !== undefined && step !== 1)) return notKnown(run, `computed at ${where}`)
  if (of.t === 'str') return str([...of.v].slice(from, to).join(''))
  if (of.t === 'list') return list(of.items.slice(from, to))
  if (of.t === 'tuple') return tuple(of.items.slice(from, to))
  return notKnown(run, whyOf(of) ?? `computed at ${where}`)
}
