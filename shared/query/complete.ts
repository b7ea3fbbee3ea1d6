import { CHOICES, isFieldName } from './ast.ts'
import { completePath } from './complete-path.ts'
import type { PathCompletion } from './complete-path.ts'
import type { SeenPath } from './seen-paths.ts'

/** A word that may stand at the caret. `text` replaces what stands from `Completion.from` to the caret. */
export interface CompletionOption {
  readonly text: string
  /** A field, of which the value is still to be written; a value; or a path seen in session data. */
  readonly kind: 'field' | 'value' | 'name'
}

export interface Completion {
  /** In UTF-16 units. */
  readonly from: number
  readonly options: readonly CompletionOption[]
  /** What is typed stands for itself, or nothing is: then none of the options is the likeliest. */
  readonly isWhole: boolean
}

/** What completion offers besides fields. */
export interface SeenNames {
  readonly paths: readonly SeenPath[]
  readonly users: readonly string[]
}

/** Fields as they are written, with the operator that is used most. */
export const FIELD_STARTS = ['user:', 'login:', 'state:', 'expires<', 'expires>', 'key:', 'size>', 'has:', 'signed:', 'serializer:', 'is:'] as const
export type FieldStart = (typeof FIELD_STARTS)[number]

const VALUES: Readonly<Record<string, readonly string[]>> = { ...CHOICES, user: ['none', 'any'], expires: ['now', '+2h', '+1d', '-3d'], size: ['1k', '100k', '1m'] }
const MOST = 30
const PLAIN_USER = /^[^\s"|]+$/
/** A field with its operator, and the last of its values. Quotes hide what is in them. */
const FIELD = /^([a-z]+)(:|[<>]=?)((?:[^"|]|"(?:[^"\\]|\\.)*"|\|)*\|)?(.*)$/s

/** What may follow at the caret. */
export function completeQuery(text: string, caret: number, { paths, users }: SeenNames): Completion {
  const term = text.slice(termStart(text, caret), caret)
  const found = FIELD.exec(term)
  const [, field = '', , , typed = ''] = found ?? []
  const from = caret - typed.length
  if (found !== null && isFieldName(field)) {
    if (field === 'has') return listed(completePath(typed, from, paths, { isCompared: false }), [])
    const known = VALUES[field] ?? []
    const names = field === 'user' ? users : []
    return { from, options: options(typed, 'value', known, names), isWhole: typed === '' || known.includes(typed) || names.includes(typed) }
  }
  // What follows an operator is a value of the data: none is ever offered.
  const fields = options(term, 'field', FIELD_STARTS, [])
  return listed(term === '' ? null : completePath(term, caret - term.length, paths, { isCompared: true }), fields, caret - term.length)
}

/** Where the term at the caret begins, after its `-`. */
function termStart(text: string, caret: number): number {
  let start = 0
  let isQuoted = false
  for (let at = 0; at < caret; at++) {
    const unit = text.charAt(at)
    if (isQuoted && unit === '\\') at++
    else if (unit === '"') isQuoted = !isQuoted
    else if (!isQuoted && /\s/.test(unit)) start = at + 1
  }
  return text.charAt(start) === '-' && start < caret ? start + 1 : start
}

function listed(found: PathCompletion | null, fields: readonly CompletionOption[], start = 0): Completion {
  const names = found?.texts.map((text) => ({ text, kind: 'name' as const })) ?? []
  return { from: found?.from ?? start, options: [...fields, ...names].slice(0, MOST), isWhole: found === null || found.isWhole }
}

/** Those that go on from what is typed, and are not there already. */
function options(typed: string, kind: CompletionOption['kind'], known: readonly string[], users: readonly string[]): readonly CompletionOption[] {
  const goesOn = (text: string): boolean => text.startsWith(typed) && text !== typed
  return [...known.filter(goesOn).map((text) => ({ text, kind })), ...users.filter((name) => PLAIN_USER.test(name) && goesOn(name)).map((text) => ({ text, kind: 'name' as const }))].slice(0, MOST)
}
