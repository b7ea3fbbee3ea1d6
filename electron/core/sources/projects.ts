import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { SerializedError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { FoundProject, ProjectReport, ProjectSettings, SettingsReading, TrustLapse } from '../../../shared/model/project.ts'
import { SETTING_NAMES, spellTrust } from '../../../shared/model/project.ts'
import { originOf } from '../project/compare.ts'
import { discoverProjects } from '../project/discover/discover.ts'
import { examine } from '../project/doctor/doctor.ts'
import type { ProjectKnowledge, ReadOptions } from '../project/read-project.ts'
import { proposeTrust, readProject } from '../project/read-project.ts'
import { realOf } from '../project/files.ts'
import type { ReadSettings } from '../project/reading/read-static.ts'
import { coveredFiles } from '../project/trusted/covered-files.ts'
import type { Grant, TrustProposal, TrustStore } from '../project/trusted/trust-store.ts'
import { chosenModule } from '../project/trusted/trust-store.ts'

/** Django projects as the app meets them: found, read, trusted, examined. */
export interface Projects {
  /** null: there is no project, or none with settings, at or around this folder. @throws REQUEST_INVALID where there are several */
  find(folder: string, module: string | null, signal: AbortSignal): Promise<ReadProject | null>
  /** What is known of it, for people. @throws STORE_NOT_FOUND, REQUEST_INVALID */
  report(folder: string, module: string | null, signal: AbortSignal): Promise<ProjectReport>
  /** Remembers that its own Python may be run. @throws REQUEST_INVALID */
  trust(proposal: TrustProposal, signal: AbortSignal): Promise<void>
  revoke(folder: string): Promise<void>
}

export interface ReadProject {
  readonly known: ProjectKnowledge
  /** What trusting it would run; null: no interpreter was found. */
  readonly proposal: TrustProposal | null
  readonly isTrusted: boolean
  /** It was trusted, and this has ended it. null: nothing has. */
  readonly lapse: TrustLapse | null
  /** Why its own Python could not say; the reading without it stands. null: it could, or was not asked. */
  readonly trustFailure: SerializedError | null
}

export interface ProjectParts {
  readonly trust: TrustStore
  /** Environment of whoever started the app; only variables that the settings ask for are looked at. */
  readonly environment: Readonly<Record<string, string>>
  readonly resourcesFolder: string
  readonly readSettings: ReadSettings
  readonly clock: () => number
}

export function createProjects({ trust, environment, resourcesFolder, readSettings, clock }: ProjectParts): Projects {
  async function read(project: FoundProject, wanted: string | null, signal: AbortSignal): Promise<ReadProject> {
    const module = wanted ?? (await chosenModule(trust, project))
    const options = { module, environment, resourcesFolder, readSettings }
    const last = await trust.last(project.folder, module ?? project.settings[0]?.module ?? '')
    const proposal = proposalOf(project, module, last?.python ?? null)
    const asked: { grant: Grant | null; lapse: TrustLapse | null } = { grant: null, lapse: null }
    const leave: ReadOptions['leave'] = async (files) => {
      if (proposal === null) return null
      asked.grant = await trust.find(proposal, files)
      asked.lapse = asked.grant === null ? await trust.lapse(proposal, files) : null
      return asked.grant
    }
    const found = await readTrusting(project, { ...options, leave }, signal)
    return { ...found, proposal, isTrusted: asked.grant !== null, lapse: asked.lapse }
  }

  async function find(folder: string, module: string | null, signal: AbortSignal): Promise<ReadProject | null> {
    const { projects, folder: start } = await discoverProjects(folder, signal)
    const withSettings = projects.filter(({ settings }) => settings.length > 0)
    const project = withSettings.find((one) => one.folder === start) ?? withSettings[0]
    if (project === undefined) return null
    if (project.folder !== start && withSettings.length > 1) throw several(withSettings, folder)
    return read(project, module, signal)
  }

  return {
    find,
    async report(folder, module, signal) {
      const found = await find(folder, module, signal)
      if (found === null) throw new CoatcheckError('STORE_NOT_FOUND', 'project.notFound', { hint: 'next.chooseManagePy', subject: folder })
      return toReport(found)
    },
    async trust(proposal, signal) {
      await assertRuns(proposal.python)
      const folder = realOf(proposal.folder) ?? proposal.folder
      const { followed } = await readSettings({ folder, module: proposal.module, environment, djangoVersion: null }, signal)
      await trust.grant(proposal, coveredFiles(folder, followed), clock())
    },
    revoke: (folder) => trust.revoke(folder),
  }
}

const NO_LEAVE: ReadOptions['leave'] = () => Promise.resolve(null)

/** Its own Python knows best; where it fails, what reading tells still holds. */
async function readTrusting(project: FoundProject, options: ReadOptions, signal: AbortSignal): Promise<Pick<ReadProject, 'known' | 'trustFailure'>> {
  const granted = { is: false }
  const leave: ReadOptions['leave'] = async (files) => {
    const grant = await options.leave(files)
    granted.is = grant !== null
    return grant
  }
  try {
    return { known: await readProject(project, { ...options, leave }, signal), trustFailure: null }
  } catch (error) {
    if (!granted.is || !(error instanceof CoatcheckError) || error.code === 'CANCELLED') throw error
    return { known: await readProject(project, { ...options, leave: NO_LEAVE }, signal), trustFailure: serializeError(error) }
  }
}

/** A path that people typed. @throws REQUEST_INVALID */
async function assertRuns(python: string): Promise<void> {
  const isFile = isAbsolute(python) && (await stat(python).then((facts) => facts.isFile(), () => false))
  const runs = isFile && (await access(python, constants.X_OK).then(() => true, () => false))
  if (!runs) throw new CoatcheckError('REQUEST_INVALID', 'project.noProgram', { hint: 'next.wholePath', subject: python })
}

/** `chosen`: the interpreter that people chose before. null: there is no interpreter to trust. */
function proposalOf(project: FoundProject, module: string | null, chosen: string | null): TrustProposal | null {
  return project.pythons.length === 0 && chosen === null ? null : proposeTrust(project, module, chosen)
}

function several(projects: readonly FoundProject[], folder: string): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', reason('project.several', { count: projects.length, folders: projects.slice(0, 10).map((one) => one.folder).join(', ') }), { hint: 'next.openOne', subject: folder })
}

/** Without what the core keeps beside it: its secrets, which cross to no face. */
function tellable({ module, how, settings, problems, djangoVersion }: SettingsReading): SettingsReading {
  return { module, how, settings, problems, djangoVersion }
}

function withOrigins({ reading, static: read, trusted }: ProjectKnowledge): SettingsReading {
  if (trusted === null) return tellable(reading)
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, { ...reading.settings[name], origin: originOf(name, reading.settings[name], read.settings[name], trusted.facts.setByModule) }])) as ProjectSettings
  return tellable({ ...reading, settings })
}

function toReport({ known, proposal, isTrusted, lapse, trustFailure }: ReadProject): ProjectReport {
  const { project, module, reading, secrets, stores, differences, trusted, usedEnvFile } = known
  const facts = trusted?.facts ?? null
  return {
    project, module: module.module, reading: withOrigins(known), stores, differences, facts, usedEnvFile, trustFailure,
    findings: examine({ reading, secrets, facts, folder: project.folder, expiredRows: null }),
    trust: proposal === null ? null : { ...proposal, command: spellTrust(proposal), isGranted: isTrusted, lapse },
  }
}
