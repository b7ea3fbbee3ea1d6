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

export interface Option {
  readonly when: string
  readonly value: Py
  /** The line that binds it; null: that of the whole. */
  readonly at: SettingOrigin | null
}

/** A Python value as far as it is known without running anything. Containers are mutable, and shared as Python shares them. */
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
  | { readonly t: 'function'; readonly code: FunctionCode; readonly module: string; readonly decorated: boolean }
  /** A method of a value. */
  | { readonly t: 'method'; readonly of: Py; readonly name: string }
  | PyEnv
  | { readonly t: 'cast'; readonly kind: 'csv'; readonly tuple: boolean; readonly item: Py | null }
  | PyChoice
  /** Bound on one way only: there it has no value. */
  | { readonly t: 'absent' }
  | PyUnknown
)

/** `spoiled`: something that is not followed may have changed it. */
export interface PyList extends Kept { readonly t: 'list' | 'set'; readonly items: Py[]; spoiled: string | null }
export interface PyDict extends Kept { readonly t: 'dict'; readonly entries: Map<string, { readonly key: Py; readonly value: Py }>; spoiled: string | null }
/** `environ.Env(...)`: casts and defaults by name. */
export interface PyEnv extends Kept { readonly t: 'env'; readonly scheme: ReadonlyMap<string, { readonly cast: Py | null; readonly fallback: Py | null }>; readonly exact: boolean }
/** One of several, by conditions. `chosen`: the one that holds with the environment as it is; null: not known. */
export interface PyChoice extends Kept { readonly t: 'choice'; readonly options: readonly Option[]; readonly chosen: number | null }
export interface PyUnknown extends Kept { readonly t: 'unknown'; readonly why: string }

export const NONE: Py = { t: 'none' }
export const ABSENT: Py = { t: 'absent' }
const MAX_OPTIONS = 8
const MAX_ENV = 20

export const str = (v: string): Py => ({ t: 'str', v })
export const int = (v: bigint | number): Py => ({ t: 'int', v: BigInt(v) })
export const bool = (v: boolean): Py => ({ t: 'bool', v })
export const ref = (name: string): Py => ({ t: 'ref', name })
export const unknown = (why: string): PyUnknown => ({ t: 'unknown', why })
export const list = (items: readonly Py[]): PyList => ({ t: 'list', items: [...items], spoiled: null })
export const tuple = (items: readonly Py[]): Py => ({ t: 'tuple', items })

export function dict(entries: Iterable<readonly [string, Py]>): PyDict {
  const map = new Map([...entries].map(([key, value]) => [`s${key}`, { key: str(key), value }]))
  return { t: 'dict', entries: map, spoiled: null }
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

export function isMutable(value: Py): boolean {
  return value.t === 'list' || value.t === 'set' || value.t === 'dict' || (value.t === 'tuple' && value.items.some(isMutable)) || (value.t === 'choice' && value.options.some((option) => isMutable(option.value)))
}

/** Applies to a value, or to each option of a choice. */
export function mapChoice(value: Py, apply: (value: Py) => Py): Py {
  if (value.t !== 'choice') return apply(value)
  const options = value.options.map((option) => ({ ...option, value: apply(option.value) }))
  return makeChoice(options, value.chosen, value)
}

export function mapChoices(left: Py, right: Py, apply: (left: Py, right: Py) => Py): Py {
  if (left.t === 'choice' && right.t === 'choice' && sameConditions(left, right)) {
    const options = left.options.map((option, index) => ({ ...option, value: apply(option.value, right.options[index]?.value ?? ABSENT) }))
    return makeChoice(options, left.chosen, left, right)
  }
  return mapChoice(left, (one) => mapChoice(right, (other) => apply(one, other)))
}

function sameConditions(left: PyChoice, right: PyChoice): boolean {
  return left.chosen === right.chosen && left.options.length === right.options.length && left.options.every((option, index) => option.when === right.options[index]?.when)
}

/** A choice of choices is one choice; too many are none. */
export function makeChoice(options: readonly Option[], chosen: number | null, ...from: readonly Py[]): Py {
  const flat: Option[] = []
  let at: number | null = null
  for (const [index, { when, value, at: bound }] of options.entries()) {
    if (value.t !== 'choice') {
      if (index === chosen) at = flat.length
      flat.push({ when, value, at: bound })
      continue
    }
    if (index === chosen && value.chosen !== null) at = flat.length + value.chosen
    flat.push(...value.options.map((option) => ({ when: when === option.when ? when : `${when} and ${option.when}`, value: option.value, at: option.at ?? bound })))
  }
  const env = envOf(...from)
  if (flat.length <= MAX_OPTIONS) return { t: 'choice', options: flat, chosen: at, ...env }
  const kept = at === null ? undefined : flat[at]
  return kept === undefined ? { ...unknown('too many conditions'), ...env } : withEnv(kept.value, { t: 'none', ...env })
}

/** Whether two values are the same for every purpose of settings. */
export function isSame(a: Py, b: Py, depth = 0): boolean {
  if (a === b) return true
  if (a.t !== b.t || depth > 20) return false
  switch (a.t) {
    case 'none': case 'ellipsis': case 'absent': return true
    case 'bool': case 'int': case 'str': case 'bytes': case 'path': return 'v' in b && a.v === b.v
    case 'float': return b.t === 'float' && Object.is(a.v, b.v)
    case 'timedelta': return b.t === 'timedelta' && a.seconds === b.seconds
    case 'ref': case 'module': return 'name' in b && a.name === b.name
    case 'function': return b.t === 'function' && a.code === b.code
    case 'tuple': return b.t === 'tuple' && sameItems(a.items, b.items, depth)
    case 'list': case 'set': return (b.t === 'list' || b.t === 'set') && a.spoiled === b.spoiled && sameItems(a.items, b.items, depth)
    case 'dict': return b.t === 'dict' && a.spoiled === b.spoiled && a.entries.size === b.entries.size && [...a.entries].every(([key, { value }]) => {
      const other = b.entries.get(key)
      return other !== undefined && isSame(value, other.value, depth + 1)
    })
    case 'unknown': return b.t === 'unknown' && a.why === b.why
    case 'choice': return b.t === 'choice' && sameConditions(a, b) && a.options.every((option, index) => isSame(option.value, b.options[index]?.value ?? ABSENT, depth + 1))
    default: return false
  }
}

function sameItems(a: readonly Py[], b: readonly Py[], depth: number): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index] ?? ABSENT, depth + 1))
}
