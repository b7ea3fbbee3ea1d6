import { CHOICES } from './ast.ts'

/** A word that may stand at the caret. `text` replaces what stands from `Completion.from` to the caret. */
export interface CompletionOption {
  readonly text: string
  /** A field, of which the value is still to be written; a value; or a name seen in session data. */
  readonly kind: 'field' | 'value' | 'name'
}

export interface Completion {
  /** In UTF-16 units. */
  readonly from: number
  readonly options: readonly CompletionOption[]
}

/** Fields as they are written, with the operator that is used most. */
export const FIELD_STARTS = ['user:', 'state:', 'expires<', 'expires>', 'key:', 'size>', 'has:', 'signed:', 'serializer:', 'is:'] as const
export type FieldStart = (typeof FIELD_STARTS)[number]

const VALUES: Readonly<Record<string, readonly string[]>> = { ...CHOICES, user: ['none', 'any'], expires: ['now', '+2h', '+1d', '-3d'], size: ['1k', '100k', '1m'] }
const MOST = 10
const PLAIN = /^[^\s"|[\].=<>!:]+$/

/** What may follow at the caret. `names`: top-level keys and user names that were seen. */
export function completeQuery(text: string, caret: number, names: { readonly keys: readonly string[]; readonly users: readonly string[] }): Completion {
  const word = /[^\s|]*$/.exec(text.slice(0, caret))?.[0] ?? ''
  const term = /\S*$/.exec(text.slice(0, caret))?.[0] ?? ''
  const [, field, typed] = /^-?([a-z]+)(?:[:<>]=?)(?:.*\|)?(.*)$/s.exec(term) ?? []
  if (field !== undefined && typed !== undefined && isKnown(field)) return { from: caret - typed.length, options: options(typed, 'value', VALUES[field] ?? [], field === 'user' ? names.users : field === 'has' ? names.keys : []) }
  const start = word.startsWith('-') && word === term ? word.slice(1) : word
  if (word !== term) return { from: caret, options: [] }
  return { from: caret - start.length, options: options(start, 'field', FIELD_STARTS, start === '' ? [] : names.keys) }
}

const isKnown = (field: string): boolean => FIELD_STARTS.some((start) => start.startsWith(field) && start.length === field.length + 1)

/** Those that go on from what is typed, and are not there already. */
function options(typed: string, kind: CompletionOption['kind'], known: readonly string[], seen: readonly string[]): readonly CompletionOption[] {
  const goesOn = (text: string): boolean => text.startsWith(typed) && text !== typed
  return [...known.filter(goesOn).map((text) => ({ text, kind })), ...seen.filter((name) => PLAIN.test(name) && goesOn(name)).map((text) => ({ text, kind: 'name' as const }))].slice(0, MOST)
}
