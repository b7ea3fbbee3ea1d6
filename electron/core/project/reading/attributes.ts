import { posix } from 'node:path'
import { parentOf } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { missing, notKnown, place } from './run.ts'
import { doubtScope, escape, readName } from './memory.ts'
import type { Py } from './values.ts'
import { ref, str } from './values.ts'

/** `of.name`. */
export function attributeOf(run: Run, frame: Frame, of: Py, name: string, line: number): Py {
  const where = place(frame, line)
  switch (of.t) {
    case 'unknown': return notKnown(run, of.why, of)
    case 'ref': return attributeOfReference(run, frame, of.name, name, where)
    case 'module': return attributeOfModule(run, of.name, name, where)
    case 'path': return attributeOfPath(of, name)
    case 'env': return { t: 'method', of, name }
    case 'str': case 'bytes': case 'list': case 'set': case 'dict': case 'tuple':
      return METHODS[of.t].has(name) ? { t: 'method', of, name } : notKnown(run, `${name} at ${where}`, of)
    default: return notKnown(run, `${name} at ${where}`, of)
  }
}

const TEXT = ['capitalize', 'casefold', 'count', 'encode', 'endswith', 'expandtabs', 'find', 'format', 'format_map', 'index', 'isalnum', 'isalpha', 'isascii', 'isdigit', 'islower', 'isupper', 'join', 'lower', 'lstrip', 'partition', 'replace', 'rfind', 'rindex', 'rpartition', 'rsplit', 'rstrip', 'split', 'splitlines', 'startswith', 'strip', 'swapcase', 'title', 'translate', 'upper', 'zfill']
/** What these have for sure; for another name Python may raise. */
const METHODS = {
  str: new Set(TEXT), bytes: new Set(['decode', 'hex']), tuple: new Set(['count', 'index']),
  list: new Set(['append', 'clear', 'copy', 'count', 'extend', 'index', 'insert', 'pop', 'remove', 'reverse', 'sort']),
  set: new Set(['add', 'clear', 'copy', 'difference', 'discard', 'intersection', 'pop', 'remove', 'union', 'update']),
  dict: new Set(['clear', 'copy', 'get', 'items', 'keys', 'pop', 'popitem', 'setdefault', 'update', 'values', 'fromkeys']),
} as const satisfies Record<string, ReadonlySet<string>>

/** By these a module can be found, and its names changed. */
const MODULE_TABLES = new Set(['sys.modules', 'sys._getframe', 'inspect.currentframe', 'inspect.stack'])

function attributeOfReference(run: Run, frame: Frame, of: string, name: string, where: string): Py {
  const full = `${of}.${name}`
  if (MODULE_TABLES.has(full)) escape(run.state, doubtScope(frame.scope, `${full} at ${where}`), `${full} at ${where}`)
  if (full === 'os.sep') return str('/')
  return full === 'os.curdir' ? str('.') : ref(full)
}

function attributeOfModule(run: Run, module: string, name: string, where: string): Py {
  const scope = run.state.modules.get(module)
  const held = scope === undefined ? null : readName(scope, name)
  if (held !== null) return held
  const full = `${module}.${name}`
  if (run.state.modules.has(full) || run.world.findModule(full) === 'namespace') return { t: 'module', name: full }
  return missing(run, 'AttributeError', 0, `${module} has no ${name} at ${where}`)
}

function attributeOfPath(of: Py & { readonly v: string }, name: string): Py {
  switch (name) {
    case 'parent': return { t: 'path', v: parentOf(of.v) }
    case 'name': return str(posix.basename(of.v))
    case 'suffix': return str(posix.extname(of.v))
    case 'stem': return str(posix.basename(of.v, posix.extname(of.v)))
    default: return { t: 'method', of, name }
  }
}
