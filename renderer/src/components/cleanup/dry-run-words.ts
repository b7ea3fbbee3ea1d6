import type { CleanupAction, DryRun } from '../../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs, Sentence } from '../../../../shared/model/session.ts'
import { reasonText } from '../../format/reason-text.ts'
import { formatCount } from '../../format/count.ts'
import { perLocale } from '../../format/locale.ts'

/** A text of the catalogue, what goes into it, and the number that its form depends on. */
export interface Words {
  readonly id: string
  readonly count: number
}

/** What the dry run comes to: `cleanUp.looked.<…>`. */
export function verdictOf({ action, matched }: Pick<DryRun, 'action' | 'matched'>): Words {
  return { id: `cleanUp.looked.${plainKind(action)}`, count: matched }
}

/** What the button says: `cleanUp.confirm.run.<…>`. */
export function verbOf({ action, matched }: Pick<DryRun, 'action' | 'matched'>): Words {
  const kind = plainKind(action)
  const verb = kind === 'delete' || kind === 'copy' ? kind : action.kind === 'expire' && action.expiry.kind === 'now' ? 'expire' : 'other'
  return { id: `cleanUp.confirm.run.${verb}`, count: matched }
}

/** Whether somebody who is logged in would be no more. */
export function logsOut(action: CleanupAction): boolean {
  return action.kind === 'delete' || (action.kind === 'expire' && action.expiry.kind === 'now')
}

function plainKind({ kind }: CleanupAction): 'delete' | 'expire' | 'extend' | 'copy' | 'change' {
  return kind === 'delete' || kind === 'expire' || kind === 'extend' || kind === 'copy' ? kind : 'change'
}

const days = perLocale((language) => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }))

/** A day in UTC, as ranges say it: `14 Mar 2019`, in German `14. März 2019`. */
export function dayOf(micros: EpochMicros): string {
  const at = new Date(micros / 1000)
  return Number.isNaN(at.getTime()) ? String(micros) : days().format(at)
}

const months = perLocale((language) => new Intl.DateTimeFormat(language, { timeZone: 'UTC', month: 'short' }))
const wholeMonths = perLocale((language) => new Intl.DateTimeFormat(language, { timeZone: 'UTC', month: 'long', year: 'numeric' }))

/** A stretch of time under its bar: `2019`; `Mar`, each January with its year. `full`: `March 2019`. */
export function binLabel(from: EpochMs, unit: 'month' | 'year'): { readonly short: string; readonly full: string } {
  const date = new Date(from)
  const year = String(date.getUTCFullYear())
  if (unit === 'year') return { short: year, full: year }
  return { short: date.getUTCMonth() === 0 ? `${months().format(date)} ${year}` : months().format(date), full: wholeMonths().format(date) }
}

/** A sentence of the core with its numbers as people read them. */
export function sentenceText({ id, params }: Sentence, t: (id: string, params: Record<string, unknown>) => string): string {
  return t(id, Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? formatCount(value) : typeof value === 'object' ? reasonText(value, t) : value])))
}
