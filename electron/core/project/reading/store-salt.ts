import { join } from 'node:path'
import { readWithin } from '../files.ts'
import type { Expr, Statement } from '../python/ast.ts'
import { parsePython } from '../python/parse.ts'
import { locate } from './load-modules.ts'

const FILE_BYTES = 512 * 1024
/** Classes and modules that are followed on the way to the salt. */
const MAX_STEPS = 10
const DJANGO = /^django\.contrib\.sessions\.backends\.\w+$/
const SESSIONS = 'django.contrib.sessions.'

type ClassStatement = Extract<Statement, { readonly type: 'class' }>
interface Module { readonly name: string; readonly isPackage: boolean; readonly statements: readonly Statement[] }

/**
 * `key_salt` of an engine of the project's own, read and not run: where its class has a constant, or leaves Django's own rule as it is
 * (`SessionBase.key_salt`: the qualified name of the class). null: only Python could tell.
 * @param root absolute, real path of what is first on Python's path
 * @param engine SESSION_ENGINE
 */
export async function readStoreSalt(root: string, engine: string, signal: AbortSignal): Promise<string | null> {
  let steps = 0

  async function load(name: string): Promise<Module | null> {
    const place = steps++ > MAX_STEPS ? null : locate(root, name)
    if (place === null || place === 'namespace') return null
    const read = readWithin(root, join(root, place.file), FILE_BYTES)
    if (read === null || read.truncated) return null
    const { statements, problems } = await parsePython(read.bytes, signal)
    return problems.length > 0 ? null : { name, isPackage: place.isPackage, statements }
  }

  /** `qualname`: of the class that is asked for its salt, whatever base it comes from. */
  async function saltOf(module: Module, name: string, qualname: string | null, before: Statement | null = null): Promise<string | null> {
    const bound = lastBinding(module, name, before)
    if (bound === null || steps++ > MAX_STEPS) return null
    if (bound.kind === 'alias') return saltOf(module, bound.name, qualname)
    if (bound.kind === 'import') {
      if (DJANGO.test(bound.module)) return bound.name === 'SessionStore' ? SESSIONS + (qualname ?? 'SessionStore') : null
      const next = await load(bound.module)
      return next === null ? null : saltOf(next, bound.name, qualname)
    }
    const own = ownSalt(bound.statement)
    if (own !== undefined) return own
    const [base] = bound.statement.bases
    // Of several bases, Python's own order of looking decides.
    if (base?.type !== 'name' || bound.statement.bases.length !== 1) return null
    return saltOf(module, base.name, qualname ?? bound.statement.name, bound.statement)
  }

  const module = await load(engine)
  return module === null ? null : saltOf(module, 'SessionStore', null)
}

type Binding = { readonly kind: 'class'; readonly statement: ClassStatement } | { readonly kind: 'alias'; readonly name: string } | { readonly kind: 'import'; readonly module: string; readonly name: string }

/** What a name of the module stands for, at its end or at a statement. null: nothing, or it is set where it is not followed. */
function lastBinding(module: Module, name: string, before: Statement | null): Binding | null {
  let found: Binding | null = null
  for (const statement of module.statements) {
    if (statement === before) break
    const bound = bindingIn(module, statement, name)
    if (bound !== undefined) found = bound
  }
  return found
}

/** undefined: this statement does not touch the name. null: it does, in a way that is not followed. */
function bindingIn(module: Module, statement: Statement, name: string): Binding | null | undefined {
  if (statement.type === 'class') return statement.name === name ? { kind: 'class', statement } : undefined
  if (statement.type === 'from') {
    const imported = statement.names?.find(({ as }) => as === name)
    if (imported === undefined) return statement.names === null ? null : undefined
    return { kind: 'import', module: absolute(module, statement.level, statement.module), name: imported.name }
  }
  if (statement.type === 'assign') {
    const isIt = statement.targets.some((target) => target.type === 'name' && target.name === name)
    if (isIt) return statement.value.type === 'name' ? { kind: 'alias', name: statement.value.name } : null
    return statement.targets.some(({ type }) => type !== 'name') && statement.mentions.includes(name) ? null : undefined
  }
  if (statement.type === 'import' || statement.type === 'function' || statement.type === 'pass') return undefined
  return statement.mentions.includes(name) ? null : undefined
}

function absolute({ name, isPackage }: Module, level: number, module: string): string {
  if (level === 0) return module
  const parts = name.split('.')
  return [...parts.slice(0, parts.length - level + (isPackage ? 1 : 0)), ...(module === '' ? [] : [module])].join('.')
}

/** undefined: the class does not set it. null: it does, and not by a constant. */
function ownSalt({ body }: ClassStatement): string | null | undefined {
  let salt: string | null | undefined
  for (const statement of body) {
    if (statement.type === 'assign' && statement.targets.some((target) => target.type === 'name' && target.name === 'key_salt')) salt = textOf(statement.value)
    else if (statement.type === 'function' && statement.code.name === 'key_salt') salt = returned(statement.code.body)
    else if (statement.type !== 'function' && statement.mentions.includes('key_salt')) salt = null
  }
  return salt
}

/** Of a property that does nothing but return a text. */
function returned(body: readonly Statement[]): string | null {
  const [only, ...more] = body.filter(({ type }) => type !== 'expression')
  return only?.type === 'return' && more.length === 0 && only.value !== null ? textOf(only.value) : null
}

const textOf = (value: Expr): string | null => (value.type === 'str' ? value.value : null)
