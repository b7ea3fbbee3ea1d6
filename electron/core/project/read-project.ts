import { join } from 'node:path'
import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { FoundProject, FoundPython, ProjectStore, ReadingDifference, SessionFacts, SettingsModule, SettingsReading } from '../../../shared/model/project.ts'
import { compareReadings } from './compare.ts'
import { readWithin } from './files.ts'
import { readEnvText } from './reading/env-text.ts'
import type { FollowedFile } from './reading/run.ts'
import { readStoreSalt } from './reading/store-salt.ts'
import type { ReadSettings, StaticReading } from './reading/read-static.ts'
import type { Secrets } from './reading/redact.ts'
import { findStores, sessionFacts } from './stores.ts'
import { coveredFiles } from './trusted/covered-files.ts'
import type { TrustedReading } from './trusted/read-trusted.ts'
import { readTrusted } from './trusted/read-trusted.ts'
import type { Grant, TrustProposal } from './trusted/trust-store.ts'

/** A project as it is known: by reading alone, or by its own Python too. It stays in the core, because it holds the keys. */
export interface ProjectKnowledge {
  readonly project: FoundProject
  readonly module: SettingsModule
  readonly static: StaticReading
  /** null: the folder is not trusted. */
  readonly trusted: TrustedReading | null
  /** The better of the two readings. */
  readonly reading: SettingsReading
  readonly secrets: Secrets
  readonly differences: readonly ReadingDifference[]
  readonly stores: readonly ProjectStore[]
  readonly facts: SessionFacts
  /** The trusted reading needed the variables of the project's `.env`, which nothing in the project loads by itself. */
  readonly usedEnvFile: boolean
  /** `key_salt` of an engine of the project's own. null: the engine is Django's, or the salt is not known. */
  readonly keySalt: string | null
}

export interface ReadOptions {
  /** A settings module; null: the first that something names. */
  readonly module: string | null
  /** The environment of whoever opens the project. Only variables that the settings ask for are looked at or handed on. */
  readonly environment: Readonly<Record<string, string>>
  /** Leave of a trust store to run the project's own Python, asked for once it is known which files that vouches for; null: nothing is run. */
  readonly leave: (files: readonly FollowedFile[]) => Promise<Grant | null>
  readonly resourcesFolder: string
  readonly readSettings: ReadSettings
}

/** @throws REQUEST_INVALID when there is no such settings module; what `readTrusted` throws */
export async function readProject(project: FoundProject, options: ReadOptions, signal: AbortSignal): Promise<ProjectKnowledge> {
  const module = chooseModule(project, options.module)
  const found = await options.readSettings({ folder: project.folder, module: module.module, environment: options.environment, djangoVersion: ownDjango(project) }, signal)
  const grant = await options.leave(coveredFiles(project.folder, found.followed))
  if (grant === null) return withSalt(toKnowledge(project, module, found, null, false), signal)
  const { trusted, usedEnvFile } = await readWithGrant(project, grant, found, options, signal)
  // The version is known now, and with it Django's defaults.
  const read = await options.readSettings({ folder: project.folder, module: module.module, environment: options.environment, djangoVersion: trusted.djangoVersion }, signal)
  return withSalt(toKnowledge(project, module, read, trusted, usedEnvFile), signal)
}

const DJANGO_ENGINE = /^django\.contrib\.sessions\.backends\.\w+$/

async function withSalt(known: Omit<ProjectKnowledge, 'keySalt'>, signal: AbortSignal): Promise<ProjectKnowledge> {
  const engine = known.facts.engine
  if (engine === null || DJANGO_ENGINE.test(engine)) return { ...known, keySalt: null }
  return { ...known, keySalt: known.trusted?.facts.engine?.keySalt ?? (await readStoreSalt(known.project.folder, engine, signal)) }
}

function toKnowledge(project: FoundProject, module: SettingsModule, read: StaticReading, trusted: TrustedReading | null, usedEnvFile: boolean): Omit<ProjectKnowledge, 'keySalt'> {
  const reading = trusted ?? read
  const facts = trusted?.facts ?? null
  return {
    project, module, static: read, trusted, reading, secrets: trusted?.secrets ?? read.secrets, differences: trusted === null ? [] : compareReadings(read, trusted),
    stores: findStores(reading, { folder: project.folder, compose: project.compose, facts }), facts: sessionFacts(reading, facts), usedEnvFile,
  }
}

function chooseModule(project: FoundProject, wanted: string | null): SettingsModule {
  const found = wanted === null ? project.settings[0] : project.settings.find((item) => item.module === wanted)
  if (found !== undefined) return found
  const known = project.settings.map((item) => item.module).join(', ')
  throw new CoatcheckError('REQUEST_INVALID', wanted === null ? 'project.noModules' : reason('project.noModule', { module: wanted }), { hint: known === '' ? 'next.nameModule' : reason('next.modulesAre', { modules: known }), subject: project.folder })
}

/** Of the project's own environment. The system's Python, pyenv's or the one that is activated may have another Django than the one that runs it: null, not known. */
function ownDjango(project: FoundProject): string | null {
  const python = choosePython(project)
  return python?.kind === 'venv' || python?.kind === 'conda' ? python.djangoVersion : null
}

/** The interpreter that most likely runs the project: one that has Django, of its own first. null: there is none. */
export function choosePython(project: FoundProject): FoundPython | null {
  const own = project.pythons.filter((item) => item.kind !== 'system')
  return own.find((item) => item.djangoVersion !== null) ?? own[0] ?? project.pythons[0] ?? null
}

/** What the user is asked to agree to. @throws STORE_NOT_FOUND when there is no interpreter; REQUEST_INVALID when there is no such settings module */
export function proposeTrust(project: FoundProject, module: string | null, python: string | null): TrustProposal {
  const path = python ?? choosePython(project)?.path
  if (path === undefined) throw new CoatcheckError('STORE_NOT_FOUND', 'project.noPython', { hint: 'next.makeEnvironment', subject: project.folder })
  return { folder: project.folder, python: path, module: chooseModule(project, module).module }
}

async function readWithGrant(project: FoundProject, grant: Grant, read: StaticReading, { environment, resourcesFolder }: ReadOptions, signal: AbortSignal): Promise<{ trusted: TrustedReading; usedEnvFile: boolean }> {
  const asked = Object.fromEntries(read.asked.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
  try {
    return { trusted: await readTrusted(grant, { resourcesFolder, environment: asked }, signal), usedEnvFile: false }
  } catch (error) {
    const file = envFileOf(project)
    if (!(error instanceof CoatcheckError) || error.code !== 'REQUEST_INVALID' || Object.keys(file).length === 0) throw error
    // Settings that need variables are often started by a tool that loads .env first.
    return { trusted: await readTrusted(grant, { resourcesFolder, environment: { ...file, ...asked } }, signal).catch(() => { throw error }), usedEnvFile: true }
  }
}

const ENV_BYTES = 1024 * 1024

function envFileOf(project: FoundProject): Record<string, string> {
  if (!project.envFiles.includes('.env')) return {}
  const text = readWithin(project.folder, join(project.folder, '.env'), ENV_BYTES)?.bytes.toString('utf8') ?? ''
  return Object.fromEntries(readEnvText(text, 'dotenv').flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
}
