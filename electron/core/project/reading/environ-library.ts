import { posix } from 'node:path'
import type { Call } from './call.ts'
import { argument, isGiven } from './call.ts'
import { castText, keepEnv } from './casts.ts'
import { readDatabaseUrl } from './database-url.ts'
import { loadEnvFile, readVariable } from './environment.ts'
import { mayRaise, missing, notKnown, place } from './run.ts'
import { truthOf } from './truth.ts'
import type { Py, PyEnv } from './values.ts'
import { dict, NONE, withEnv } from './values.ts'

/** `environ.Env(NAME=(cast, default), …)` of django-environ. */
export function createEnv(call: Call): Py {
  const scheme = new Map<string, { cast: Py | null; fallback: Py | null }>()
  for (const [name, value] of call.keywords) {
    const items = value.t === 'tuple' ? value.items : [value]
    const [cast = null, fallback = null] = items
    scheme.set(name, { cast, fallback })
  }
  return { t: 'env', scheme, exact: call.args.length === 0 && !call.spread }
}

/** `Env.read_env(path)`: without one, `.env` beside the file that calls. */
export function readEnvFile(call: Call): Py {
  const { run, frame } = call
  const given = argument(call, 0, 'env_file')
  const overwrite = call.keywords.get('overwrite')
  const overwrites = overwrite === undefined ? false : truthOf(overwrite)
  const path = given === undefined || given.t === 'none' ? posix.join(posix.dirname(frame.module.path), '.env') : given.t === 'str' || given.t === 'path' ? given.v : null
  const names = [...call.keywords.keys()].filter((name) => !['env_file', 'overwrite', 'encoding', 'recurse'].includes(name))
  if (path === null || overwrites === null || names.length > 0 || call.spread) run.state.environDoubt ??= `a file read at ${place(frame, call.line)}`
  else loadEnvFile(run, posix.resolve(run.world.root, path), 'environ', overwrites)
  return NONE
}

const IMPROPERLY = 'django.core.exceptions.ImproperlyConfigured'
const CASTS = new Set(['str', 'bool', 'int', 'float', 'list', 'tuple'])
const DATABASE = new Set(['db', 'db_url'])

/** `env(NAME)` and `env.bool(NAME)`… */
export function callEnv(call: Call, env: PyEnv, method: string): Py {
  const where = place(call.frame, call.line)
  if (method === 'read_env') return readEnvFile(call)
  if (method === '__call__' || CASTS.has(method)) return readTyped(call, env, method === '__call__' ? null : method)
  if (DATABASE.has(method)) return readDatabase(call, env)
  const name = argument(call, 0, 'var')
  // Caches, e-mail and search by URL: told by the URL's own name, never guessed.
  return { ...notKnown(call.run, `env.${method} at ${where}`), ...(name?.t === 'str' ? { env: [name.v] } : {}) }
}

/** What the methods of one name take, besides the name of the variable. */
function readTyped(call: Call, env: PyEnv, method: string | null): Py {
  const { run, frame, line } = call
  const where = place(frame, line)
  const name = argument(call, 0, 'var')
  if (name?.t !== 'str' || !env.exact || call.spread || env.scheme.has(`${name.v}__prefix`)) return notKnown(run, `computed at ${where}`)
  const scheme = env.scheme.get(name.v)
  const takesCast = method === null || method === 'list' || method === 'tuple'
  const fallback = argument(call, takesCast ? 2 : 1, 'default') ?? scheme?.fallback ?? null
  const castGiven = takesCast ? argument(call, 1, 'cast') : call.keywords.get('cast')
  const cast = castGiven === undefined ? (method ?? castName(scheme?.cast ?? null)) : castName(castGiven)
  const value = readVariable(run, name.v)
  if (value === null) return fallbackOf(call, name.v, fallback, where)
  // It may not be set, or not be what the cast takes.
  if (value.t === 'unknown') mayRaise(run, `environment ${name.v}`)
  if ((method === 'list' || method === 'tuple') && castGiven !== undefined && castName(castGiven) !== 'str') return { ...notKnown(run, `a cast at ${where}`), env: [name.v] }
  if (value.t !== 'str') return withEnv(notKnown(run, value.t === 'unknown' ? value.why : `computed at ${where}`, value, ...(fallback === null ? [] : [fallback])), value)
  if (value.v.startsWith('$')) return { ...notKnown(run, `environment ${name.v} refers to another`), env: [name.v] }
  const kind = cast ?? typeOf(fallback)
  if (fallback?.t === 'none' && value.v === '' && cast === null) return keepEnv(NONE, value)
  if (fallback?.t === 'str' && fallback.v === value.v) return keepEnv(fallback, value)
  const result = kind === null ? null : castText(value.v, kind, 'environ')
  return result === null ? { ...notKnown(run, `a cast at ${where}`), env: [name.v] } : keepEnv(result, value)
}

function fallbackOf(call: Call, name: string, fallback: Py | null, where: string): Py {
  if (fallback === null) return { ...missing(call.run, IMPROPERLY, call.line, `environment ${name} is not set`), env: [name] }
  // `$OTHER` as a default is another variable.
  if (fallback.t === 'str' && fallback.v.startsWith('$')) return { ...notKnown(call.run, `a default at ${where}`), env: [name] }
  return withEnv(fallback, { t: 'none', env: [name] })
}

function castName(cast: Py | null): string | null {
  if (cast === null) return null
  if (cast.t === 'ref' && cast.name.startsWith('builtins.')) return cast.name.slice('builtins.'.length)
  return cast.t === 'list' && cast.cell.spoiled === null && cast.cell.items.length === 0 ? 'list' : 'other'
}

/** django-environ takes the type of the default for the cast. */
function typeOf(fallback: Py | null): string | null {
  if (fallback === null || fallback.t === 'none') return 'str'
  return ['str', 'bool', 'int', 'float', 'list', 'tuple'].includes(fallback.t) ? fallback.t : null
}

function readDatabase(call: Call, env: PyEnv): Py {
  const { run, frame } = call
  const name = argument(call, 0, 'var') ?? { t: 'str', v: 'DATABASE_URL' } as const
  const where = place(frame, call.line)
  if (name.t !== 'str' || !env.exact || isGiven(call, 2, 'engine') || env.scheme.has(name.v)) return notKnown(run, `computed at ${where}`)
  const fallback = argument(call, 1, 'default') ?? null
  const value = readVariable(run, name.v) ?? fallbackOf(call, name.v, fallback, where)
  if (value.t === 'dict' && value.cell.spoiled === null && value.cell.entries.size === 0) return value
  const made = value.t === 'str' ? readDatabaseUrl(value.v, 'environ') : null
  if (made !== null) return keepEnv(made, value)
  return { ...notKnown(run, value.t === 'unknown' ? value.why : `a database URL at ${where}`, value, ...(fallback === null ? [] : [fallback])), env: [name.v] }
}

/** `dj_database_url.config(default=…, env=…)`. */
export function configDatabase(call: Call): Py {
  const { run, frame } = call
  const where = place(frame, call.line)
  const name = argument(call, 0, 'env') ?? { t: 'str', v: 'DATABASE_URL' } as const
  if (name.t !== 'str' || call.spread) return notKnown(run, `computed at ${where}`)
  const value = readVariable(run, name.v) ?? argument(call, 1, 'default') ?? NONE
  const decided = withEnv(value, { t: 'none', env: [name.v] })
  if (value.t === 'none' || (value.t === 'str' && value.v === '')) return { ...dict(), env: [name.v] }
  return value.t === 'str' ? parseDatabase(call, decided) : withEnv(notKnown(run, `a database URL at ${where}`), decided)
}

/** `dj_database_url.parse(url)`. */
export function parseDatabase(call: Call, url: Py): Py {
  const where = place(call.frame, call.line)
  if (isGiven(call, 99, 'engine')) return notKnown(call.run, `computed at ${where}`)
  const made = url.t === 'str' ? readDatabaseUrl(url.v, 'dj-database-url') : null
  return made === null ? notKnown(call.run, url.t === 'unknown' ? url.why : `a database URL at ${where}`) : keepEnv(made, url)
}
