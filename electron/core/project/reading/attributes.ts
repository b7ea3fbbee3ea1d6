import { posix } from 'node:path'
import { importModule } from './modules.ts'
import { parentOf } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { doubtScope, notKnown, place } from './run.ts'

import type { Py } from './values.ts'
import { ref, str, unknown } from './values.ts'

/** `of.name`. */
export function attributeOf(run: Run, frame: Frame, of: Py, name: string, line: number): Py {
  const where = place(frame, line)
  switch (of.t) {
    case 'unknown': return of
    case 'ref': return attributeOfReference(run, frame, of.name, name, where)
    case 'module': return attributeOfModule(run, of.name, name, where)
    case 'path': return attributeOfPath(of, name)
    case 'str': case 'bytes': case 'list': case 'set': case 'dict': case 'tuple': case 'env': return { t: 'method', of, name }
    default: return notKnown(run, `${name} at ${where}`)
  }
}

/** By these a module can be found, and its names changed. */
const MODULE_TABLES = new Set(['sys.modules', 'sys._getframe', 'inspect.currentframe', 'inspect.stack'])

function attributeOfReference(run: Run, frame: Frame, of: string, name: string, where: string): Py {
  const full = `${of}.${name}`
  if (MODULE_TABLES.has(full)) doubtScope(run, frame, `${full} at ${where}`)
  if (full === 'os.sep') return str('/')
  return full === 'os.curdir' ? str('.') : ref(full)
}

function attributeOfModule(run: Run, module: string, name: string, where: string): Py {
  const scope = run.state.modules.get(module)
  if (scope === undefined) return notKnown(run, `${module} at ${where}`)
  if (scope.doubt !== null) return unknown(scope.doubt)
  const binding = scope.names.get(name)
  if (binding !== undefined) return binding.value
  const found = importModule(run, `${module}.${name}`, null)
  return found === 'missing' ? notKnown(run, `${module} has no ${name} at ${where}`) : { t: 'module', name: `${module}.${name}` }
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

