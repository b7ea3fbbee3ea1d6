import type { ProjectSetting, ProjectValue, SettingName, SettingOption, SettingOrigin } from '../../../../shared/model/project.ts'
import { djangoDefault } from './defaults.ts'
import type { Ending, Reading } from './explore.ts'
import type { SecretKeeper } from './redact.ts'
import { hideTexts, toShown } from './redact.ts'
import type { Binding } from './state.ts'
import type { Py } from './values.ts'
import { isSame, settle } from './values.ts'

/** What a setting is at an ending: not known at all, left to Django, or bound. */
type Found = { readonly kind: 'doubt'; readonly why: string; readonly at: SettingOrigin } | { readonly kind: 'default' } | { readonly kind: 'bound'; readonly binding: Binding }

/** Endings at which a setting is the same. */
interface Group {
  readonly found: Found
  readonly endings: Ending[]
}

const MAX_OPTIONS = 8
const MAX_WORDS = 3
const DJANGO: SettingOrigin = { kind: 'django' }

export interface ShowOptions {
  readonly djangoVersion: string | null
  readonly secrets: SecretKeeper
}

/**
 * One setting out of all readings. All endings alike: a fact, with what it would be under other conditions. Different ones: it is one of
 * them, and there are no others.
 */
export function combine(name: SettingName, { endings, others }: Reading, options: ShowOptions): ProjectSetting {
  const groups = groupBy(name, endings)
  const [first] = groups
  if (first === undefined) return { value: { $unknown: 'the settings are not found' }, origin: DJANGO, conditional: [], environment: [] }
  const env = new Set(groups.flatMap(({ found }) => environmentOf(found)))
  if (groups.length > 1) {
    for (const { decisions } of endings) for (const decision of decisions) if (!decision.isKnown) for (const variable of decision.env) env.add(variable)
    const conditional = groups.map((group, index): SettingOption => ({ when: hideTexts(wordsOf(group.endings, endings)), ...show(name, group.found, options, index + 1) }))
    const isTooMany = groups.length > MAX_OPTIONS
    const value = { $unknown: isTooMany ? 'too many conditions' : `it depends on: ${conditional[0]?.when ?? ''}` }
    return { value, origin: conditional[0]?.origin ?? DJANGO, conditional: isTooMany ? [] : conditional, environment: [...env].sort() }
  }
  const conditional: SettingOption[] = []
  const known: Found[] = [first.found]
  for (const other of others) {
    const otherGroups = groupBy(name, other.endings)
    for (const { found, endings: some } of otherGroups) {
      if (sameFound(found, first.found)) continue
      for (const variable of other.env) env.add(variable)
      if (conditional.length >= MAX_OPTIONS || known.some((one) => sameFound(one, found))) continue
      known.push(found)
      const more = otherGroups.length > 1 ? ` and ${wordsOf(some, other.endings)}` : ''
      conditional.push({ when: hideTexts(other.when + more), ...show(name, found, options, conditional.length + 1) })
    }
  }
  return { ...show(name, first.found, options, 0), conditional, environment: [...env].sort() }
}

function groupBy(name: SettingName, endings: readonly Ending[]): Group[] {
  const groups: Group[] = []
  for (const ending of endings) {
    const found = find(name, ending)
    const group = groups.find((one) => sameFound(one.found, found))
    if (group === undefined) groups.push({ found, endings: [ending] })
    else group.endings.push(ending)
  }
  // What is unknown on every way is not one of several.
  const [first] = groups
  return first !== undefined && groups.every(({ found }) => isUnknown(found)) ? [{ found: first.found, endings: [...endings] }] : groups
}

function find(name: SettingName, { scope, stops }: Ending): Found {
  if (scope === null) return { kind: 'doubt', why: stops ? 'the settings stop before their end' : 'the settings are not found', at: DJANGO }
  const binding = scope.names.get(name)
  const why = scope.doubt ?? scope.unstable.get(name)
  if (why !== undefined && why !== null) return { kind: 'doubt', why, at: binding?.at ?? DJANGO }
  return binding === undefined ? { kind: 'default' } : { kind: 'bound', binding }
}

function sameFound(a: Found, b: Found): boolean {
  if (a.kind !== 'bound' || b.kind !== 'bound') return a.kind === b.kind
  return isSame(a.binding.value, b.binding.value)
}

function isUnknown(found: Found): boolean {
  return found.kind === 'doubt' || (found.kind === 'bound' && settle(found.binding.value).t === 'unknown')
}

function show(name: SettingName, found: Found, { djangoVersion, secrets }: ShowOptions, index: number): { readonly value: ProjectValue; readonly origin: SettingOrigin } {
  switch (found.kind) {
    case 'doubt': return { value: { $unknown: found.why }, origin: found.at }
    case 'default': return { value: djangoDefault(name, djangoVersion), origin: DJANGO }
    case 'bound': {
      const { value, at } = found.binding
      return { value: toShown(value, index === 0 ? name : `${name}(${index})`, secrets), origin: value.from ?? at }
    }
  }
}

/** The conditions of some endings that not all have. */
function wordsOf(some: readonly Ending[], all: readonly Ending[]): string {
  const shared = sharedBy(all)
  const own = sharedBy(some).filter((word) => !shared.includes(word))
  if (own.length > 0) return own.slice(0, MAX_WORDS).join(' and ')
  const each = some.slice(0, MAX_WORDS).map((ending) => sharedBy([ending]).filter((word) => !shared.includes(word)).slice(0, MAX_WORDS).join(' and '))
  return [...new Set(each)].filter((words) => words !== '').join(' or ') || 'what is raised there'
}

function sharedBy(endings: readonly Ending[]): string[] {
  const [first, ...rest] = endings.map(({ decisions }) => decisions.filter(({ isKnown, when, taken }) => !isKnown && when[taken] !== '').map(({ when, taken }) => when[taken]))
  return [...new Set(first ?? [])].filter((word) => rest.every((words) => words.includes(word)))
}

function environmentOf(found: Found): readonly string[] {
  return found.kind === 'bound' ? [...variablesOf(found.binding.value)] : []
}

/** Variables that decided a value, or anything in it. */
function variablesOf(value: Py, names = new Set<string>(), depth = 0): Set<string> {
  for (const name of value.env ?? []) names.add(name)
  if (depth > 8) return names
  const inner = value.t === 'tuple' ? value.items : value.t === 'list' || value.t === 'set' ? value.cell.items : value.t === 'dict' ? [...value.cell.entries.values()].map((entry) => entry.value) : []
  for (const item of inner) variablesOf(item, names, depth + 1)
  return names
}
