import type { SerializedError } from '../errors.ts'
import type { Reason } from '../words/reason.ts'
import type { Sentence } from './session.ts'

/** What is known of a Django project: settings and where each came from, stores, findings. No key and no password has a place in here. */

/** Where a value came from. Files are relative to the project's folder, with `/`. */
export type SettingOrigin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'env-file'; readonly file: string; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  /** Django's own default. */
  | { readonly kind: 'django' }
  /** Said by the project's own Python, which does not know lines. */
  | { readonly kind: 'python' }

/**
 * A Python value as JSON. Tuples and sets are arrays, paths are text. What JSON has not is an object of one `$`-key: `{"$unknown": why}`,
 * `{"$secret": name}`, `{"$bytes": base64}`, `{"$int": digits}`, `{"$float": "inf"}`, `{"$timedelta": seconds}`. A dict of other keys than
 * text has their Python text; one with the key `$more` may have more keys than it shows.
 */
export type ProjectValue = null | boolean | number | string | readonly ProjectValue[] | { readonly [key: string]: ProjectValue }

/** One of several values. */
export interface SettingOption {
  /** The condition, in the project's own words: `DEBUG`, `not (DEBUG)`. */
  readonly when: string
  /** null: Django's default, because nothing sets it then. */
  readonly value: ProjectValue
  readonly origin: SettingOrigin
}

export interface ProjectSetting {
  /** `{"$unknown": why}` where reading cannot tell. */
  readonly value: ProjectValue
  readonly origin: SettingOrigin
  /** Other values it would have under other conditions; where `value` is unknown because it depends on one, all that are possible. */
  readonly conditional: readonly SettingOption[]
  /** Variables of the environment that decide: the value holds while they are as they were read. */
  readonly environment: readonly string[]
}

export type ProjectSettings = Readonly<Record<SettingName, ProjectSetting>>

/** Settings that decide about sessions, cookies, who is logged in, and where it all is. */
export const SETTING_NAMES = [
  'SESSION_ENGINE', 'SESSION_SERIALIZER', 'SESSION_CACHE_ALIAS', 'SESSION_FILE_PATH', 'SESSION_COOKIE_NAME', 'SESSION_COOKIE_AGE', 'SESSION_COOKIE_DOMAIN',
  'SESSION_COOKIE_PATH', 'SESSION_COOKIE_SECURE', 'SESSION_COOKIE_HTTPONLY', 'SESSION_COOKIE_SAMESITE', 'SESSION_SAVE_EVERY_REQUEST', 'SESSION_EXPIRE_AT_BROWSER_CLOSE',
  'SECRET_KEY', 'SECRET_KEY_FALLBACKS', 'DEFAULT_HASHING_ALGORITHM', 'DEBUG', 'ALLOWED_HOSTS', 'USE_TZ', 'TIME_ZONE',
  'DATABASES', 'DATABASE_ROUTERS', 'CACHES', 'CACHE_MIDDLEWARE_ALIAS', 'AUTH_USER_MODEL', 'AUTHENTICATION_BACKENDS', 'INSTALLED_APPS', 'MIDDLEWARE', 'MESSAGE_STORAGE', 'ROOT_URLCONF',
  'CSRF_COOKIE_NAME', 'CSRF_COOKIE_SECURE', 'CSRF_COOKIE_HTTPONLY', 'CSRF_COOKIE_SAMESITE', 'CSRF_USE_SESSIONS', 'CSRF_TRUSTED_ORIGINS',
  'SECURE_SSL_REDIRECT', 'SECURE_HSTS_SECONDS', 'SECURE_PROXY_SSL_HEADER', 'MEDIA_ROOT', 'STATIC_ROOT',
] as const
export type SettingName = (typeof SETTING_NAMES)[number]

/** Something that stands in the way of reading. `what` is a key of the catalogue. */
export interface ReadingProblem {
  readonly what: 'syntax' | 'encoding' | 'nul' | 'nesting' | 'too-large' | 'too-long' | 'missing' | 'stops' | 'import' | 'no-settings'
  readonly file: string
  readonly line: number
  /** A name or a message of the project's; never a value. */
  readonly detail: string
}

/** How the settings were read. */
export interface SettingsReading {
  readonly module: string
  readonly how: 'static' | 'trusted'
  readonly settings: ProjectSettings
  readonly problems: readonly ReadingProblem[]
  /** Exact version where it is known: from the installed package, or said by Python. */
  readonly djangoVersion: string | null
}

export interface SettingsModule {
  /** `config.settings.local`. */
  readonly module: string
  readonly file: string
  /** What names it: `manage.py`, `pytest.ini`… Empty: it only looks like settings. */
  readonly namedBy: readonly string[]
}

export interface FoundPython {
  /** Absolute path of the interpreter. */
  readonly path: string
  /** `venv`, `conda`: of the project, by where it stands or what names it. `active`: activated where the program was started. `pyenv`: a version that pyenv keeps. */
  readonly kind: 'venv' | 'conda' | 'active' | 'pyenv' | 'system'
  /** `3.12.1` from `pyvenv.cfg`, or from pyenv's name; null: not said there. */
  readonly version: string | null
  /** From the metadata of the installed package. null: Django is not in it. */
  readonly djangoVersion: string | null
}

/** A service of a docker-compose file that could be a store. An offer: nothing connects by itself. */
export interface ComposeService {
  readonly file: string
  readonly name: string
  readonly image: string | null
  readonly ports: readonly { readonly host: string; readonly published: number; readonly target: number }[]
}

/** One Django project: a folder with `manage.py`, or with settings. */
export interface FoundProject {
  /** Absolute, real path of what `manage.py` is in, which is first on Python's path. */
  readonly folder: string
  readonly name: string
  readonly settings: readonly SettingsModule[]
  readonly pythons: readonly FoundPython[]
  /** `.env` files by their path from the folder. */
  readonly envFiles: readonly string[]
  readonly compose: readonly ComposeService[]
}

export interface Discovery {
  /** Where the search began. */
  readonly folder: string
  readonly projects: readonly FoundProject[]
  /** The walk came to its limit; there may be more. */
  readonly truncated: boolean
}

export interface ProjectStore {
  readonly id: string
  readonly kind: 'db' | 'cache' | 'cached_db' | 'file' | 'signed_cookies' | 'custom'
  /** SESSION_ENGINE that uses it. */
  readonly engine: string
  /** Without a password; the grammar is that of the command line. null: it cannot be opened from outside, or it is not known. */
  readonly url: string | null
  /** Name of the password in the core; null: none is needed. */
  readonly secret: string | null
  /** Configured as SESSION_ENGINE. */
  readonly active: boolean
  readonly status: 'ready' | 'missing' | 'unreachable-kind' | 'unknown'
  /** Why; null: there is nothing to say. */
  readonly detail: Reason | null
  /** The other half of `cached_db`: ids of its stores, the database first. */
  readonly parts: readonly string[]
}

/** Facts by which sessions of the project are read. null: not known. */
export interface SessionFacts {
  readonly engine: string | null
  readonly cookieName: string | null
  readonly cookieAgeSeconds: number | null
  readonly expireAtBrowserClose: boolean | null
  readonly saveEveryRequest: boolean | null
  readonly serializer: string | null
  readonly djangoVersion: string | null
  readonly useTz: boolean | null
  readonly timeZone: string | null
}

/** What only the project's own Python can say. */
export interface UserTable {
  readonly model: string
  readonly table: string
  readonly databaseAlias: string
  readonly pk: { readonly column: string; readonly type: string }
  /** Its logins are verified, and its users found, as those of `auth.User` are. */
  readonly isDjangos: boolean
  /** Columns by what they are for; null: the model has none. */
  readonly columns: { readonly username: string | null; readonly email: string | null; readonly isActive: string | null; readonly isStaff: string | null; readonly isSuperuser: string | null; readonly password: string | null }
}

export interface TrustedFacts {
  readonly pythonVersion: string
  readonly userTable: UserTable | null
  readonly backends: readonly string[]
  /** Of these, backends that load users as Django's own do, and which of them. */
  readonly backendWays: Readonly<Record<string, 'active' | 'anybody'>>
  /** Installed packages that bring session stores. */
  readonly sessionPackages: readonly string[]
  readonly engine: { readonly storeClass: string; readonly keySalt: string | null; readonly modelTable: string | null; readonly databaseAlias: string | null; readonly cookieAgeSeconds: number | null } | null
  readonly serializer: { readonly path: string; readonly kind: 'json' | 'pickle' | 'custom' } | null
  /** What Django said while it was set up; the project's own text. */
  readonly setupError: string | null
  /** Settings that the module itself sets. */
  readonly setByModule: readonly string[]
}

/** One setting that the two readings see differently. */
export interface ReadingDifference {
  readonly name: SettingName
  readonly kind: 'now-known' | 'other-value' | 'condition-decided'
  readonly static: ProjectValue
  readonly trusted: ProjectValue
}

export type Severity = 'error' | 'warning' | 'info'

export interface DoctorFinding {
  /** Django's own check id where it has one. */
  readonly id: string
  readonly severity: Severity
  readonly title: string
  readonly why: string
  /** The line to paste, or what to do. */
  readonly fix: string
  /** With them the catalogue says the same in another language: `doctor.<id>`, `_` in place of the dot. Missing: the texts stand as they are. */
  readonly params?: Readonly<Record<string, string | number>>
  readonly settings: readonly SettingName[]
}

/** Expired rows of a project's store, and what the doctor says of them. */
export interface ExpiredRows {
  readonly count: number
  readonly findings: readonly DoctorFinding[]
}

/** Why a folder that was trusted is not any more. `files`: those that changed, came or went since. `older`: a version of Coatcheck trusted it that kept less of it. */
export type TrustLapse =
  | { readonly because: 'files'; readonly files: readonly string[] }
  | { readonly because: 'older' }
  /** Nothing vouches for files that are too large to be read whole, or may not be read. */
  | { readonly because: 'unread'; readonly files: readonly string[] }

const LAPSE_NAMES = 5

/** A sentence of the catalogue. */
export function sentenceOfLapse(lapse: TrustLapse): Sentence {
  if (lapse.because === 'older') return { id: 'project.lapse.older', params: {} }
  const [files, count] = [lapse.files.slice(0, LAPSE_NAMES).join(', '), lapse.files.length - LAPSE_NAMES]
  return count > 0 && lapse.because === 'files' ? { id: 'project.lapse.more', params: { files, count } } : { id: `project.lapse.${lapse.because}`, params: { files } }
}

/** All that people are shown of a project. */
export interface ProjectReport {
  readonly project: FoundProject
  /** The settings module that was read. */
  readonly module: string
  /** The better of the readings. */
  readonly reading: SettingsReading
  readonly stores: readonly ProjectStore[]
  readonly differences: readonly ReadingDifference[]
  readonly findings: readonly DoctorFinding[]
  /** null: its own Python was not asked. */
  readonly facts: TrustedFacts | null
  /** Its own Python needed the variables of `.env`, which nothing in the project loads by itself. */
  readonly usedEnvFile: boolean
  /** What trusting it runs; null: no interpreter was found. `lapse`: it was trusted, and this has ended it; null: nothing has. */
  readonly trust: { readonly folder: string; readonly python: string; readonly module: string; readonly command: string; readonly isGranted: boolean; readonly lapse: TrustLapse | null } | null
  /** Why its own Python could not say, although it is trusted. */
  readonly trustFailure: SerializedError | null
}

/** The command that trusting allows, for people. */
export function spellTrust({ folder, python, module }: { readonly folder: string; readonly python: string; readonly module: string }): string {
  return `cd ${folder} && DJANGO_SETTINGS_MODULE=${module} ${python} -B -`
}

/** What a window shows of a project, a page at a time. */
export type ProjectPage = 'stores' | 'doctor' | 'settings'

/** The project that an open source belongs to. */
export interface SourceProject {
  readonly folder: string
  readonly module: string
  readonly how: SettingsReading['how']
  /** Which of `stores` is open. */
  readonly storeId: string
  readonly stores: readonly ProjectStore[]
}

/** `settings.py:12`, `.env NAME`, `environment NAME`, `django`, `python`. */
export function spellOrigin(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'file': return `${origin.file}:${origin.line}`
    case 'env-file': return `${origin.file} ${origin.name}`
    case 'environment': return `environment ${origin.name}`
    default: return origin.kind
  }
}

/** Why a default is not known that there is none of. */
export const NO_SUCH_SETTING = 'this Django has no such setting'

/** Why a value is not known. null: it is. */
export function whyUnknown(value: ProjectValue | undefined): string | null {
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value) || !('$unknown' in value)) return null
  const why = value['$unknown']
  return typeof why === 'string' ? why : null
}

/** Whether the value is a secret, which has no place here. */
export function isSecret(value: ProjectValue): boolean {
  return value !== null && typeof value === 'object' && '$secret' in value
}

/** Whether nothing within the value is unknown. */
export function isWhollyKnown(value: ProjectValue): boolean {
  if (value === null || typeof value !== 'object') return true
  return whyUnknown(value) === null && Object.values(value).every(isWhollyKnown)
}
