import { statSync } from 'node:fs'
import type { DoctorFinding, SettingsReading, TrustedFacts } from '../../../../shared/model/project.ts'
import type { Secrets } from '../reading/redact.ts'
import { isWithin, nearestReal } from '../files.ts'
import { cacheRules } from './cache-rules.ts'
import type { DoctorContext } from './context.ts'
import { finding } from './context.ts'
import { cookieRules } from './cookie-rules.ts'
import { engineRules } from './engine-rules.ts'
import { keyRules } from './key-rules.ts'
import { middlewareRules } from './middleware-rules.ts'

export interface DoctorInput {
  readonly reading: SettingsReading
  readonly secrets: Secrets
  readonly facts: TrustedFacts | null
  readonly folder: string
  /** Expired rows that were counted; null: not counted. */
  readonly expiredRows: number | null
}

const RULES = [...keyRules, ...middlewareRules, ...cookieRules, ...cacheRules, ...engineRules]
const SEVERITIES = ['error', 'warning', 'info'] as const

/** What is wrong with how sessions are set up, worst first. It says nothing about what is not known. */
export function examine(input: DoctorInput): readonly DoctorFinding[] {
  const context: DoctorContext = { ...input, look: (path) => look(input.folder, path, input.facts !== null) }
  const found = RULES.flatMap((rule) => rule(context))
  return SEVERITIES.flatMap((severity) => found.filter((item) => item.severity === severity))
}

/** Before the folder is trusted, nothing outside of it is looked at. */
function look(folder: string, path: string, isTrusted: boolean): ReturnType<DoctorContext['look']> {
  if (!path.startsWith('/') || (!isTrusted && !isWithin(folder, nearestReal(path).path))) return null
  const facts = statSync(path, { throwIfNoEntry: false })
  return facts === undefined ? { kind: 'no', mode: 0 } : { kind: facts.isDirectory() ? 'folder' : 'other', mode: facts.mode }
}

export interface OpenProject {
  readonly name: string
  readonly cookieName: string | null
  /** false: its host is not this machine, so its cookies are other ones. */
  readonly isLocal: boolean
}

/** Projects that run on localhost under one cookie name log each other's users out: cookies know no port. */
export function findClashes(projects: readonly OpenProject[]): readonly DoctorFinding[] {
  return projects.flatMap((project, index) => projects.slice(index + 1).flatMap((other) => {
    const isShared = project.isLocal && other.isLocal && project.cookieName !== null && project.cookieName === other.cookieName
    const suggestion = `${other.name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}_sessionid`
    return isShared ? [finding('coatcheck.name-clash', 'warning', ['SESSION_COOKIE_NAME'], { name: project.name, other: other.name, cookie: project.cookieName ?? '', suggestion })] : []
  }))
}
