import type { ExpirySetting } from '../../../../shared/model/change.ts'

export const EXPIRY_UNITS = { minutes: 60, hours: 3600, days: 86_400, weeks: 604_800 } as const
export type ExpiryUnit = keyof typeof EXPIRY_UNITS
export type FormKind = 'in' | 'at' | 'browser-close' | 'default'

export interface ExpiryForm {
  readonly kind: FormKind
  readonly amount: string
  readonly unit: ExpiryUnit
  /** `2026-09-12` and `10:40`, UTC. */
  readonly date: string
  readonly time: string
}

/** Longest that may be set: ten leap years. */
const LONGEST_SECONDS = 10 * 366 * 86_400

/** What the form asks for; null: it is not complete. */
export function formSetting(form: ExpiryForm): ExpirySetting | null {
  switch (form.kind) {
    case 'in': {
      const seconds = Math.round(Number(form.amount.trim() === '' ? Number.NaN : form.amount) * EXPIRY_UNITS[form.unit])
      return Number.isFinite(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS ? { kind: 'in', seconds } : null
    }
    case 'at': {
      const at = Date.parse(`${form.date}T${form.time === '' ? '00:00' : form.time}Z`)
      return Number.isNaN(at) ? null : { kind: 'at', at }
    }
    default:
      return { kind: form.kind }
  }
}

/** The form as it stands at first: 14 days, or the day after tomorrow. */
export function firstForm(now: number): ExpiryForm {
  const day = new Date(now + 2 * 86_400_000).toISOString()
  return { kind: 'in', amount: '14', unit: 'days', date: day.slice(0, 10), time: day.slice(11, 16) }
}
