import type { DoctorFinding, ProjectStore, ProjectValue, ReadingProblem, SettingName, SettingOrigin } from '../../../shared/model/project.ts'
import { SETTING_NAMES, spellOrigin, whyUnknown } from '../../../shared/model/project.ts'
import { say } from '../../../shared/words/say.ts'
import { english } from '../../../shared/words/reason.ts'
import { originOf } from '../../core/project/compare.ts'
import type { ProjectKnowledge } from '../../core/project/read-project.ts'

/** The shapes of docs/cli.md; what comes after them is more. */
export function sourcesJson(known: ProjectKnowledge): string {
  const { reading, stores, project, differences } = known
  const engine = reading.settings.SESSION_ENGINE.value
  return JSON.stringify({
    v: 1,
    engine: typeof engine === 'string' ? engine : null,
    settings: Object.fromEntries(SETTING_NAMES.map((name) => [name, settingJson(name, known)])),
    stores: stores.map(({ id, kind, url, active, status, detail, parts }) => ({ id, kind, url, active, status, detail: detail === null ? '' : english(detail), parts })),
    project: { folder: project.folder, module: reading.module, modules: project.settings.map((item) => item.module), read: reading.how, django: reading.djangoVersion },
    problems: reading.problems.map(problemJson),
    differences,
    userTable: known.trusted?.facts.userTable ?? null,
  })
}

function settingJson(name: SettingName, known: ProjectKnowledge): Record<string, unknown> {
  const setting = known.reading.settings[name]
  const origin = placeOf(name, known)
  const { conditional } = setting
  return { value: setting.value, origin: spellOrigin(origin), ...(conditional.length === 0 ? {} : { conditional: conditional.map((option) => ({ when: option.when, value: option.value, origin: spellOrigin(option.origin) })) }), ...(setting.environment.length === 0 ? {} : { environment: setting.environment }) }
}

const placeOf = (name: SettingName, { reading, static: read, trusted }: ProjectKnowledge): SettingOrigin => originOf(name, reading.settings[name], read.settings[name], trusted?.facts.setByModule ?? [])

function problemJson(problem: ReadingProblem): Record<string, unknown> {
  return { code: problem.what, where: problem.line === 0 ? problem.file : `${problem.file}:${problem.line}`, message: say({ id: `project.problems.${problem.what}`, params: { detail: problem.detail } }) }
}

export function doctorJson(known: ProjectKnowledge, findings: readonly DoctorFinding[], expiredRows: number | null): string {
  return JSON.stringify({ v: 1, findings: findings.map(({ id, severity, title, why, fix }) => ({ id, severity, title, why, fix })), read: known.reading.how, expiredRows, problems: known.reading.problems.map(problemJson) })
}

const SHOWN: readonly SettingName[] = ['SESSION_ENGINE', 'SESSION_SERIALIZER', 'SESSION_COOKIE_NAME', 'SESSION_COOKIE_AGE', 'SESSION_CACHE_ALIAS', 'SESSION_FILE_PATH', 'SECRET_KEY', 'DEBUG', 'USE_TZ', 'TIME_ZONE', 'AUTH_USER_MODEL', 'DATABASES', 'CACHES']

export function sourcesText(known: ProjectKnowledge): string {
  const { reading, project, stores } = known
  const width = Math.max(...SHOWN.map((name) => name.length))
  return [
    `${project.name}  ${reading.module}  Django ${reading.djangoVersion ?? '?'}  (${reading.how})`,
    ...problemLines(reading.problems),
    '',
    ...SHOWN.flatMap((name) => settingLines(name, known, width)),
    '',
    ...stores.map(storeLine),
  ].join('\n')
}

function settingLines(name: SettingName, known: ProjectKnowledge, width: number): string[] {
  const setting = known.reading.settings[name]
  return [
    `${name.padEnd(width)}  ${valueText(setting.value)}  (${spellOrigin(placeOf(name, known))})`,
    ...setting.conditional.map((option) => `${' '.repeat(width)}  ${valueText(option.value)}  if ${option.when}  (${spellOrigin(option.origin)})`),
  ]
}

function valueText(value: ProjectValue): string {
  const why = whyUnknown(value)
  if (why !== null) return `unknown: ${why}`
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && '$secret' in value) return '••••••'
  return JSON.stringify(value)
}

function storeLine(store: ProjectStore): string {
  return `${store.active ? '*' : ' '} ${store.id.padEnd(16)} ${store.status.padEnd(17)} ${store.url ?? (store.parts.join(' + ') || '–')}${store.detail === null ? '' : `  ${english(store.detail)}`}`
}

function problemLines(problems: readonly ReadingProblem[]): string[] {
  return problems.map(problemJson).map((problem) => `! ${String(problem['where'])}: ${String(problem['message'])}`)
}

export function doctorText(known: ProjectKnowledge, findings: readonly DoctorFinding[]): string {
  const lines = findings.flatMap((finding) => [`${finding.severity.padEnd(8)} ${finding.title}  [${finding.id}]`, `         ${finding.why}`, `         → ${finding.fix}`])
  return [...problemLines(known.reading.problems), ...(lines.length === 0 ? [say({ id: 'cli.doctor.nothing', params: {} })] : lines)].join('\n')
}
