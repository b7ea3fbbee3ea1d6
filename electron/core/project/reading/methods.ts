import type { Call } from './call.ts'
import { givenTo, unknownCall } from './call.ts'
import { iterate } from './iterate.ts'
import { escape } from './memory.ts'
import { callDict, callList } from './container-methods.ts'
import { cleanPath, formatPlain, joinPath } from './operators.ts'
import { notKnown, place, spend } from './run.ts'
import type { Py } from './values.ts'
import { bool, isInert, list, settle, str, unknown, withEnv } from './values.ts'

/** A method of a value. With one that is not followed, the value escapes, and all that is given. */
export function callMethod(call: Call, of: Py, name: string): Py {
  spend(call.run)
  const result = call.spread ? null : pick(call, of, name)
  return result ?? unknownCall(call, of)
}

function pick(call: Call, of: Py, name: string): Py | null {
  const where = place(call.frame, call.line)
  switch (of.t) {
    case 'str': return withEnvOf(callText(of.v, name, call), of) ?? notChanging(call, of)
    case 'path': return callPath(call, of.v, name)
    case 'list': case 'set': case 'dict': {
      if (of.cell.spoiled === null) return of.t === 'dict' ? callDict(call, of, name) : callList(call, of, name)
      // It is not known already. What is put into it escapes.
      escape(call.run.state, givenTo(call), of.cell.spoiled)
      return { ...notKnown(call.run, of.cell.spoiled), ...(of.env === undefined ? {} : { env: of.env }) }
    }
    case 'tuple': return name === 'index' || name === 'count' ? notKnown(call.run, `computed at ${where}`) : null
    default: return null
  }
}

/** A text changes nothing that it is given; what it is given may be asked for its own text. */
function notChanging(call: Call, of: Py): Py | null {
  return givenTo(call).every(isInert) ? withEnv(notKnown(call.run, `computed by ${call.what}() at ${place(call.frame, call.line)}`), of, ...givenTo(call)) : null
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
