import type { Reason } from '../words/reason.ts'
import { z } from 'zod'
import type { CookieSettings } from './cookie.ts'
import type { DjangoVersion } from './django.ts'
import type { Environment } from './environment.ts'
import type { SourceProject } from './project.ts'
import type { CacheLayer, EngineId, StoreCapabilities, StoreClock, StorePayload } from './store.ts'

export const sourceId = z.string().min(1).max(64)
export type SourceId = z.infer<typeof sourceId>

const storeUrl = z.string().min(1).max(4096)
const cookieName = z.string().min(1).max(256)

/** The way to a store through an SSH server. */
export const sshRoute = z.strictObject({
  /** A host, or an alias of `~/.ssh/config`. */
  host: z.string().min(1).max(255).regex(/^[^\s/@]+$/),
  /** null: what `~/.ssh/config` says, else 22 and the user's own name. */
  port: z.int().min(1).max(65_535).nullable(),
  user: z.string().min(1).max(255).nullable(),
  /** null: the agent's keys, those of `~/.ssh/config` and the usual files. */
  keyFile: z.string().min(1).max(4096).nullable(),
  auth: z.enum(['key', 'password']),
})
export type SshRoute = z.infer<typeof sshRoute>

/** What the user asked to open. */
export const sourceTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('demo') }),
  z.strictObject({ kind: z.literal('sqlite'), path: z.string().min(1).max(4096), table: z.string().min(1).max(128).default('django_session') }),
  /**
   * A folder: a Django project, else the one SQLite file with a session table in it. `store`: one of the project's by its id, or `active`,
   * the one it uses, wherever that is. `module`: a settings module other than the first.
   */
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(4096), store: z.string().min(1).max(256).optional(), module: z.string().min(1).max(256).optional() }),
  /** A store by URL: `postgresql://user@host:5432/db?table=…`, `redis://…`, `file:///dir`. A password in it is taken out before anything is kept or shown. */
  z.strictObject({ kind: z.literal('url'), url: storeUrl, ssh: sshRoute.optional() }),
  /** Django's cached_db: rows, and the cache in front of them, each by its URL and its own way there; rows also by the path of a SQLite file. */
  z.strictObject({ kind: z.literal('pair'), row: storeUrl, cache: storeUrl, ssh: sshRoute.optional(), cacheSsh: sshRoute.optional() }),
  /** A file of cookies: HAR, cookies.txt, or cookies.sqlite of Firefox. */
  z.strictObject({ kind: z.literal('jar'), path: z.string().min(1).max(4096), cookieName: cookieName.default('sessionid') }),
  /** Cookies that were pasted: their text is given beside the target, stays in memory and is neither kept nor given out. `id` tells pastes apart. */
  z.strictObject({ kind: z.literal('pasted'), id: z.string().min(1).max(64), cookieName: cookieName.default('sessionid') }),
])
export type SourceTarget = z.infer<typeof sourceTarget>

/** Keys go in and never come out again: nothing that is sent to a face has a field for them. */
export const signingKeys = z.strictObject({
  secretKey: z.string().min(1).max(4096).nullable(),
  fallbacks: z.array(z.string().max(4096)).max(50).default([]),
})
export type SigningKeys = z.infer<typeof signingKeys>

/** Password of a server. It goes in and never comes out again. */
export const storePassword = z.string().max(4096)

/** What opening a place may need beside the place. None of it comes out again. */
export const placeSecrets = z.strictObject({
  password: storePassword.optional(),
  /** Of the Sentinels, where they ask for one: they know nothing of the password of the server they watch over. */
  sentinelPassword: storePassword.optional(),
  /** Of the cache of a pair: `password` is that of its rows. */
  cachePassword: storePassword.optional(),
  /** Passphrase of the SSH key file, or the SSH user's password, as the route says. */
  sshSecret: storePassword.optional(),
  /** The same for the SSH server before the cache of a pair. */
  cacheSshSecret: storePassword.optional(),
  /** Fingerprint (`SHA256:…`) of a new SSH host key, as people have seen and accepted it. */
  trustHostKey: z.string().max(100).optional(),
})
export type PlaceSecrets = z.infer<typeof placeSecrets>

export const storeClock = z.strictObject({ useTz: z.boolean(), timeZone: z.string().min(1).max(64) })

/** An open source, as the faces see it. */
export interface Source {
  readonly id: SourceId
  /** Short name: the project's folder or the file. */
  readonly name: string
  readonly kind: 'project' | 'file' | 'demo' | 'server' | 'jar'
  /** Where it is, for people. */
  readonly location: string
  readonly target: SourceTarget
  readonly engine: EngineId
  /** Session table (or cache table) of a database; null: another kind of store. */
  readonly table: string | null
  readonly environment: Environment
  /** Whether writing waits for people to unlock it: what is not local opens locked. `none`: nothing to unlock. */
  readonly lock: 'none' | 'locked' | 'unlocked'
  readonly payload: StorePayload
  /** Of a pair: the cache beside its rows, and where that is, for people. Missing: another store. */
  readonly cache?: CacheLayer & { readonly location: string }
  readonly capabilities: StoreCapabilities
  /** Why nothing can be written here; null: it can. */
  readonly readOnlyReason: Reason | null
  /** Why no new session may log anybody in here; null: it is a site of this machine. */
  readonly notLocalReason: Reason | null
  /** The server that has its user table and is not asked, because nobody has agreed to it: users have no names. null: nothing to agree to. */
  readonly usersNotAsked: string | null
  readonly clock: StoreClock
  /** Names of the keys known for it, in Django's order: `SECRET_KEY`, `SECRET_KEY_FALLBACKS[0]`… Empty: none. */
  readonly keyNames: readonly string[]
  /** SESSION_COOKIE_NAME and SESSION_COOKIE_AGE (seconds); Django's defaults where nothing else is known. */
  readonly cookieName: string
  readonly cookieAgeSeconds: number
  readonly cookie: CookieSettings
  /** Whose rules judge here; null: not known, and judged by the current Django's. */
  readonly djangoVersion: DjangoVersion | null
  /** Whether the store keeps dates without a time zone, so that `clock` decides what they mean. */
  readonly hasNaiveDates: boolean
  /** null: it was opened by itself, not as a store of a project. */
  readonly project: SourceProject | null
  /** Server or library, and its version. */
  readonly server: string
  /** Columns of the table that are not Django's own. */
  readonly extraColumns: readonly string[]
}

export interface RecentSource {
  readonly target: SourceTarget
  readonly name: string
  readonly location: string
  readonly openedAt: number
  /** false: the file is not there any more. */
  readonly present: boolean
}

/** What of an open source is on show: its sessions, or a page about all of them. */
export const SOURCE_PAGES = ['sessions', 'clean-up', 'summary'] as const
export type SourcePage = (typeof SOURCE_PAGES)[number]
