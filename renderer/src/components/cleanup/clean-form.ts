import type { CleanupAction, CleanupRule } from '../../../../shared/model/cleanup.ts'
import type { ExpirySetting } from '../../../../shared/model/change.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'

/** Rules that people choose from, in order. `query`: what the table shows; `selection`: what is marked in it. */
export const RULE_KINDS = ['expired', 'anonymous', 'empty', 'older-than', 'owners', 'keep-newest', 'size-over', 'undecodable', 'query', 'selection', 'ghosts'] as const satisfies readonly CleanupRule['kind'][]
export type RuleKind = (typeof RULE_KINDS)[number]

export const ACTION_KINDS = ['delete', 'expire', 'extend', 'set-key', 'remove-key', 're-sign', 'to-json', 'copy'] as const satisfies readonly CleanupAction['kind'][]
export type ActionKind = (typeof ACTION_KINDS)[number]

export const EXPIRY_CHOICES = { 'now': { kind: 'now' }, 'day': { kind: 'in', seconds: 86_400 }, 'default': { kind: 'default' } } as const satisfies Record<string, ExpirySetting>
export type ExpiryChoice = keyof typeof EXPIRY_CHOICES

/** What people filled in; texts as they stand in their fields. */
export interface CleanForm {
  readonly rule: RuleKind
  readonly days: string
  readonly users: string
  readonly newest: string
  readonly bytes: string
  readonly where: string
  readonly action: ActionKind
  readonly expiry: ExpiryChoice
  readonly hours: string
  readonly name: string
  readonly value: string
  readonly to: string
}

export const EMPTY_FORM: CleanForm = { rule: 'expired', days: '30', users: '', newest: '3', bytes: '4096', where: '', action: 'delete', expiry: 'now', hours: '24', name: '', value: '', to: '' }

/** Field that is missing or wrong; `cleanUp.problems.<id>` says what to write. */
export type FormProblem = 'days' | 'users' | 'newest' | 'bytes' | 'where' | 'selection' | 'hours' | 'name' | 'value' | 'to'

export type Asked = { readonly ok: true; readonly rules: CleanupRule[]; readonly action: CleanupAction } | { readonly ok: false; readonly problem: FormProblem }

const DAY_SECONDS = 86_400
const MOST_DAYS = 36_500

/** What to ask for. `keys`: those that are marked in the table. */
export function readForm(form: CleanForm, keys: readonly SessionKey[]): Asked {
  const rule = ruleOf(form, keys)
  const action = actionOf(form)
  if (typeof rule === 'string') return { ok: false, problem: rule }
  if (typeof action === 'string') return { ok: false, problem: action }
  return { ok: true, rules: [rule], action }
}

function ruleOf({ rule, days, users, newest, bytes, where }: CleanForm, keys: readonly SessionKey[]): CleanupRule | FormProblem {
  switch (rule) {
    case 'older-than': {
      const count = wholeNumber(days, 1, MOST_DAYS)
      return count === null ? 'days' : { kind: rule, seconds: count * DAY_SECONDS }
    }
    case 'owners': {
      const names = users.split(',').map((name) => name.trim()).filter((name) => name !== '')
      return names.length === 0 || names.length > 100 ? 'users' : { kind: rule, users: names }
    }
    case 'keep-newest': {
      const count = wholeNumber(newest, 1, 1000)
      return count === null ? 'newest' : { kind: rule, count }
    }
    case 'size-over': {
      const count = wholeNumber(bytes, 0, Number.MAX_SAFE_INTEGER)
      return count === null ? 'bytes' : { kind: rule, bytes: count }
    }
    case 'query':
      return where.trim() === '' ? 'where' : { kind: rule, where: where.trim() }
    case 'selection':
      return keys.length === 0 ? 'selection' : { kind: rule, sessions: keys.map((key) => ({ key, ifEtag: null })) }
    default:
      return { kind: rule }
  }
}

function actionOf({ action, expiry, hours, name, value, to }: CleanForm): CleanupAction | FormProblem {
  switch (action) {
    case 'expire':
      return { kind: action, expiry: EXPIRY_CHOICES[expiry] }
    case 'extend': {
      const count = wholeNumber(hours, 1, 10 * 366 * 24)
      return count === null ? 'hours' : { kind: action, seconds: count * 3600 }
    }
    case 'set-key':
      if (name.trim() === '') return 'name'
      return value.trim() === '' ? 'value' : { kind: action, name: name.trim(), value }
    case 'remove-key':
      return name.trim() === '' ? 'name' : { kind: action, name: name.trim() }
    case 'copy':
      return to === '' ? 'to' : { kind: action, to }
    default:
      return { kind: action }
  }
}

/** `1,000` is a number too. null: none, or out of bounds. */
function wholeNumber(text: string, least: number, most: number): number | null {
  const plain = text.trim().replace(/(?<=\d)[,\s](?=\d{3}\b)/g, '')
  if (!/^\d+$/.test(plain)) return null
  const value = Number(plain)
  return value >= least && value <= most ? value : null
}
