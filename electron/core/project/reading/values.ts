import type { SettingOrigin } from '../../../../shared/model/project.ts'
import type { FunctionCode } from '../python/ast.ts'

/** Where a value came from, and which variables of the environment decided. */
export interface Provenance {
  readonly origin: SettingOrigin | null
  readonly env: readonly string[]
}

interface Kept {
  /** Set where it says more than the line that binds it: an `.env` file, a variable, an imported name. */
  readonly from?: SettingOrigin
  readonly env?: readonly string[]
}

/** A Python value as far as it is known without running anything. */
export type Py = Kept & (
  | { readonly t: 'none' | 'ellipsis' }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'int'; readonly v: bigint }
  | { readonly t: 'float'; readonly v: number }
  /** Bytes: one character for each byte. */
  | { readonly t: 'str' | 'bytes' | 'path'; readonly v: string }
  | { readonly t: 'timedelta'; readonly seconds: number }
  | { readonly t: 'tuple'; readonly items: readonly Py[] }
  | PyList | PyDict
  /** A module, class or function known by its dotted name. */
  | { readonly t: 'ref'; readonly name: string }
  /** A module of the project. */
  | { readonly t: 'module'; readonly name: string }
  | PyFunction
  /** `keys()`, `values()` or `items()` of a dict: what is in it when it is looked at. */
  | { readonly t: 'view'; readonly of: PyDict; readonly name: string }
  /** A method of a value. */
  | { readonly t: 'method'; readonly of: Py; readonly name: string }
  | PyEnv
  | { readonly t: 'cast'; readonly kind: 'csv'; readonly tuple: boolean; readonly item: Py | null }
  | PyUnknown
)

/**
 * What can be changed is in a cell, and the cell is its identity: two values are one Python object when they have one cell, whatever is
 * noted beside it. `spoiled`: it escaped (`memory.ts`), and nothing is known of it any more.
 */
export interface ListCell { readonly items: Py[]; spoiled: string | null }
export interface DictCell { readonly entries: Map<string, { readonly key: Py; readonly value: Py }>; spoiled: string | null }
export interface PyList extends Kept { readonly t: 'list' | 'set'; readonly cell: ListCell }
export interface PyDict extends Kept { readonly t: 'dict'; readonly cell: DictCell }
/** Names of a function that runs or ran. `exposed`: code that is not followed can reach them. */
export interface Locals { readonly names: Map<string, Py>; exposed: string | null }
/** A function of the project with what it holds: values of its parameters' defaults in their order, names of functions around it. */
export interface PyFunction extends Kept { readonly t: 'function'; readonly code: FunctionCode; readonly module: string; readonly isOpaque: boolean; readonly defaults: readonly (Py | null)[]; readonly closure: readonly Locals[] }
/** `environ.Env(...)`: casts and defaults by name. */
export interface PyEnv extends Kept { readonly t: 'env'; readonly scheme: ReadonlyMap<string, { readonly cast: Py | null; readonly fallback: Py | null }>; readonly exact: boolean }
/** `reach`: what it may be, or lead to, of all that can be changed or called. */
export interface PyUnknown extends Kept { readonly t: 'unknown'; readonly why: string; readonly reach: readonly Py[] }

export const NONE: Py = { t: 'none' }
const MAX_ENV = 20

export const str = (v: string): Py => ({ t: 'str', v })
export const int = (v: bigint | number): Py => ({ t: 'int', v: BigInt(v) })
export const bool = (v: boolean): Py => ({ t: 'bool', v })
export const ref = (name: string): Py => ({ t: 'ref', name })
export const list = (items: readonly Py[]): PyList => ({ t: 'list', cell: { items: [...items], spoiled: null } })
export const set = (items: readonly Py[]): PyList => ({ t: 'set', cell: { items: [...items], spoiled: null } })
export const tuple = (items: readonly Py[]): Py => ({ t: 'tuple', items })

const MAX_REACH = 40

/** @param from what it was made of, so what it may share with others */
export function unknown(why: string, ...from: readonly Py[]): PyUnknown {
  const reach = from.filter((value) => !isInert(value)).flatMap((value) => (value.t === 'unknown' ? value.reach : [value]))
  return { t: 'unknown', why, reach: reach.length > MAX_REACH ? [tuple(reach)] : reach, ...envOf(...from) }
}

export function dict(entries: Iterable<readonly [string, Py]> = []): PyDict {
  const map = new Map([...entries].map(([key, value]) => [`s${key}`, { key: str(key), value }]))
  return { t: 'dict', cell: { entries: map, spoiled: null } }
}

/** As Python does: of two equal keys the first stays, with the value of the last. */
export function setEntry({ cell: { entries } }: PyDict, name: string, key: Py, value: Py): void {
  entries.set(name, { key: entries.get(name)?.key ?? key, value })
}

/** Nothing can be changed or called through it. */
export function isInert(value: Py): boolean {
  switch (value.t) {
    case 'none': case 'ellipsis': case 'bool': case 'int': case 'float': case 'str': case 'bytes': case 'path': case 'timedelta': return true
    case 'tuple': return value.items.every(isInert)
    case 'unknown': return value.reach.length === 0
    default: return false
  }
}

/** Two keys of a dict are one when their texts here are. null: it cannot be a key that is followed. */
export function keyOf(value: Py): string | null {
  switch (value.t) {
    case 'str': return `s${value.v}`
    case 'bytes': return `b${value.v}`
    case 'int': return `n${value.v}`
    case 'bool': return `n${value.v ? 1 : 0}`
    case 'none': return 'none'
    default: return null
  }
}

/** The variables of the environment that decided any of these. */
export function envOf(...values: readonly Py[]): { readonly env?: readonly string[] } {
  const names = new Set<string>()
  for (const value of values) {
    for (const name of value.env ?? []) names.add(name)
    // A joined list is decided by what decided its items; deeper is not looked, settings say it where they show the item.
    if (names.size >= MAX_ENV) break
  }
  return names.size === 0 ? {} : { env: [...names] }
}

export function withEnv<T extends Py>(value: T, ...from: readonly Py[]): T {
  const { env } = envOf(value, ...from)
  return env === undefined || env.length === (value.env?.length ?? 0) ? value : { ...value, env }
}

/** The unknown, when a value is unknown or escaped. */
export function settle(value: Py): Py {
  if ((value.t === 'list' || value.t === 'set' || value.t === 'dict') && value.cell.spoiled !== null) return { ...unknown(value.cell.spoiled), ...envOf(value) }
  return value
}

/** Whether two values are the same for every purpose of settings. Of what is nested too deeply, or in itself, it says no. */
export function isSame(a: Py, b: Py, depth = 0): boolean {
  if (a === b) return true
  if (a.t !== b.t || depth > 20) return false
  switch (a.t) {
    case 'none': case 'ellipsis': return true
    case 'bool': case 'int': case 'str': case 'bytes': case 'path': return 'v' in b && a.v === b.v
    case 'float': return b.t === 'float' && Object.is(a.v, b.v)
    case 'timedelta': return b.t === 'timedelta' && a.seconds === b.seconds
    case 'ref': case 'module': return 'name' in b && a.name === b.name
    case 'function': return b.t === 'function' && a.code === b.code
    case 'tuple': return b.t === 'tuple' && sameItems(a.items, b.items, depth)
    case 'list': case 'set': return (b.t === 'list' || b.t === 'set') && a.cell.spoiled === b.cell.spoiled && (a.cell.spoiled !== null || sameItems(a.cell.items, b.cell.items, depth))
    case 'dict': return b.t === 'dict' && a.cell.spoiled === b.cell.spoiled && (a.cell.spoiled !== null || sameEntries(a, b, depth))
    case 'unknown': return b.t === 'unknown' && a.why === b.why
    default: return false
  }
}

function sameEntries(a: PyDict, b: PyDict, depth: number): boolean {
  return a.cell.entries.size === b.cell.entries.size && [...a.cell.entries].every(([key, { value }]) => {
    const other = b.cell.entries.get(key)
    return other !== undefined && isSame(value, other.value, depth + 1)
  })
}

function sameItems(a: readonly Py[], b: readonly Py[], depth: number): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index] ?? NONE, depth + 1))
}
