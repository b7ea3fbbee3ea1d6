import { posix } from 'node:path'
import type { Call } from './call.ts'
import { argument, givenTo, unknownCall } from './call.ts'
import { castBool, castFloat, castInt } from './casts.ts'
import { callConfig, createCsv, loadDotenv } from './decouple-library.ts'
import { configDatabase, createEnv, parseDatabase, readEnvFile } from './environ-library.ts'
import { iterate } from './iterate.ts'
import { sorted } from './container-methods.ts'
import { readVariable, removeVariable, setVariable } from './environment.ts'
import { exists } from './methods.ts'
import { cleanPath, formatPlain, joinPath } from './operators.ts'
import { hasMore, mergeInto } from './merge-dicts.ts'
import { missing, notKnown, place } from './run.ts'
import { truthOf } from './truth.ts'
import type { Py } from './values.ts'
import { bool, dict, int, isInert, keyOf, list, NONE, set, setEntry, settle, str, tuple, unknown, withEnv } from './values.ts'

type Function = (call: Call) => Py

/** It changes nothing of what it is given; what it gives may be, or hold, any of that. */
const computed = (call: Call): Py => {
  const given = givenTo(call)
  // A function that it is given, it may call.
  if (given.some((value) => leadsToCode(value))) return unknownCall(call)
  return notKnown(call.run, `computed by ${call.what}() at ${place(call.frame, call.line)}`, ...given)
}

/** What is in a container is not called by what only reads the container. */
function leadsToCode(value: Py): boolean {
  return value.t === 'function' || value.t === 'method' || value.t === 'module' || (value.t === 'unknown' && value.reach.some(leadsToCode))
}

/** By the first argument. */
const onFirst = (run: (value: Py, call: Call) => Py | null): Function => (call) => {
  const [first] = call.args
  if (first === undefined || call.args.length > 1 || call.keywords.size > 0 || call.spread) return unknownCall(call)
  const settled = settle(first)
  const result = settled.t === 'unknown' ? null : run(settled, call)
  if (result !== null) return withEnv(result, first)
  return settled.t === 'unknown' ? withEnv(notKnown(call.run, settled.why, ...givenTo(call)), first) : computed(call)
}

const pathText = (value: Py): string | null => (value.t === 'str' || value.t === 'path' ? value.v : null)
const onPath = (run: (path: string, call: Call) => Py | null): Function => onFirst((value, call) => {
  const path = pathText(value)
  return path === null ? null : run(path, call)
})

function joinPaths(call: Call): Py {
  let joined = ''
  for (const arg of call.args) {
    const text = pathText(arg)
    if (text === null) return arg.t === 'unknown' ? withEnv(notKnown(call.run, arg.why), arg) : computed(call)
    joined = text.startsWith('/') || joined === '' ? text : `${joined}${joined.endsWith('/') ? '' : '/'}${text}`
  }
  return call.spread ? computed(call) : withEnv(str(joined), ...call.args)
}

/** `os.path.normpath`, which takes `..` away, unlike pathlib. */
const normal = (path: string): string => (path === '' ? '.' : posix.normalize(path).replace(/(.)\/$/, '$1'))
const absolute = (path: string): Py | null => (path.startsWith('/') ? str(normal(path)) : null)

function createPath(call: Call): Py {
  let path = ''
  for (const arg of call.args) {
    const text = pathText(arg)
    if (text === null) return arg.t === 'unknown' ? withEnv(notKnown(call.run, arg.why), arg) : computed(call)
    path = path === '' ? text : joinPath(path, text)
  }
  return call.spread ? computed(call) : withEnv({ t: 'path', v: cleanPath(path) }, ...call.args)
}

function getVariable(call: Call): Py {
  const name = argument(call, 0, 'key')
  if (name?.t !== 'str' || call.spread) return computed(call)
  const value = readVariable(call.run, name.v)
  const fallback = argument(call, 1, 'default') ?? NONE
  // Where it may not be set, the fallback may be what is given.
  if (value !== null) return value.t === 'unknown' ? withEnv(unknown(value.why, fallback), value) : value
  return withEnv(fallback, { t: 'none', env: [name.v] })
}

function setDefault(call: Call): Py {
  const [name, value] = call.args
  if (name?.t !== 'str' || value === undefined || call.spread) return changeEnvironment(call)
  const held = readVariable(call.run, name.v)
  if (held !== null) return held
  return setVariable(call.run, name.v, value, call.line) ?? value
}

function popVariable(call: Call): Py {
  const [name, fallback] = call.args
  if (name?.t !== 'str' || call.spread || call.keywords.size > 0 || call.args.length > 2) return changeEnvironment(call)
  const held = readVariable(call.run, name.v)
  removeVariable(call.run, name.v)
  if (held?.t === 'unknown') return withEnv(notKnown(call.run, held.why, ...givenTo(call)), held)
  return held ?? fallback ?? missing(call.run, 'KeyError', call.line, `environment ${name.v} is not set`)
}

function updateEnvironment(call: Call): Py {
  const [first] = call.args
  const given = first === undefined ? dict() : settle(first)
  const entries = given.t === 'dict' ? [...given.cell.entries.values()] : []
  if (given.t !== 'dict' || call.spread || call.args.length > 1 || entries.some(({ key }) => key.t !== 'str')) return changeEnvironment(call)
  for (const { key, value } of entries) if (key.t === 'str') setVariable(call.run, key.v, value, call.line)
  for (const [name, value] of call.keywords) setVariable(call.run, name, value, call.line)
  return NONE
}

function changeEnvironment(call: Call): Py {
  call.run.state.environDoubt ??= `${call.what} at ${place(call.frame, call.line)}`
  return unknownCall(call)
}

function doubtPath(call: Call): Py {
  call.run.state.pathDoubt ??= `${call.what} at ${place(call.frame, call.line)}`
  return unknownCall(call)
}

const SECONDS: Readonly<Record<string, number>> = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 }

function createTimedelta(call: Call): Py {
  let seconds = 0
  const parts = [...call.args.map((value, index): [string, Py] => [index === 0 ? 'days' : index === 1 ? 'seconds' : '', value]), ...call.keywords]
  for (const [unit, value] of parts) {
    const factor = SECONDS[unit]
    if (factor === undefined || value.t !== 'int') return computed(call)
    seconds += factor * Number(value.v)
  }
  return { t: 'timedelta', seconds }
}

function toItems(call: Call, kind: 'list' | 'tuple' | 'set'): Py {
  const [first] = call.args
  if (call.args.length > 1 || call.spread || call.keywords.size > 0) return computed(call)
  const settled = first === undefined ? tuple([]) : settle(first)
  const items = kind === 'set' && settled.t === 'set' ? [...settled.cell.items] : iterate(settled)
  if (items === null) return settled.t === 'unknown' ? notKnown(call.run, settled.why, ...givenTo(call)) : computed(call)
  if (kind === 'tuple') return tuple(items)
  if (kind === 'list') return list(items)
  const keys = items.map(keyOf)
  return keys.includes(null) ? computed(call) : set(items.filter((_item, index) => keys.indexOf(keys[index] ?? null) === index))
}

function createDict(call: Call): Py {
  const [first] = call.args
  const made = dict()
  if (first !== undefined) {
    const given = settle(first)
    if (given.t === 'dict') mergeInto(made, given)
    const pairs = given.t === 'dict' ? [] : (iterate(given) ?? [null]).map((item) => (item === null ? null : iterate(item)))
    for (const pair of pairs) {
      const [key, value] = pair ?? []
      const name = key === undefined ? null : keyOf(key)
      if (name === null || key === undefined || value === undefined || pair?.length !== 2) return computed(call)
      setEntry(made, name, key, value)
    }
  }
  for (const [name, value] of call.keywords) setEntry(made, `s${name}`, str(name), value)
  return call.spread || call.args.length > 1 ? computed(call) : made
}

function countItems(value: Py): Py | null {
  if (value.t === 'str') return int([...value.v].length)
  if (value.t === 'set') return int(value.cell.items.length)
  if (value.t === 'dict') return hasMore(value) ? null : int(value.cell.entries.size)
  return value.t === 'list' ? int(value.cell.items.length) : value.t === 'tuple' ? int(value.items.length) : null
}

function sortItems(call: Call): Py {
  const [first] = call.args
  const settled = first === undefined ? NONE : settle(first)
  const items = settled.t === 'set' ? settled.cell.items : iterate(settled)
  const made = items === null || call.args.length > 1 || call.spread || call.keywords.size > 0 ? null : sorted(items)
  return made === null ? computed(call) : list(made)
}

function toInt(value: Py): Py | null {
  if (value.t === 'int') return value
  if (value.t === 'bool') return int(value.v ? 1 : 0)
  if (value.t === 'float') return Number.isSafeInteger(Math.trunc(value.v)) ? int(Math.trunc(value.v)) : null
  return value.t === 'str' ? castInt(value.v) : null
}

function toBool(value: Py): Py | null {
  const truth = truthOf(value)
  return truth === null ? null : bool(truth)
}

function enumerateItems(call: Call): Py {
  const items = call.args.length === 1 && call.args[0] !== undefined ? iterate(call.args[0]) : null
  return items === null ? computed(call) : list(items.map((item, index) => tuple([int(index), item])))
}

function mapItems(call: Call, truth: boolean): Py {
  const given = call.args[0] === undefined ? NONE : settle(call.args[0])
  const items = given.t === 'set' ? given.cell.items : iterate(given)
  const truths = items?.map((item) => truthOf(settle(item))) ?? [null]
  if (truths.includes(truth)) return bool(truth)
  return truths.includes(null) ? computed(call) : bool(!truth)
}

const path: readonly [string, Function][] = [
  ['join', joinPaths],
  ['dirname', onPath((text) => str(text.includes('/') ? text.slice(0, text.lastIndexOf('/')).replace(/(.)\/+$/, '$1') || '/' : ''))],
  ['basename', onPath((text) => str(text.slice(text.lastIndexOf('/') + 1)))],
  ['abspath', onPath(absolute)],
  ['normpath', onPath((text) => str(normal(text)))],
  ['realpath', onPath((text, call) => {
    const real = text.startsWith('/') ? call.run.world.realPath(text) : null
    return real === null ? null : str(real)
  })],
  ['exists', onPath((text, call) => exists(call, text, null))],
  ['isfile', onPath((text, call) => exists(call, text, 'file'))],
  ['isdir', onPath((text, call) => exists(call, text, 'folder'))],
]

/** What is known of the functions that settings call, by their dotted names. */
export const LIBRARY: ReadonlyMap<string, Function> = new Map<string, Function>([
  ...path.map(([name, run]): [string, Function] => [`os.path.${name}`, run]),
  ...path.map(([name, run]): [string, Function] => [`posixpath.${name}`, run]),
  ['os.fspath', onPath((text) => str(text))],
  ['os.environ.get', getVariable], ['os.getenv', getVariable], ['os.environ.setdefault', setDefault], ['os.environ.pop', popVariable], ['os.environ.update', updateEnvironment],
  ...['clear', 'popitem', '__setitem__', '__delitem__'].map((name): [string, Function] => [`os.environ.${name}`, changeEnvironment]),
  ['os.putenv', changeEnvironment], ['os.unsetenv', changeEnvironment], ['os.chdir', changeEnvironment],
  ['pathlib.Path', createPath], ['pathlib.PurePath', createPath], ['pathlib.PosixPath', createPath],
  ['datetime.timedelta', createTimedelta],
  ['environ.Env', createEnv], ['environ.FileAwareEnv', computed], ['environ.Env.read_env', readEnvFile], ['environ.environ.Env', createEnv],
  ['decouple.config', callConfig], ['decouple.Csv', createCsv],
  ['dotenv.load_dotenv', loadDotenv], ['dotenv.main.load_dotenv', loadDotenv], ['dotenv.read_dotenv', changeEnvironment],
  ['dj_database_url.config', configDatabase], ['dj_database_url.parse', (call) => (call.args[0] === undefined || call.spread ? unknownCall(call) : parseDatabase(call, call.args[0]))],
  ['builtins.str', onFirst((value, call) => formatPlain(value, place(call.frame, call.line)))],
  ['builtins.int', onFirst((value, call) => (call.args.length === 1 ? toInt(value) : null))],
  ['builtins.float', onFirst((value) => (value.t === 'float' ? value : value.t === 'str' ? castFloat(value.v) : value.t === 'int' ? { t: 'float', v: Number(value.v) } : null))],
  ['builtins.bool', onFirst(toBool)],
  ['builtins.len', onFirst(countItems)],
  ['builtins.list', (call) => toItems(call, 'list')], ['builtins.tuple', (call) => toItems(call, 'tuple')],
  ['builtins.set', (call) => toItems(call, 'set')], ['builtins.frozenset', (call) => toItems(call, 'set')],
  ['builtins.dict', createDict], ['collections.OrderedDict', createDict],
  ['builtins.enumerate', enumerateItems], ['builtins.any', (call) => mapItems(call, true)], ['builtins.all', (call) => mapItems(call, false)],
  ['builtins.print', (call) => (givenTo(call).every(isInert) ? NONE : computed(call))], ['builtins.sorted', sortItems],
  ...['min', 'max', 'sum', 'isinstance', 'repr', 'id', 'hash', 'type', 'range', 'zip', 'reversed', 'abs', 'round', 'hasattr', 'callable'].map((name): [string, Function] => [`builtins.${name}`, computed]),
  ['copy.copy', computed], ['copy.deepcopy', computed], ['json.dumps', computed],
  ['sys.path.insert', doubtPath], ['sys.path.remove', doubtPath], ['sys.path.clear', doubtPath], ['site.addsitedir', doubtPath],
  ['distutils.util.strtobool', onFirst((value) => {
    const truth = value.t === 'str' && value.v !== '' ? castBool(value.v, 'decouple') : null
    return truth?.t === 'bool' ? int(truth.v ? 1 : 0) : null
  })],
])
