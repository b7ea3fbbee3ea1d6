import type { Call } from './call.ts'
import { unknownCall } from './call.ts'
import { iterate } from './evaluate.ts'
import { cleanPath, formatPlain, joinPath, missing } from './operators.ts'
import { notKnown, place, spend } from './run.ts'
import { settle, spoil } from './state.ts'
import type { Py, PyDict, PyList } from './values.ts'
import { bool, int, keyOf, list, NONE, str, tuple, unknown, withEnv } from './values.ts'

/** A method of a value. One that is not followed spoils the value. */
export function callMethod(call: Call, of: Py, name: string): Py {
  spend(call.run)
  const result = call.spread ? null : pick(call, of, name)
  if (result !== null) return result
  spoil(of, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
  return unknownCall(call)
}

function pick(call: Call, of: Py, name: string): Py | null {
  switch (of.t) {
    case 'str': return withEnvOf(callText(of.v, name, call), of)
    case 'path': return callPath(call, of.v, name)
    case 'list': case 'set': return of.spoiled === null ? callList(call, of, name) : null
    case 'dict': return of.spoiled === null ? callDict(call, of, name) : null
    case 'tuple': return name === 'index' || name === 'count' ? notKnown(call.run, `computed at ${place(call.frame, call.line)}`) : null
    default: return null
  }
}

function withEnvOf(value: Py | null, from: Py): Py | null {
  return value === null ? null : withEnv(value, from)
}

function callText(text: string, name: string, call: Call): Py | null {
  const texts = call.args.map((arg) => (arg.t === 'str' ? arg.v : null))
  const [first, second] = texts
  if (name === 'format') return formatBraces(text, call)
  if (name === 'join') return joinItems(text, call)
  if (call.keywords.size > 0) return null
  const only = call.args.length <= 1 && first !== null
  switch (name) {
    case 'lower': return isAscii(text) ? str(text.toLowerCase()) : null
    case 'upper': return isAscii(text) ? str(text.toUpperCase()) : null
    case 'strip': return only ? str(strip(text, first, true, true)) : null
    case 'lstrip': return only ? str(strip(text, first, true, false)) : null
    case 'rstrip': return only ? str(strip(text, first, false, true)) : null
    case 'startswith': return first === undefined || first === null || call.args.length > 1 ? null : bool(text.startsWith(first))
    case 'endswith': return first === undefined || first === null || call.args.length > 1 ? null : bool(text.endsWith(first))
    case 'isdigit': return isAscii(text) ? bool(/^\d+$/.test(text)) : null
    case 'replace': return typeof first === 'string' && typeof second === 'string' && call.args.length === 2 && first !== '' ? str(text.replaceAll(first, () => second)) : null
    case 'split': return split(text, first, call.args.length)
    case 'splitlines': return isAscii(text) && call.args.length === 0 && !/[\v\f\x1c-\x1e]/.test(text) ? list((text === '' ? [] : text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)).map(str)) : null
    case 'encode': return isAscii(text) && (first === undefined || first === 'utf-8' || first === 'utf8') ? { t: 'bytes', v: text } : null
    default: return null
  }
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

const PYTHON_SPACE = ' \t\n\r\x0b\x0c'

function strip(text: string, characters: string | undefined, left: boolean, right: boolean): string {
  const set = new Set(characters ?? PYTHON_SPACE)
  let from = 0
  let to = text.length
  while (left && from < to && set.has(text[from] ?? '')) from += 1
  while (right && to > from && set.has(text[to - 1] ?? '')) to -= 1
  return text.slice(from, to)
}

function split(text: string, separator: string | null | undefined, count: number): Py | null {
  if (separator === null || count > 1 || separator === '') return null
  const items = separator === undefined ? strip(text, undefined, true, true).split(/[ \t\n\r\x0b\x0c]+/).filter((item) => item !== '') : text.split(separator)
  return separator === undefined && !isAscii(text) ? null : list(items.map((item) => str(item)))
}

function joinItems(text: string, call: Call): Py | null {
  const [given] = call.args
  const items = given === undefined ? null : iterate(given)
  if (items === null || items.some((item) => item.t !== 'str')) return null
  const joined = items.map((item) => (item.t === 'str' ? item.v : '')).join(text)
  spend(call.run, joined.length >> 6)
  return str(joined)
}

/** `{}`, `{0}` and `{name}`, with no format after them. */
function formatBraces(text: string, call: Call): Py | null {
  let next = 0
  let failed = false
  const out = text.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, field: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1)
    const value = field === '' ? call.args[next++] : field !== undefined && /^\d{1,3}$/.test(field) ? call.args[Number(field)] : field === undefined ? undefined : call.keywords.get(field)
    const plain = value === undefined ? null : formatPlain(settle(value), '')
    if (plain?.t !== 'str') failed = true
    return plain?.t === 'str' ? plain.v : ''
  })
  return failed ? null : withEnv(str(out), ...call.args, ...call.keywords.values())
}

function callPath(call: Call, path: string, name: string): Py | null {
  const { world } = call.run
  switch (name) {
    case 'joinpath': {
      let joined = path
      for (const arg of call.args) {
        if (arg.t !== 'str' && arg.t !== 'path') return null
        joined = joinPath(joined, arg.v)
      }
      return { t: 'path', v: joined }
    }
    case 'resolve': {
      const real = path.startsWith('/') ? world.realPath(path) : null
      return real === null ? unknown(`a path outside of the project at ${place(call.frame, call.line)}`) : { t: 'path', v: real }
    }
    case 'absolute': return path.startsWith('/') ? { t: 'path', v: path } : null
    case 'as_posix': case '__str__': return str(path)
    case 'exists': case 'is_file': case 'is_dir': return exists(call, path, name === 'is_file' ? 'file' : name === 'is_dir' ? 'folder' : null)
    case 'with_name': case 'with_suffix': return null
    default: return null
  }
}

/** Whether a file is there, told for the project's own only. */
export function exists(call: Call, path: string, wanted: 'file' | 'folder' | null): Py {
  const found = path.startsWith('/') ? call.run.world.exists(cleanPath(path)) : null
  if (found === null) return notKnown(call.run, `a file outside of the project at ${place(call.frame, call.line)}`)
  return bool(wanted === null ? found !== 'no' : found === wanted)
}

function callList(call: Call, of: PyList, name: string): Py | null {
  const [first, second] = call.args
  const items = first === undefined ? null : iterate(first)
  spend(call.run, of.items.length >> 4)
  switch (name) {
    case 'append': case 'add':
      if (first === undefined || call.args.length > 1) return null
      if (of.t === 'set' && of.items.some((item) => keyOf(item) !== null && keyOf(item) === keyOf(first))) return NONE
      of.items.push(first)
      return NONE
    case 'extend': case 'update':
      if (items === null) return null
      if (of.t === 'set') for (const item of items) callList({ ...call, args: [item] }, of, 'add')
      else of.items.push(...items)
      return NONE
    case 'insert':
      if (first?.t !== 'int' || second === undefined || of.t === 'set') return null
      of.items.splice(Math.max(-of.items.length, Math.min(of.items.length, Number(first.v))), 0, second)
      return NONE
    case 'remove': case 'discard': return removeItem(call, of, first, name)
    case 'index': {
      const at = indexOf(of, first)
      return at === null ? null : at < 0 ? missing(call.run, call.frame, 'ValueError', call.line, `a missing item at ${place(call.frame, call.line)}`) : int(at)
    }
    case 'copy': return { ...of, items: [...of.items] }
    case 'reverse':
      of.items.reverse()
      return NONE
    case 'pop': return call.args.length === 0 && of.t === 'list' ? (of.items.pop() ?? null) : null
    default: return null
  }
}

function indexOf(of: PyList, wanted: Py | undefined): number | null {
  const key = wanted === undefined ? null : keyOf(wanted)
  const keys = of.items.map(keyOf)
  return key === null || keys.includes(null) ? null : keys.indexOf(key)
}

function removeItem(call: Call, of: PyList, item: Py | undefined, name: string): Py | null {
  const at = indexOf(of, item)
  if (at === null) return null
  if (at >= 0) of.items.splice(at, 1)
  return at >= 0 || name === 'discard' ? NONE : missing(call.run, call.frame, 'ValueError', call.line, `a missing item at ${place(call.frame, call.line)}`)
}

function callDict(call: Call, of: PyDict, name: string): Py | null {
  const [first, second = NONE] = call.args
  const key = first === undefined ? null : keyOf(first)
  switch (name) {
    case 'get': return key === null ? null : (of.entries.get(key)?.value ?? second)
    case 'setdefault':
      if (key === null || first === undefined) return null
      if (!of.entries.has(key)) of.entries.set(key, { key: first, value: second })
      return of.entries.get(key)?.value ?? null
    case 'update': return updateDict(call, of, first)
    case 'pop': {
      const held = key === null ? undefined : of.entries.get(key)?.value
      if (key === null || (held === undefined && call.args.length < 2)) return null
      of.entries.delete(key)
      return held ?? second
    }
    case 'copy': return { ...of, entries: new Map(of.entries) }
    case 'keys': return tuple([...of.entries.values()].map((entry) => entry.key))
    case 'values': return tuple([...of.entries.values()].map((entry) => entry.value))
    case 'items': return tuple([...of.entries.values()].map((entry) => tuple([entry.key, entry.value])))
    default: return null
  }
}

function updateDict(call: Call, of: PyDict, given: Py | undefined): Py | null {
  const other = given === undefined ? null : settle(given)
  if (other !== null && other.t !== 'dict') return null
  if (other !== null) for (const [key, entry] of other.entries) of.entries.set(key, entry)
  for (const [name, value] of call.keywords) of.entries.set(`s${name}`, { key: str(name), value })
  return NONE
}
