import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CoatcheckError } from '../../../shared/errors.ts'
import { AUTH_USER } from '../../../shared/model/owner.ts'
import { guessEnvironment } from '../../../shared/model/environment.ts'
import { toDjangoVersion } from '../../../shared/model/django.ts'
import type { SourceTarget, SshRoute } from '../../../shared/model/source.ts'
import { findSqlite } from '../connections/find-sqlite.ts'
import { readStoreUrl } from '../connections/read-url.ts'
import type { DemoManifest } from '../demo/manifest.ts'
import { usersBeside } from '../connections/users-beside.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import type { Projects } from './projects.ts'
import { resolveProject } from './resolve-project.ts'
import type { FolderTarget } from './resolve-project.ts'
import type { GivenCookies, PastedCookie } from './pasted-cookies.ts'
import { readPastedCookies } from './pasted-cookies.ts'
import type { ResolvedTarget, SshAccess } from './source-types.ts'
import { toKeyring } from './source-registry.ts'

/** AUTHENTICATION_BACKENDS of the demo's project: Django's own default. */
const MODEL_BACKEND = ['django.contrib.auth.backends.ModelBackend']

export interface InstalledDemo {
  readonly folder: string
  readonly manifest: DemoManifest
}

/** What is given beside a target, because it must not be kept with it. */
export type GivenText = GivenCookies

export interface TargetParts extends GivenText {
  readonly openDemo: (signal: AbortSignal) => Promise<InstalledDemo>
  readonly projects: Projects
}

/** From what the user named to what is opened: which file, how the site is set up, which keys are known. */
export async function resolveTarget(target: SourceTarget, { openDemo, projects, cookies, cookieFile }: TargetParts, signal: AbortSignal): Promise<ResolvedTarget> {
  switch (target.kind) {
    case 'demo':
      return resolveDemo(target, await openDemo(signal))
    case 'sqlite':
      return resolveFile(target, resolve(target.path), basename(target.path), 'file')
    case 'folder':
      return resolveFolder(target, projects, { cookies, cookieFile }, signal)
    case 'url':
      return resolveUrl(target)
    case 'pair':
      return resolvePair(target)
    case 'jar': {
      const path = resolve(target.path)
      return resolveJar({ ...target, path }, basename(path), path, { files: [path], pasted: [] })
    }
    case 'pasted': {
      if (cookies === undefined) throw new CoatcheckError('REQUEST_INVALID', 'sources.pastedNotKept', { hint: 'next.pasteAgain' })
      return resolveJar(target, PASTED_NAME, PASTED_NAME, { files: [], pasted: readPastedCookies(cookies, target.cookieName) })
    }
  }
}

/** A project by its settings; where they do not tell, or there are none, the one database with sessions. */
async function resolveFolder(target: FolderTarget, projects: Projects, given: GivenText, signal: AbortSignal): Promise<ResolvedTarget> {
  const folder = resolve(target.path)
  const found = await projects.find(folder, target.module ?? null, signal)
  const resolved = found === null ? null : resolveProject(target, found, given)
  return resolved ?? resolveFile(target, await findSqlite(folder, signal), basename(folder), 'project')
}

function resolveFile(target: SourceTarget, path: string, name: string, kind: 'file' | 'project'): ResolvedTarget {
  const table = target.kind === 'sqlite' ? target.table : 'django_session'
  const profile = { kind: 'sqlite', path, table, clock: DEFAULT_SETTINGS.clock } as const
  return {
    target, name, kind, profile,
    users: usersBeside(profile, AUTH_USER),
    location: kind === 'project' ? dirname(path) : path,
    environment: 'local', isLocal: true, ssh: null,
    settings: DEFAULT_SETTINGS,
    keyring: [],
  }
}

/** Django's cached_db. The rows name it; what either layer reaches beyond this machine makes all of it production. */
function resolvePair(target: Extract<SourceTarget, { kind: 'pair' }>): ResolvedTarget {
  const { ssh, cacheSsh } = target
  const [row, cache] = [readStoreUrl(toRowUrl(target.row), DEFAULT_SETTINGS.clock), readStoreUrl(target.cache, DEFAULT_SETTINGS.clock)]
  if (row.engine !== 'db') throw new CoatcheckError('REQUEST_INVALID', 'sources.rowsInDatabase', { hint: 'next.nameDatabase' })
  if (cache.engine !== 'cache') throw new CoatcheckError('REQUEST_INVALID', 'sources.besideNoCache', { hint: 'next.nameCache' })
  const isLocal = row.isLocal && cache.isLocal && ssh === undefined && cacheSsh === undefined
  const [location, cacheLocation] = [through(row.location, ssh), through(cache.location, cacheSsh)]
  return {
    target: { kind: 'pair', row: row.url, cache: cache.url, ...(ssh === undefined ? {} : { ssh }), ...(cacheSsh === undefined ? {} : { cacheSsh }) },
    name: row.name, kind: row.kind, location, cacheLocation,
    isLocal, ssh: ssh === undefined ? null : accessThrough(ssh), ...(cacheSsh === undefined ? {} : { cacheSsh: accessThrough(cacheSsh) }),
    environment: guessEnvironment({ isLocal, text: `${location} ${cacheLocation}` }).environment,
    users: usersBeside(row.profile, AUTH_USER),
    profile: { kind: 'pair', row: row.profile, cache: cache.profile, clock: DEFAULT_SETTINGS.clock },
    settings: { ...DEFAULT_SETTINGS, engine: 'cached_db' },
    keyring: [],
  }
}

function toRowUrl(row: string): string {
  return /^[a-z][a-z0-9+]*:\/\//i.test(row) ? row : `sqlite://${pathToFileURL(resolve(row)).pathname}`
}

const PASTED_NAME = 'Pasted cookies'

function resolveJar(target: Extract<SourceTarget, { kind: 'jar' | 'pasted' }>, name: string, location: string, jar: { readonly files: readonly string[]; readonly pasted: readonly PastedCookie[] }): ResolvedTarget {
  const settings = { ...DEFAULT_SETTINGS, engine: 'signed_cookies', cookieName: target.cookieName } as const
  return {
    target, name, kind: 'jar', location, environment: 'local', isLocal: true, ssh: null, settings, keyring: [], users: null,
    profile: { kind: 'jar', ...jar, cookieName: settings.cookieName, cookieAgeSeconds: settings.cookieAgeSeconds, clock: settings.clock },
  }
}

/** Another machine is taken for production unless its name, or somebody, says otherwise. What a tunnel leads to is another machine. */
function resolveUrl({ url: given, ssh }: Extract<SourceTarget, { kind: 'url' }>): ResolvedTarget {
  const { url, name, location: direct, isLocal: isHere, kind, engine, profile, cookieName = DEFAULT_SETTINGS.cookieName, cookieAgeSeconds = DEFAULT_SETTINGS.cookieAgeSeconds } = readStoreUrl(given, DEFAULT_SETTINGS.clock)
  const isLocal = isHere && ssh === undefined
  const location = through(direct, ssh)
  return {
    target: { kind: 'url', url, ...(ssh === undefined ? {} : { ssh }) },
    name, kind, location, profile, isLocal,
    users: usersBeside(profile, AUTH_USER),
    ssh: ssh === undefined ? null : accessThrough(ssh),
    environment: guessEnvironment({ isLocal, text: location }).environment,
    settings: { ...DEFAULT_SETTINGS, engine, cookieName, cookieAgeSeconds },
    keyring: [],
  }
}

const through = (location: string, ssh: SshRoute | undefined): string => (ssh === undefined ? location : `${location} through ${ssh.host}`)
const accessThrough = (ssh: SshRoute): SshAccess => ({ ...ssh, secret: null, trustHostKey: null })

function resolveDemo(target: SourceTarget, demo: InstalledDemo): ResolvedTarget {
  const { manifest } = demo
  const clock = { useTz: manifest.useTz, timeZone: manifest.timeZone, origin: 'settings' } as const
  const profile = { kind: 'sqlite', path: join(demo.folder, manifest.database), table: manifest.table, clock } as const
  return {
    target, name: manifest.name, kind: 'demo', location: demo.folder, environment: 'local', isLocal: true, ssh: null, profile,
    users: usersBeside(profile, AUTH_USER),
    settings: { ...DEFAULT_SETTINGS, cookieName: manifest.cookieName, cookieAgeSeconds: manifest.cookieAgeSeconds, saveEveryRequest: manifest.saveEveryRequest, authBackends: MODEL_BACKEND, userLogin: { isDjangos: true, backends: {} }, clock, djangoVersion: toDjangoVersion(manifest.django) },
    keyring: toKeyring({ secretKey: manifest.secretKey, fallbacks: manifest.fallbacks }),
  }
}
