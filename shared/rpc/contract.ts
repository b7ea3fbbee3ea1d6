import { z } from 'zod'
import type { ChangePlan, ChangeRecord, ChangeResult } from '../model/change.ts'
import { cacheForm } from '../model/cache-form.ts'
import { plannedChange, sessionKey } from '../model/change.ts'
import type { DecodeReport, EncodedValue, SignedText } from '../model/decode.ts'
import { textLike } from '../model/decode.ts'
import { djangoVersion } from '../model/django.ts'
import type { FollowEvent } from '../model/follow.ts'
import type { Overview } from '../model/overview.ts'
import type { ReadinessReport, RotationReport, SummaryReport } from '../model/report.ts'
import type { Cursor, SessionDetail, SessionHits, SessionListPage, SessionSearchPage } from '../model/session.ts'
import type { RecentSource, Source } from '../model/source.ts'
import type { ConnectionPreview, ConnectionReport, SavedConnection, SavedConnections, VaultState } from '../model/connection.ts'
import type { CleanupReport, CleanupProgress, CleanupRetention, DryRunStep, ExceptionPage, TrashPage } from '../model/cleanup.ts'
import type { TrashBundle, TrashStep, TrashedData } from '../model/trash.ts'
import { cleanupAction, cleanupRetention, cleanupRules } from '../model/cleanup.ts'
import { connectionDraft, connectionId, environment } from '../model/connection.ts'
import { placeSecrets, signingKeys, sourceId, sourceTarget, storeClock } from '../model/source.ts'
import type { DoctorFinding, ExpiredRows, ProjectReport } from '../model/project.ts'
import type { AppEvent, AppFacts, FolderListing, Preferences, TallyEvent } from '../model/app.ts'
import { preferences } from '../model/app.ts'
import type { UserSessionsEvent } from '../model/user-sessions.ts'
import type { FoundUsers } from '../model/owner.ts'
import type { WhyReport } from '../model/why.ts'
import { LIMITS } from '../limits.ts'
import { QUERY_CHARS } from '../query/ast.ts'
import type { SeenPath } from '../query/seen-paths.ts'

interface Call<I extends z.ZodType, O> { readonly kind: 'call'; readonly input: I; readonly output?: O }
interface Stream<I extends z.ZodType, E> { readonly kind: 'stream'; readonly input: I; readonly event?: E }
const call = <O>() => <I extends z.ZodType>(input: I): Call<I, O> => ({ kind: 'call', input })
const stream = <E>() => <I extends z.ZodType>(input: I): Stream<I, E> => ({ kind: 'stream', input })

const nothing = z.strictObject({})
/** `stored`: as the store keeps them; all that a store without an order has. `rowless`: of a pair, the copies that have no row. */
const order = z.strictObject({ by: z.enum(['expireDate', 'key', 'stored', 'rowless']), direction: z.enum(['asc', 'desc']) })
/** A project by the name of its session cookie. */
const cookieOwner = z.strictObject({ name: z.string().max(4096), cookieName: z.string().max(4096) })
/** Text that holds cookies, and a file of them: HAR, cookies.txt, or cookies.sqlite of Firefox. */
const broughtCookies = { cookies: z.string().max(LIMITS.harChars).optional(), cookieFile: z.string().min(1).max(4096).optional() }
const cursor = z.string().min(1).max(1024)
const runId = z.string().min(1).max(64)
const part = { offset: z.int().min(0), limit: z.int().min(1).max(LIMITS.pageRows) }

/** Every call and every stream that a face can make. The router validates with it; all types are derived from it. */
export const contract = {
  'app.facts': call<AppFacts>()(nothing),
  'app.events': stream<AppEvent>()(nothing),
  'preferences.read': call<Preferences>()(nothing),
  'preferences.write': call<Preferences>()(preferences.partial()),
  'files.list': call<FolderListing>()(z.strictObject({ folder: z.string().max(4096).nullable() })),
  'files.choose': call<{ readonly path: string | null }>()(nothing),

  /** What is known of a Django project at or around a folder. Runs nothing unless the folder is trusted. */
  'projects.read': call<ProjectReport>()(z.strictObject({ folder: z.string().min(1).max(4096), module: z.string().min(1).max(256).optional() })),
  /** Leave to run its own Python, remembered until it is taken back. */
  'projects.trust': call<ProjectReport>()(z.strictObject({ folder: z.string().min(1).max(4096), python: z.string().min(1).max(4096), module: z.string().min(1).max(256) })),
  'projects.revoke': call<ProjectReport>()(z.strictObject({ folder: z.string().min(1).max(4096) })),

  /** What the doctor says of this project's cookie beside those of others on this machine. Reads nothing. */
  'projects.clashes': call<readonly DoctorFinding[]>()(z.strictObject({ project: cookieOwner, others: z.array(cookieOwner).max(100) })),

  /** Counts what `clearsessions` would delete, in an open store of a project. It walks all of it. @throws STORE_UNSUPPORTED where sessions are no rows */
  'projects.countExpired': call<ExpiredRows>()(z.strictObject({ sourceId })),

  'sources.list': call<{ readonly open: readonly Source[]; readonly recent: readonly RecentSource[] }>()(nothing),
  'sources.open': call<Source>()(placeSecrets.extend({ target: sourceTarget, keys: signingKeys.optional(), clock: storeClock.optional(), ...broughtCookies })),
  'sources.setKeys': call<Source>()(z.strictObject({ sourceId, keys: signingKeys })),
  'sources.setClock': call<Source>()(z.strictObject({ sourceId, clock: storeClock })),
  /** A label that people give the place; it stays with the place. */
  'sources.setEnvironment': call<Source>()(z.strictObject({ sourceId, environment })),
  /** Opens it again for writing. `name`: the source's, typed by people. @throws CONFIRMATION_REQUIRED for another name */
  'sources.unlock': call<Source>()(z.strictObject({ sourceId, name: z.string().max(4096) })),
  'sources.lock': call<Source>()(z.strictObject({ sourceId })),
  /** Connects to the server of the user table (`Source.usersNotAsked`, as people saw it). @throws CONFIRMATION_REQUIRED for another one */
  'sources.connectUsers': call<Source>()(z.strictObject({ sourceId, place: z.string().min(1).max(4096) })),
  /** Puts cookies into the jar of an open source. @throws STORE_UNSUPPORTED for another store; DATA_UNKNOWN_FORMAT, STORE_NOT_FOUND */
  'sources.addCookies': call<Source>()(z.strictObject({ sourceId, ...broughtCookies })),
  'sources.close': call<null>()(z.strictObject({ sourceId })),
  'sources.forget': call<null>()(z.strictObject({ target: sourceTarget })),

  /** Connects to nothing. @throws REQUEST_INVALID, STORE_UNSUPPORTED */
  'connections.preview': call<ConnectionPreview>()(z.strictObject({ url: z.string().max(4096) })),
  /** Opens, looks and closes. A failure is an answer, named in the report. `savedId`: whose kept secrets are used where none is given. */
  'connections.test': call<ConnectionReport>()(placeSecrets.extend({ target: sourceTarget, clock: storeClock.optional(), savedId: connectionId.optional() })),
  'connections.list': call<SavedConnections>()(nothing),
  /**
   * `id` null: a new one. `keepSecrets` puts the secrets given, else those of `fromSource`, into the vault; false takes out what is there;
   * left out: the vault stays as it is. @throws VAULT_LOCKED, VAULT_UNAVAILABLE
   */
  'connections.save': call<SavedConnection>()(placeSecrets.omit({ trustHostKey: true }).extend({ id: connectionId.nullable(), connection: connectionDraft, keepSecrets: z.boolean().optional(), fromSource: sourceId.optional() })),
  'connections.remove': call<null>()(z.strictObject({ id: connectionId })),
  /** All ids, in their new order. */
  'connections.reorder': call<null>()(z.strictObject({ ids: z.array(connectionId).max(1000) })),
  /** @throws VAULT_LOCKED where a kept secret is needed first */
  'connections.open': call<Source>()(placeSecrets.extend({ id: connectionId, keys: signingKeys.optional() })),
  /** Makes the encrypted file, or opens it. @throws VAULT_LOCKED for a wrong passphrase */
  'vault.unlock': call<VaultState>()(z.strictObject({ passphrase: z.string().min(8).max(1024) })),
  /** Forgets every kept secret. */
  'vault.clear': call<VaultState>()(nothing),

  'sessions.listPage': call<SessionListPage>()(
    z.strictObject({ sourceId, order, cursor: cursor.nullable(), limit: z.int().min(1).max(LIMITS.pageRows) }),
  ),
  /** Another text as soon as anybody wrote to the store, at next to no cost. null: it has no way to tell. */
  'sessions.version': call<{ readonly version: string | null }>()(z.strictObject({ sourceId })),
  'sessions.read': call<SessionDetail | null>()(z.strictObject({ sourceId, key: sessionKey })),
  /** Where a session fits a query. null: it is gone, or cannot be read. @throws REQUEST_INVALID as `sessions.search` */
  'sessions.hits': call<SessionHits | null>()(z.strictObject({ sourceId, key: sessionKey, where: z.string().max(QUERY_CHARS) })),
  /** Paths into the data of the first sessions, to complete a query with: names, never values. */
  'sessions.paths': call<readonly SeenPath[]>()(z.strictObject({ sourceId, order })),
  /** Why somebody is logged in with this session, or is not. Reads only. */
  'sessions.why': call<WhyReport>()(z.strictObject({ sourceId, key: sessionKey })),
  /** The same of what a browser sends to this site: headers, a cURL command, the value alone. @throws DATA_UNKNOWN_FORMAT where no cookie is in it */
  'sessions.whyCookie': call<WhyReport>()(z.strictObject({ sourceId, cookies: z.string().max(LIMITS.pasteChars) })),
  /** The first users with this text in their name or e-mail, or as their id. Never all of them. @throws what keeps the user table from being read */
  'users.search': call<FoundUsers>()(z.strictObject({ sourceId, text: z.string().max(256), limit: z.int().min(1).max(LIMITS.foundUsers) })),
  /**
   * All sessions of one user (a name, or `#` and the primary key), in each store of the source's project that is open, or reached without a
   * server; and which stores were left out, and why. `connect`: stores on servers that may be opened as well. @throws STORE_NOT_FOUND
   */
  'users.sessions': stream<UserSessionsEvent>()(z.strictObject({ sourceId, user: z.string().min(1).max(512), connect: z.array(z.string().min(1).max(256)).max(100).default([]) })),
  /** Each new state of one session, from the one it has now, until nobody listens. `everyMs`: how often its store is asked, at most. */
  'sessions.follow': stream<FollowEvent>()(z.strictObject({ sourceId, key: sessionKey, everyMs: z.int().min(200).max(60_000).default(1000) })),
  /** Walks the whole store once: counts, and a cursor for every `every`th row, by which any part of the table can be reached. */
  'sessions.tally': stream<TallyEvent>()(z.strictObject({ sourceId, order, every: z.int().min(50).max(LIMITS.pageRows) })),
  /** Streams every session, a page at a time; `stored` is the fastest way through all of them. */
  'sessions.stream': stream<SessionListPage>()(z.strictObject({ sourceId, order, withData: z.boolean().default(false), withEtags: z.boolean().default(false) })),
  /**
   * Every session that fits a query (`shared/query`), in the store's order, as they are found. @throws REQUEST_INVALID with position and
   * length where the text is no query, or names nobody. `countOnly`: without rows, for how many there are. `withPassages`: see `RowPassage`. `withFacets`: what was
   * found has in common, and what Django would make of each login
   */
  'sessions.search': stream<SessionSearchPage>()(z.strictObject({ sourceId, order, where: z.string().max(QUERY_CHARS), withData: z.boolean().default(false), withEtags: z.boolean().default(false), withPassages: z.boolean().default(false), withFacets: z.boolean().default(false), countOnly: z.boolean().default(false) })),

  'changes.plan': call<ChangePlan>()(z.strictObject({ sourceId, change: plannedChange })),
  'changes.apply': call<ChangeResult>()(z.strictObject({ planId: z.string().min(1).max(64) })),
  'changes.undo': call<ChangeResult>()(z.strictObject({ changeId: z.string().min(1).max(64) })),
  'changes.undoJournal': call<ChangeResult>()(placeSecrets.extend({ path: z.string().min(1).max(4096), apply: z.boolean(), unlock: z.string().max(4096).optional() })),
  'changes.list': call<readonly ChangeRecord[]>()(z.strictObject({ sourceId })),

  /**
   * What a cleaning would do: walks the store, keeps the list of what fits, writes nothing. The last event has the dry run.
   * @throws REQUEST_INVALID for a wrong query or an unknown user; STORE_UNSUPPORTED where the store cannot tell which sessions it has
   */
  'cleanup.dryRun': stream<DryRunStep>()(z.strictObject({ sourceId, rules: cleanupRules, action: cleanupAction })),
  /**
   * Starts the run of a dry run, once; it goes on when the caller goes. A locked source is unlocked for this run only.
   * `name`: the source's, typed by people, where `confirmName` asks for it. `undo` false keeps no before-images. `partialUndo`: leave to go on where
   * the journal is full. @throws PLAN_EXPIRED, CONFIRMATION_REQUIRED, STORE_BUSY (another run is at it), STORE_READ_ONLY
   */
  'cleanup.start': call<CleanupReport>()(
    z.strictObject({
      dryRunId: runId, pace: z.enum(['gentle', 'full']).default('gentle'), name: z.string().max(4096).optional(), undo: z.boolean().default(true), partialUndo: z.boolean().default(false),
    }),
  ),
  /** The run as it goes; ends with it. Ending the stream does not end the run. */
  'cleanup.watch': stream<CleanupProgress>()(z.strictObject({ runId })),
  'cleanup.pause': call<CleanupReport>()(z.strictObject({ runId })),
  /** Goes on with a run that pauses, was stopped or interrupted; `name` as in `cleanup.start`. Its source has to be open. */
  'cleanup.resume': call<CleanupReport>()(z.strictObject({ runId, pace: z.enum(['gentle', 'full']).optional(), name: z.string().max(4096).optional() })),
  /** What is done stays done. It can be resumed. */
  'cleanup.stop': call<CleanupReport>()(z.strictObject({ runId })),
  /** Runs, newest first: under way, resumable, and those whose before-images are kept (the trash). */
  'cleanup.list': call<readonly CleanupReport[]>()(nothing),
  'cleanup.report': call<CleanupReport>()(z.strictObject({ runId })),
  /** What was not done as it was meant, in order. */
  'cleanup.exceptions': call<ExceptionPage>()(z.strictObject({ runId, ...part })),
  /** What undo would put back, in order. */
  'cleanup.trash': call<TrashPage>()(z.strictObject({ runId, ...part })),
  /**
   * Puts back what the run removed or changed, as a run of its own (`kind: 'undo'`, the same id); what stands there now stays, and is listed.
   * `keys`: only these. `name` as in `cleanup.start`.
   */
  'cleanup.undo': call<CleanupReport>()(z.strictObject({ runId, pace: z.enum(['gentle', 'full']).default('gentle'), name: z.string().max(4096).optional(), keys: z.array(sessionKey).min(1).max(10_000).optional() })),
  /** Deletes the journal of a run: it can be neither resumed nor undone after that. */
  'cleanup.forget': call<null>()(z.strictObject({ runId })),
  /** What was removed and can be put back, over all runs and sources, newest first: by runs, and by single deletions of this program. */
  'trash.bundles': call<readonly TrashBundle[]>()(nothing),
  /**
   * Its sessions, newest first, a page at a time. `bundleIds` null: of all. `text`: part of a key or of a user's name, or `#` and a primary key.
   * `cursor` null: the first page, else `next` of the last event before.
   */
  'trash.sessions': stream<TrashStep>()(z.strictObject({ bundleIds: z.array(runId).max(10_000).nullable().default(null), text: z.string().max(512).default(''), cursor: cursor.nullable().default(null), limit: z.int().min(1).max(LIMITS.pageRows) })),
  /** What one holds. Its source need not be open. @throws SESSION_GONE for one that is kept no more */
  'trash.show': call<TrashedData>()(z.strictObject({ bundleId: runId, place: z.string().min(1).max(32) })),
  'cleanup.retention': call<CleanupRetention>()(z.strictObject({ change: cleanupRetention.partial().optional() })),

  /** Walks every session; the report grows, and the last one is done. */
  'reports.jsonReadiness': stream<ReadinessReport>()(z.strictObject({ sourceId })),
  'reports.keyRotation': stream<RotationReport>()(z.strictObject({ sourceId })),
  'reports.summary': stream<SummaryReport>()(z.strictObject({ sourceId })),
  /** When sessions end, and what they have in common; of many, a sample. Each report is whole. */
  'reports.overview': stream<Overview>()(z.strictObject({ sourceId })),

  'decoder.decode': call<DecodeReport>()(
    z.strictObject({
      /** Longer than `LIMITS.pasteChars` only where it is a HAR file. */
      text: z.string().max(LIMITS.harChars),
      /** Whose keys and cookie name to use first; null: those of every open source. */
      sourceId: sourceId.nullable(),
      keys: signingKeys.optional(),
      /** Where the value would be used; decides the salt that counts as right. null: found out from the paste. */
      place: z.enum(['cookie', 'row']).nullable().default(null),
      salt: z.string().max(512).optional(),
      maxAgeSeconds: z.int().min(0).optional(),
      /** Whose rules judge; left out: those of the source, else of the current Django. */
      djangoVersion: djangoVersion.optional(),
    }),
  ),
  /** Signs other data the way a found text was made. @throws SIGNATURE_KEY_MISSING, DATA_INVALID with a position, DATA_UNSAFE */
  'decoder.sign': call<SignedText>()(
    z.strictObject({
      /** The whole new session data in the typed JSON notation. */
      data: z.string().max(8 * 1024 * 1024),
      like: textLike,
      sourceId: sourceId.nullable(),
      keys: signingKeys.optional(),
      /** null: where its salt belongs. */
      place: z.enum(['cookie', 'row']).nullable().default(null),
      djangoVersion: djangoVersion.optional(),
    }),
  ),
  /** Writes other data as the value of a cache, in the form another one was found in. @throws DATA_INVALID with a position, DATA_UNSAFE, DATA_TOO_LARGE */
  'decoder.encodeValue': call<EncodedValue>()(
    z.strictObject({
      /** The whole new session data in the typed JSON notation. */
      data: z.string().max(8 * 1024 * 1024),
      /** Its data as it was; decides what is said of changed keys. null: it was not readable. */
      before: z.string().max(8 * 1024 * 1024).nullable(),
      form: cacheForm,
    }),
  ),
} as const

export type Contract = typeof contract
export type CallName = { [N in keyof Contract]: Contract[N]['kind'] extends 'call' ? N : never }[keyof Contract]
export type StreamName = { [N in keyof Contract]: Contract[N]['kind'] extends 'stream' ? N : never }[keyof Contract]

/** What a face may pass (defaults left out), and what a handler gets (defaults filled in). */
export type Input<N extends keyof Contract> = z.input<Contract[N]['input']>
export type ParsedInput<N extends keyof Contract> = z.output<Contract[N]['input']>
export type Output<N extends CallName> = Contract[N] extends Call<z.ZodType, infer O> ? O : never
export type StreamEvent<N extends StreamName> = Contract[N] extends Stream<z.ZodType, infer E> ? E : never

/** One function for each name; a missing one does not compile. */
export type Handlers = {
  readonly [N in CallName]: (input: ParsedInput<N>, signal: AbortSignal) => Promise<Output<N>>
} & {
  readonly [N in StreamName]: (input: ParsedInput<N>, signal: AbortSignal) => AsyncIterable<StreamEvent<N>>
}

export type { Cursor }
