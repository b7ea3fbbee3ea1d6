import { posix } from 'node:path'
import type { Call } from './call.ts'
import { argument, unknownCall } from './call.ts'
import { castBool, castFloat, castInt } from './casts.ts'
import { callConfig, createCsv, loadDotenv } from './decouple-library.ts'
import { configDatabase, createEnv, parseDatabase, readEnvFile } from './environ-library.ts'
import { readVariable } from './environment.ts'
import { iterate } from './evaluate.ts'
import { exists } from './methods.ts'
import { cleanPath, formatPlain, joinPath, truthOf } from './operators.ts'
import { notKnown, place } from './run.ts'
import { settle } from './state.ts'
import type { Py, PyDict } from './values.ts'
import { bool, int, keyOf, list, mapChoice, NONE, str, tuple, unknown, withEnv } from './values.ts'

type Function = (call: Call) => Py

/** Names of `builtins` that settings use. */
export const BUILTINS = new Set([
  'str', 'int', 'float', 'bool', 'bytes', 'list', 'tuple', 'dict', 'set', 'frozenset', 'len', 'range', 'sorted', 'enumerate', 'zip', 'map', 'filter', 'any', 'all', 'min', 'max', 'sum', 'print', 'open', 'isinstance', 'issubclass',
  'hasattr', 'getattr', 'setattr', 'globals', 'locals', 'vars', 'exec', 'eval', 'compile', '__import__', 'type', 'super', 'object', 'property', 'repr', 'iter', 'next', 'reversed', 'abs', 'round', 'input', 'id', 'hash', 'chr', 'ord', 'hex',
  'Exception', 'BaseException', 'ImportError', 'ModuleNotFoundError', 'KeyError', 'ValueError', 'TypeError', 'AttributeError', 'NameError', 'IndexError', 'OSError', 'IOError', 'FileNotFoundError', 'RuntimeError', 'LookupError', 'EnvironmentError',
  'PermissionError', 'NotImplementedError', 'SystemExit', 'StopIteration', 'AssertionError', 'UnicodeDecodeError', 'Warning', 'DeprecationWarning', 'UserWarning', '__builtins__', '__doc__', 'NotImplemented', 'staticmethod', 'classmethod', 'exit', 'quit',
])

/** By these, code reaches every name of the module. */
export const REACHES: ReadonlySet<string> = new Set([
  'builtins.globals', 'builtins.locals', 'builtins.vars', 'builtins.exec', 'builtins.eval', 'builtins.setattr', 'builtins.compile', 'builtins.__import__', 'importlib.import_module', 'runpy.run_path',
  'split_settings.tools.include', 'django.conf.settings.configure',
])

/** Python's own and well-known packages, whose functions set neither names nor variables. */
const HARMLESS = new Set([
  'builtins', 'os', 'sys', 'pathlib', 'datetime', 'logging', 'warnings', 'json', 're', 'socket', 'platform', 'subprocess', 'random', 'string', 'secrets', 'hashlib', 'base64', 'uuid', 'time', 'math', 'copy', 'collections', 'itertools', 'functools', 'tempfile',
  'shutil', 'glob', 'urllib', 'configparser', 'contextlib', 'typing', 'enum', 'decimal', 'ssl', 'getpass', 'distutils', 'mimetypes', 'locale', 'inspect', 'textwrap', 'io', 'struct', 'importlib', 'threading', 'ast', 'operator', 'zoneinfo', 'tomllib', 'csv', 'types', 'traceback', 'errno', 'stat', 'multiprocessing', 'codecs', 'gettext', 'unittest', 'pkgutil', 'dataclasses', 'abc', 'ipaddress', 'email', 'http', 'pickle', 'pprint', 'queue', 'signal', 'sqlite3', 'zlib', 'gzip',
  'django', 'environ', 'decouple', 'dj_database_url', 'dj_email_url', 'django_cache_url', 'rest_framework', 'celery', 'kombu', 'sentry_sdk', 'raven', 'structlog', 'corsheaders', 'debug_toolbar', 'yaml', 'toml', 'pytz', 'dateutil', 'redis', 'boto3', 'botocore', 'requests', 'ldap', 'django_auth_ldap', 'easy_thumbnails', 'oscar', 'wagtail', 'psycopg2', 'psycopg', 'pymysql', 'MySQLdb', 'whitenoise', 'rest_framework_simplejwt', 'six', 'git', 'newrelic', 'ddtrace', 'elasticapm', 'opentelemetry', 'unipath', 'path', 'django_redis', 'cryptography', 'jwt', 'certifi',
])

export function isHarmless(name: string): boolean {
  return HARMLESS.has(name.split('.')[0] ?? '')
}

const computed = (call: Call): Py => notKnown(call.run, `computed by ${call.what}() at ${place(call.frame, call.line)}`)

/** For each option of the first argument. */
const onFirst = (run: (value: Py, call: Call) => Py | null): Function => (call) => {
  const [first] = call.args
  if (first === undefined || call.spread) return unknownCall(call)
  return mapChoice(first, (value) => {
    const settled = settle(value)
    const result = settled.t === 'unknown' ? settled : run(settled, call)
    return result === null ? computed(call) : withEnv(result, value)
  })
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
    if (text === null) return { ...(arg.t === 'unknown' ? unknown(arg.why) : computed(call)), ...(arg.env === undefined ? {} : { env: arg.env }) }
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
    if (text === null) return arg.t === 'unknown' ? withEnv(unknown(arg.why), arg) : computed(call)
    path = path === '' ? text : joinPath(path, text)
  }
  return call.spread ? computed(call) : withEnv({ t: 'path', v: cleanPath(path) }, ...call.args)
}

function getVariable(call: Call): Py {
  const name = argument(call, 0, 'key')
  if (name?.t !== 'str' || call.spread) return computed(call)
  const value = readVariable(call.run, name.v)
  if (value !== null) return value
  const fallback = argument(call, 1, 'default') ?? NONE
  return { ...fallback, env: [...new Set([...(fallback.env ?? []), name.v])] }
}

function setDefault(call: Call): Py {
  const [name, value] = call.args
  if (name?.t !== 'str' || value === undefined) {
    call.run.state.environDoubt ??= `${call.what} at ${place(call.frame, call.line)}`
    return computed(call)
  }
  const held = readVariable(call.run, name.v)
  if (held !== null) return held
  call.run.state.environ.set(name.v, value)
  return value
}

function changeEnvironment(call: Call): Py {
  call.run.state.environDoubt ??= `${call.what} at ${place(call.frame, call.line)}`
  return unknownCall(call)
}

function doubtPath(call: Call): Py {
  call.run.state.pathDoubt.why ??= `${call.what} at ${place(call.frame, call.line)}`
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
  if (call.args.length > 1 || call.spread) return computed(call)
  const items = first === undefined ? [] : iterate(first)
  if (items === null) return first !== undefined && first.t === 'unknown' ? first : computed(call)
  if (kind === 'tuple') return tuple(items)
  if (kind === 'list') return list(items)
  const keys = items.map(keyOf)
  return keys.includes(null) ? computed(call) : { t: 'set', items: items.filter((_item, index) => keys.indexOf(keys[index] ?? null) === index), spoiled: null }
}

function createDict(call: Call): Py {
  const [first] = call.args
  const made: PyDict = { t: 'dict', entries: new Map(), spoiled: null }
  if (first !== undefined) {
    const given = settle(first)
    const pairs = given.t === 'dict' ? [...given.entries.values()].map(({ key, value }) => [key, value]) : (iterate(given) ?? [null]).map((item) => (item === null ? null : iterate(item)))
    for (const pair of pairs) {
      const [key, value] = pair ?? []
      const name = key === undefined ? null : keyOf(key)
      if (name === null || key === undefined || value === undefined || pair?.length !== 2) return computed(call)
      made.entries.set(name, { key, value })
    }
  }
  for (const [name, value] of call.keywords) made.entries.set(`s${name}`, { key: str(name), value })
  return call.spread || call.args.length > 1 ? computed(call) : made
}

function countItems(value: Py): Py | null {
  if (value.t === 'str') return int([...value.v].length)
  return value.t === 'dict' ? int(value.entries.size) : value.t === 'list' || value.t === 'tuple' || value.t === 'set' ? int(value.items.length) : null
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
  const items = call.args[0] === undefined ? null : iterate(call.args[0])
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
  ['os.environ.get', getVariable], ['os.getenv', getVariable], ['os.environ.setdefault', setDefault],
  ...['pop', 'update', 'clear', 'popitem', '__setitem__', '__delitem__'].map((name): [string, Function] => [`os.environ.${name}`, changeEnvironment]),
  ['os.putenv', changeEnvironment], ['os.unsetenv', changeEnvironment], ['os.chdir', changeEnvironment],
  ['pathlib.Path', createPath], ['pathlib.PurePath', createPath], ['pathlib.PosixPath', createPath],
  ['datetime.timedelta', createTimedelta],
  ['environ.Env', createEnv], ['environ.FileAwareEnv', computed], ['environ.Env.read_env', readEnvFile], ['environ.environ.Env', createEnv],
  ['decouple.config', callConfig], ['decouple.Csv', createCsv],
  ['dotenv.load_dotenv', loadDotenv], ['dotenv.main.load_dotenv', loadDotenv], ['dotenv.read_dotenv', changeEnvironment],
  ['dj_database_url.config', configDatabase], ['dj_database_url.parse', onFirst((value, call) => parseDatabase(call, value))],
  ['builtins.str', onFirst((value, call) => formatPlain(value, place(call.frame, call.line)))],
  ['builtins.int', onFirst((value, call) => (call.args.length === 1 ? toInt(value) : null))],
  ['builtins.float', onFirst((value) => (value.t === 'float' ? value : value.t === 'str' ? castFloat(value.v) : value.t === 'int' ? { t: 'float', v: Number(value.v) } : null))],
  ['builtins.bool', onFirst(toBool)],
  ['builtins.len', onFirst(countItems)],
  ['builtins.list', (call) => toItems(call, 'list')], ['builtins.tuple', (call) => toItems(call, 'tuple')],
  ['builtins.set', (call) => toItems(call, 'set')], ['builtins.frozenset', (call) => toItems(call, 'set')],
  ['builtins.dict', createDict], ['collections.OrderedDict', createDict],
  ['builtins.enumerate', enumerateItems], ['builtins.any', (call) => mapItems(call, true)], ['builtins.all', (call) => mapItems(call, false)],
  ['builtins.print', () => NONE],
  ['sys.path.insert', doubtPath], ['sys.path.remove', doubtPath], ['sys.path.clear', doubtPath], ['site.addsitedir', doubtPath],
  ['distutils.util.strtobool', onFirst((value) => {
    const truth = value.t === 'str' && value.v !== '' ? castBool(value.v, 'decouple') : null
    return truth?.t === 'bool' ? int(truth.v ? 1 : 0) : null
  })],
])
