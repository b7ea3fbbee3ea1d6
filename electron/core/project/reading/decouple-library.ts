import { posix } from 'node:path'
import type { Call } from './call.ts'
import { argument, callFunctionValue } from './call.ts'
import { castText, keepEnv, splitCsv } from './casts.ts'
import { readEnvText } from './env-text.ts'
import { findUpwards, loadEnvFile, readVariable } from './environment.ts'
import { mayRaise, missing, notKnown, place } from './run.ts'
import type { Py } from './values.ts'
import { list, NONE, str, tuple, unknown, withEnv } from './values.ts'

/** `config(NAME, default=…, cast=…)` of python-decouple: the environment, then `settings.ini` or `.env` beside the file or above it. */
export function callConfig(call: Call): Py {
  const { run, frame } = call
  const name = argument(call, 0, 'option')
  const where = place(frame, call.line)
  if (name?.t !== 'str' || call.spread) return notKnown(run, `computed at ${where}`)
  const fallback = argument(call, 1, 'default')
  const cast = argument(call, 2, 'cast')
  const value = readVariable(run, name.v) ?? readFile(call, name.v) ?? fallback
  if (value === undefined) return { ...missing(run, 'decouple.UndefinedValueError', call.line, `environment ${name.v} is not set`), env: [name.v] }
  // It may not be set, or not be what the cast takes.
  if (value.t === 'unknown') mayRaise(run, `environment ${name.v}`)
  // Set or not, the fallback or the cast's result may be what is given.
  const result = value.t === 'unknown' && cast?.t !== 'function' ? unknown(value.why, value, ...[fallback, cast].filter((one) => one !== undefined)) : applyCast(call, value, cast)
  return withEnv(result, { t: 'none', env: [name.v] })
}

function readFile(call: Call, name: string): Py | null {
  const { run, frame } = call
  const found = findUpwards(run, posix.dirname(frame.module.path), ['settings.ini', '.env'])
  if (found === null) return null
  if (found === 'outside') return { ...unknown('settings.ini or .env above the project'), env: [name] }
  const text = posix.basename(found) === '.env' ? run.world.readText(found) : null
  if (text === null) return unknown(`${posix.basename(found)}, which is not read`)
  const line = readEnvText(text, 'decouple').findLast((item) => item.name === name)
  if (line === undefined) return null
  const from = { kind: 'env-file', file: posix.relative(run.world.root, found), name } as const
  return line.value === null ? { ...unknown(`${from.file} ${name}, which is not plain`), from } : { ...str(line.value), from, env: [name] }
}

function applyCast(call: Call, value: Py, cast: Py | undefined): Py {
  const where = place(call.frame, call.line)
  if (cast === undefined) return value
  const failed = (): Py => notKnown(call.run, `a cast at ${where}`)
  if (cast.t === 'cast') {
    const items = value.t === 'str' ? splitCsv(value.v) : null
    if (items === null || cast.item !== null) return failed()
    const made = items.map((item) => str(item))
    return keepEnv(cast.tuple ? tuple(made) : list(made), value)
  }
  if (cast.t === 'ref' && cast.name.startsWith('builtins.')) {
    const kind = cast.name.slice('builtins.'.length)
    if (value.t === kind) return value
    if (value.t === 'int' && kind === 'bool') return value.v === 0n || value.v === 1n ? keepEnv({ t: 'bool', v: value.v === 1n }, value) : failed()
    return (value.t === 'str' ? mapText(value, kind) : null) ?? failed()
  }
  return callFunctionValue(call, cast, [value])
}

function mapText(value: Py & { readonly t: 'str' | 'bytes' | 'path' }, kind: string): Py | null {
  const made = ['str', 'bool', 'int', 'float'].includes(kind) ? castText(value.v, kind, 'decouple') : null
  return made === null ? null : keepEnv(made, value)
}

/** `Csv(cast=…, post_process=…)`. */
export function createCsv(call: Call): Py {
  const known = ['cast', 'post_process']
  const process = call.keywords.get('post_process')
  const isTuple = process?.t === 'ref' && process.name === 'builtins.tuple'
  if (call.spread || call.args.length > 1 || [...call.keywords.keys()].some((name) => !known.includes(name)) || (process !== undefined && !isTuple && !(process.t === 'ref' && process.name === 'builtins.list'))) return notKnown(call.run, `Csv at ${place(call.frame, call.line)}`)
  const item = argument(call, 0, 'cast') ?? null
  return { t: 'cast', kind: 'csv', tuple: isTuple, item: item?.t === 'ref' && item.name === 'builtins.str' ? null : item }
}

/** `load_dotenv(path)` of python-dotenv: without one, the nearest `.env` from the calling file upwards. */
export function loadDotenv(call: Call): Py {
  const { run, frame } = call
  const given = argument(call, 0, 'dotenv_path')
  const override = call.keywords.get('override')
  const known = ['dotenv_path', 'override', 'verbose']
  const isPlain = !call.spread && [...call.keywords.keys()].every((name) => known.includes(name)) && (override === undefined || override.t === 'bool')
  const path = given === undefined || given.t === 'none' ? findUpwards(run, posix.dirname(frame.module.path), ['.env']) : given.t === 'str' || given.t === 'path' ? given.v : 'outside'
  if (!isPlain || path === 'outside') run.state.environDoubt ??= `a file read at ${place(frame, call.line)}`
  else if (path !== null) loadEnvFile(run, posix.resolve(run.world.root, path), 'dotenv', override?.t === 'bool' && override.v)
  return path === null ? NONE : unknown(`load_dotenv at ${place(frame, call.line)}`)
}
