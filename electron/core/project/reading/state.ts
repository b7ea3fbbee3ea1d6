import type { SettingOrigin } from '../../../../shared/model/project.ts'
import type { Option, Py, PyDict, PyList } from './values.ts'
import { ABSENT, envOf, isSame, makeChoice, unknown } from './values.ts'

export interface Binding {
  readonly value: Py
  readonly at: SettingOrigin
}

/** Names of one module. `doubt`: something that is not followed may have bound or changed any name. */
export interface Scope {
  readonly module: string
  readonly names: Map<string, Binding>
  doubt: string | null
  /** The module has run to its end. */
  complete: boolean
}

/** All that Python would hold while settings are read: modules, and the environment of the process. */
export interface State {
  readonly modules: Map<string, Scope>
  readonly environ: Map<string, Py>
  /** Something that is not followed may have changed the environment. */
  environDoubt: string | null
  /** Entries that settings added to `sys.path`. */
  readonly pathDoubt: { why: string | null }
}

export function createState(environment: Readonly<Record<string, string>>): State {
  const environ = new Map(Object.entries(environment).map(([name, v]): [string, Py] => [name, { t: 'str', v, from: { kind: 'environment', name }, env: [name] }]))
  return { modules: new Map(), environ, environDoubt: null, pathDoubt: { why: null } }
}

/** A copy that can be changed by itself. What is shared within the state is shared in the copy. @param spend is told of every piece */
export function forkState(state: State, spend: (steps: number) => void): State {
  const seen = new Map<Py, Py>()
  const modules = new Map<string, Scope>()
  for (const [name, scope] of state.modules) {
    spend(scope.names.size)
    const names = new Map([...scope.names].map(([key, binding]): [string, Binding] => [key, { value: copy(binding.value, seen, spend), at: binding.at }]))
    modules.set(name, { ...scope, names })
  }
  spend(state.environ.size)
  return { modules, environ: new Map(state.environ), environDoubt: state.environDoubt, pathDoubt: { ...state.pathDoubt } }
}

function copy(value: Py, seen: Map<Py, Py>, spend: (steps: number) => void): Py {
  const known = seen.get(value)
  if (known !== undefined) return known
  spend(1)
  const made = shallow(value)
  if (made === null) return value
  seen.set(value, made)
  fill(made, value, (item) => copy(item, seen, spend))
  if (made.t === 'tuple' || made.t === 'choice' || made.t === 'method') return replace(made, value, seen, (item) => copy(item, seen, spend))
  return made
}

function shallow(value: Py): Py | null {
  switch (value.t) {
    case 'list': case 'set': return { ...value, items: [] }
    case 'dict': return { ...value, entries: new Map() }
    case 'tuple': case 'choice': case 'method': return value
    default: return null
  }
}

function fill(made: Py, value: Py, again: (item: Py) => Py): void {
  if ((made.t === 'list' || made.t === 'set') && (value.t === 'list' || value.t === 'set')) made.items.push(...value.items.map(again))
  if (made.t === 'dict' && value.t === 'dict') for (const [key, entry] of value.entries) made.entries.set(key, { key: entry.key, value: again(entry.value) })
}

function replace(made: Py, value: Py, seen: Map<Py, Py>, again: (item: Py) => Py): Py {
  const result: Py = made.t === 'tuple' ? { ...made, items: made.items.map(again) }
    : made.t === 'choice' ? { ...made, options: made.options.map((option) => ({ ...option, value: again(option.value) })) }
      : made.t === 'method' ? { ...made, of: again(made.of) } : made
  seen.set(value, result)
  return result
}

/**
 * Brings two ways together: what differs becomes a choice. `chosen` is 0 or 1 for the way that is taken as things are, null where
 * that is not known.
 */
export function mergeStates(ways: readonly [State, State], when: readonly [string, string], chosen: 0 | 1 | null, decidedBy: Py): State {
  const [a, b] = ways
  if (chosen === 1) shareObjects(b, a)
  else shareObjects(a, b)
  const modules = new Map<string, Scope>()
  for (const name of new Set([...a.modules.keys(), ...b.modules.keys()])) {
    const [left, right] = [a.modules.get(name), b.modules.get(name)]
    const only = left ?? right
    if (only === undefined) continue
    modules.set(name, left === undefined || right === undefined ? only : { ...only, names: mergeNames(left, right, when, chosen, decidedBy), doubt: pick(left.doubt, right.doubt, chosen), complete: left.complete && right.complete })
  }
  const environ = new Map<string, Py>()
  for (const name of new Set([...a.environ.keys(), ...b.environ.keys()])) {
    const value = mergeValues(a.environ.get(name) ?? ABSENT, b.environ.get(name) ?? ABSENT, when, chosen, decidedBy)
    if (value.t !== 'absent') environ.set(name, value)
  }
  return { modules, environ, environDoubt: pick(a.environDoubt, b.environDoubt, chosen), pathDoubt: { why: pick(a.pathDoubt.why, b.pathDoubt.why, chosen) } }
}

/** What both ways hold alike is one object again, under every name: a change through any of them is seen by all. */
function shareObjects(kept: State, other: State): void {
  const twins = new Map<Py, Py>()
  for (const [module, scope] of other.modules) {
    for (const [name, binding] of scope.names) {
      const own = kept.modules.get(module)?.names.get(name)?.value
      if (own !== undefined && own !== binding.value && isSame(own, binding.value)) pairUp(own, binding.value, twins)
    }
  }
  if (twins.size === 0) return
  const seen = new Set<Py>()
  for (const scope of other.modules.values()) for (const binding of scope.names.values()) replaceWithin(binding.value, twins, seen)
}

function pairUp(kept: Py, other: Py, twins: Map<Py, Py>): void {
  if (kept === other || twins.has(other)) return
  const isContainer = other.t === 'list' || other.t === 'set' || other.t === 'dict'
  if (isContainer) twins.set(other, kept)
  const [left, right] = [childrenOf(kept), childrenOf(other)]
  for (const [index, child] of right.entries()) {
    const own = left[index]
    if (own !== undefined) pairUp(own, child, twins)
  }
}

function childrenOf(value: Py): readonly Py[] {
  switch (value.t) {
    case 'list': case 'set': case 'tuple': return value.items
    case 'dict': return [...value.entries.values()].map((entry) => entry.value)
    case 'choice': return value.options.map((option) => option.value)
    default: return []
  }
}

function replaceWithin(value: Py, twins: ReadonlyMap<Py, Py>, seen: Set<Py>): void {
  if (seen.has(value)) return
  seen.add(value)
  if (value.t === 'list' || value.t === 'set') for (const [index, item] of value.items.entries()) value.items[index] = twins.get(item) ?? item
  if (value.t === 'dict') for (const [key, entry] of value.entries) value.entries.set(key, { key: entry.key, value: twins.get(entry.value) ?? entry.value })
  for (const child of childrenOf(value)) replaceWithin(child, twins, seen)
}

function pick(left: string | null, right: string | null, chosen: 0 | 1 | null): string | null {
  return chosen === null ? (left ?? right) : chosen === 0 ? left : right
}

function mergeNames(left: Scope, right: Scope, when: readonly [string, string], chosen: 0 | 1 | null, decidedBy: Py): Map<string, Binding> {
  const names = new Map<string, Binding>()
  for (const name of new Set([...left.names.keys(), ...right.names.keys()])) {
    const [one, other] = [left.names.get(name), right.names.get(name)]
    const value = mergeValues(one?.value ?? ABSENT, other?.value ?? ABSENT, when, chosen, decidedBy, [one?.at, other?.at])
    const first = chosen === 1 ? (other ?? one) : (one ?? other)
    if (first !== undefined) names.set(name, { value, at: first.at })
  }
  return names
}

/** Each option remembers the line that bound it. */
function mergeValues(a: Py, b: Py, when: readonly [string, string], chosen: 0 | 1 | null, decidedBy: Py, at: readonly (SettingOrigin | undefined)[] = []): Py {
  if (isSame(a, b)) return chosen === 1 ? b : a
  const options: Option[] = [a, b].map((value, index) => ({ when: when[index] ?? '', value, at: at[index] ?? null }))
  return makeChoice(options, chosen, { t: 'none', ...envOf(decidedBy, a, b) })
}

/** What is within a value that code may change through it is not known any more. Bounded, because values may be cyclic. */
export function spoil(value: Py, why: string, seen = new Set<Py>()): void {
  if (seen.has(value)) return
  seen.add(value)
  if (value.t === 'list' || value.t === 'set') spoilList(value, why, seen)
  else if (value.t === 'dict') spoilDict(value, why, seen)
  else if (value.t === 'tuple') for (const item of value.items) spoil(item, why, seen)
  else if (value.t === 'choice') for (const option of value.options) spoil(option.value, why, seen)
  else if (value.t === 'method') spoil(value.of, why, seen)
}

function spoilList(value: PyList, why: string, seen: Set<Py>): void {
  value.spoiled ??= why
  for (const item of value.items) spoil(item, why, seen)
}

function spoilDict(value: PyDict, why: string, seen: Set<Py>): void {
  value.spoiled ??= why
  for (const entry of value.entries.values()) spoil(entry.value, why, seen)
}

/** Reading a container that was spoiled gives nothing. */
export function settle(value: Py): Py {
  if ((value.t === 'list' || value.t === 'set' || value.t === 'dict') && value.spoiled !== null) return { ...unknown(value.spoiled), ...envOf(value) }
  return value
}
