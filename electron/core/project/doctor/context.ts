import type { DoctorFinding, ProjectSettings, ProjectValue, SettingName, SettingsReading, Severity, TrustedFacts } from '../../../../shared/model/project.ts'
import type { FindingId } from '../../../../shared/words/en/doctor.ts'
import { say } from '../../../../shared/words/say.ts'
import type { Secrets } from '../reading/redact.ts'

/** What the rules look at. A rule says nothing about what is not known. */
export interface DoctorContext {
  readonly reading: SettingsReading
  readonly secrets: Secrets
  readonly facts: TrustedFacts | null
  /** What is at a path: null where it is not known. */
  readonly look: (path: string) => { readonly kind: 'folder' | 'other' | 'no'; readonly mode: number } | null
  /** Expired rows that were counted; null: nobody has counted. */
  readonly expiredRows: number | null
}

export type Rule = (context: DoctorContext) => readonly DoctorFinding[]

export function finding(id: FindingId, severity: Severity, settings: readonly SettingName[], params: Readonly<Record<string, string | number>> = {}): DoctorFinding {
  const text = (part: string): string => say({ id: `doctor.${id.replace('.', '_')}.${part}`, params })
  return { id, severity, title: text('title'), why: text('why'), fix: text('fix'), params, settings }
}

export function valueOf({ reading }: DoctorContext, name: SettingName): ProjectValue {
  return reading.settings[name].value
}

/** DEBUG off, as far as is known: what Django checks for deployment is then a warning, else only worth knowing. */
export function deploySeverity(context: DoctorContext): Severity {
  return valueOf(context, 'DEBUG') === false ? 'warning' : 'info'
}

/** Texts of a list that is wholly known. null: it is not. */
export function textsOf(settings: ProjectSettings, name: SettingName): readonly string[] | null {
  const { value } = settings[name]
  if (!Array.isArray(value)) return null
  const texts = value.filter((item): item is string => typeof item === 'string')
  return texts.length === value.length ? texts : null
}

/** Whether a list has a text. null: not known. */
export function lists(context: DoctorContext, name: SettingName, text: string): boolean | null {
  const { value } = context.reading.settings[name]
  if (Array.isArray(value) && value.includes(text)) return true
  return textsOf(context.reading.settings, name) === null ? null : false
}

/** The configured engine's short name; null: not one of Django's, or not known. */
export function engineOf(context: DoctorContext): string | null {
  const engine = valueOf(context, 'SESSION_ENGINE')
  return typeof engine === 'string' && engine.startsWith('django.contrib.sessions.backends.') ? engine.slice('django.contrib.sessions.backends.'.length) : null
}
