import type { Reason } from '../words/reason.ts'
import { z } from 'zod'
import { RETENTION } from '../limits.ts'
import { QUERY_CHARS } from '../query/ast.ts'
import { etag, expirySetting, sessionKey } from './change.ts'
import type { ChangeSide, LayerOutcome, Outcome } from './change.ts'
import type { EpochMicros, EpochMs, Sentence, SessionKey, SessionRow } from './session.ts'
import type { SourceId, SourceTarget } from './source.ts'

/** Most sessions of a selection; a query reaches any number. */
export const SELECTION_SESSIONS = 10_000

/** Which sessions. Several rules: those that fit all of them. */
export const cleanupRule = z.discriminatedUnion('kind', [
  /** What Django's `clear_expired` means by it: the end has passed, whether or not the data can be read. */
  z.strictObject({ kind: z.literal('expired') }),
  /** Readable, and of nobody. */
  z.strictObject({ kind: z.literal('anonymous') }),
  /** Readable, and no data in it. */
  z.strictObject({ kind: z.literal('empty') }),
  /** Saved last longer ago than this; by the time in its text or of its file, else by its end less SESSION_COOKIE_AGE. */
  z.strictObject({ kind: z.literal('older-than'), seconds: z.int().min(1) }),
  /** User names (`ana`, `ana*`), or `#` and the primary key. */
  z.strictObject({ kind: z.literal('owners'), users: z.array(z.string().min(1).max(512)).min(1).max(100) }),
  /** All but the newest `count` sessions of each user, by when they were saved last. Of nobody: never. */
  z.strictObject({ kind: z.literal('keep-newest'), count: z.int().min(1).max(1000) }),
  z.strictObject({ kind: z.literal('size-over'), bytes: z.int().min(0) }),
  /** What Django reads as an empty session, or fails over. */
  z.strictObject({ kind: z.literal('undecodable') }),
  /** A text of the query language (`shared/query`). */
  z.strictObject({ kind: z.literal('query'), where: z.string().min(1).max(QUERY_CHARS) }),
  /** `ifEtag` null: as it is when the dry run reads it. */
  z.strictObject({ kind: z.literal('selection'), sessions: z.array(z.strictObject({ key: sessionKey, ifEtag: etag.nullable() })).min(1).max(SELECTION_SESSIONS) }),
  /** cached_db only: copies in the cache whose row is gone. Stands alone. */
  z.strictObject({ kind: z.literal('ghosts') }),
])
export type CleanupRule = z.infer<typeof cleanupRule>
export const cleanupRules = z.array(cleanupRule).min(1).max(20)

/** What is done to each of them. */
export const cleanupAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delete') }),
  /** `{ kind: 'now' }` ends them; the rest sets an end. */
  z.strictObject({ kind: z.literal('expire'), expiry: expirySetting }),
  /** So much later than each ends now. One without an end keeps none. */
  z.strictObject({ kind: z.literal('extend'), seconds: z.int().min(1).max(10 * 366 * 86_400) }),
  /** `value`: JSON in the typed notation. */
  z.strictObject({ kind: z.literal('set-key'), name: z.string().min(1).max(512), value: z.string().min(1).max(1024 * 1024) }),
  z.strictObject({ kind: z.literal('remove-key'), name: z.string().min(1).max(512) }),
  /** The same data under a new signature of SECRET_KEY. */
  z.strictObject({ kind: z.literal('re-sign') }),
  /** Pickle → JSON. A session that JSON cannot hold without loss is left as it is, and listed. */
  z.strictObject({ kind: z.literal('to-json') }),
  /** Into another open store; what stands there already stays as it is. The source keeps its own. */
  z.strictObject({ kind: z.literal('copy'), to: z.string().min(1).max(64) }),
])
export type CleanupAction = z.infer<typeof cleanupAction>

/** One event of `cleanup.dryRun`; the last one has `dryRun`. */
export interface DryRunStep {
  readonly examined: number
  readonly matched: number
  /** Sessions that the store holds; null: it cannot tell beforehand. */
  readonly total: number | null
  readonly dryRun: DryRun | null
}

/** What a run would do. Nothing is written until `cleanup.start` is called with its id, once, in time. */
export interface DryRun {
  readonly dryRunId: string
  readonly sourceId: SourceId
  readonly rules: readonly CleanupRule[]
  readonly action: CleanupAction
  readonly at: EpochMs
  /** The filter and the action, in words. */
  readonly sentences: readonly Sentence[]
  /** Sessions that each rule fits by itself, in the order of `rules`. null: that was not looked at (rules of the data, of the newest, of a selection). */
  readonly alone: readonly (number | null)[]
  /** Sessions that fit. Exactly these would be touched, each only while it is as it was found. */
  readonly matched: number
  /** `at-least`: the store does not tell of all its sessions (memcached). */
  readonly count: 'exact' | 'at-least'
  readonly examined: number
  /** Whose data a rule asked for and could not be read: not matched. */
  readonly unread: number
  /** Stored bytes of what fits. */
  readonly bytes: number
  /** Ends of what fits. null: none has one. */
  readonly oldestEnd: EpochMicros | null
  readonly newestEnd: EpochMicros | null
  /** null: nothing that was looked at has an end. */
  readonly ends: CleanupEnds | null
  readonly users: CleanupUsers
  readonly anonymous: number
  readonly live: number
  /** At most 20, each with its data as it is; `after` where the action makes other data of it. */
  readonly samples: readonly CleanupSample[]
  readonly layers: readonly CleanupLayer[]
  /** What `manage.py clearsessions` would do here, and would not. */
  readonly clearsessions: ClearSessions
  readonly undo: UndoForecast
  /** What to look at before it is run. */
  readonly warnings: readonly Sentence[]
  /** to-json, set-key and re-sign: sessions that would be left as they are, by the reason. */
  readonly wouldSkip: readonly SkipReason[]
  /** Nothing fits: why, and what else could be done. null: something does. */
  readonly nothing: Sentence | null
  /** What has to be typed to start: the source's name. null: the source is local. */
  readonly confirmName: string | null
  /** Until when it can be started. */
  readonly goodUntil: EpochMs
}

/** Sessions by the month or the year (UTC) in which they end, one after the other without a gap. */
export interface CleanupEnds {
  readonly unit: 'month' | 'year'
  readonly bins: readonly CleanupEndBin[]
  /** That end before the first bin, and after the last one: few, and far away. */
  readonly before: Pick<CleanupEndBin, 'matched' | 'stays'>
  readonly after: Pick<CleanupEndBin, 'matched' | 'stays'>
}

export interface CleanupEndBin {
  /** Its first moment, in milliseconds since 1970 UTC. */
  readonly from: EpochMs
  readonly matched: number
  /** Looked at, and not matched. null: not known by their end (files, whose data may set another; a selection). */
  readonly stays: number | null
}

export interface CleanupUsers {
  /** Different users. */
  readonly count: number
  /** The ten with the most sessions. */
  readonly most: readonly { readonly userId: string; readonly username: string | null; readonly sessions: number }[]
}

export interface CleanupSample {
  readonly row: SessionRow
  /** null: the action leaves no data, or the same. */
  readonly before: ChangeSide | null
  readonly after: ChangeSide | null
}

export interface CleanupLayer {
  readonly layer: 'row' | 'cache-copy' | 'key' | 'item' | 'entry' | 'file' | 'cookie'
  readonly sentence: Sentence
  readonly written: boolean
}

export interface ClearSessions {
  /** Sessions of this dry run that `clearsessions` would remove too. null: the rules do not tell. */
  readonly wouldRemove: number | null
  readonly sentences: readonly Sentence[]
}

export interface UndoForecast {
  /** `partly`: the journal is full before all is kept. `none`: turned off. */
  readonly kind: 'whole' | 'partly' | 'none'
  /** Before-images, about. */
  readonly bytes: number
  readonly limitBytes: number
  /** How it is kept: under a key of the system's keychain, of the passphrase, or readable for this user of the machine. */
  readonly protection: 'keychain' | 'passphrase' | 'file-mode'
  readonly days: number
  readonly sentence: Sentence
}

export interface SkipReason {
  readonly sentence: Sentence
  readonly sessions: number
  /** At most five. */
  readonly samples: readonly SessionKey[]
}

/** `gentle`: short batches with pauses, for a live site. */
export type CleanupPace = 'gentle' | 'full'

/**
 * `waiting`: the store does not answer; it is asked again. `interrupted`: it ended before its end (kill, restart, a store that is gone, a full
 * disk), and can be resumed or undone.
 */
export type RunState = 'running' | 'pausing' | 'paused' | 'waiting' | 'stopping' | 'done' | 'stopped' | 'interrupted'

/** A run as it is, told by `cleanup.watch` whenever it changes and about ten times a second. The last event is no more `running`, `pausing`, `paused`, `waiting` or `stopping`. */
export interface CleanupProgress {
  readonly runId: string
  readonly kind: 'clean' | 'undo'
  readonly state: RunState
  readonly counts: CleanupCounts
  /** Sessions a second, of late. null: not known yet. */
  readonly rate: number | null
  /** null: not known. */
  readonly remainingMs: number | null
  readonly elapsedMs: number
  readonly pace: CleanupPace
  /** Parts of the list that were done since this start, and how long the longest took; each is several short transactions. */
  readonly parts: number
  readonly longestPartMs: number
  /** Why it waits or was interrupted; null: neither. */
  readonly reason: Sentence | null
}

/** They sum up to `matched`. */
export interface CleanupCounts {
  readonly matched: number
  readonly done: number
  /** Not there any more when its turn came. */
  readonly gone: number
  /** Changed since the dry run: left as it is. */
  readonly changed: number
  /** The action has nothing to do there, or cannot be done without loss. */
  readonly skipped: number
  /** Undo and copy: something stands there now. */
  readonly exists: number
  /** Resuming the run tries these again. */
  readonly failed: number
  /** Sent, no answer came, and what stands there does not tell. */
  readonly unknown: number
  /** Not reached yet, or never reached. */
  readonly left: number
}

/** Of what was not done as it was meant. */
export interface CleanupException {
  readonly key: SessionKey
  readonly outcome: Exclude<Outcome, 'done'> | 'skipped'
  readonly reason: Reason | null
  readonly layers?: readonly LayerOutcome[]
}

/** A run as it is listed and reported. Exceptions come by page. */
export interface CleanupReport extends CleanupProgress {
  readonly target: SourceTarget
  readonly sourceName: string
  /** The open source of that place; null: it is not open. */
  readonly sourceId: SourceId | null
  /** Of a copy: the place it writes to, which has to be open too; null: it writes to `target`. */
  readonly copyTarget: SourceTarget | null
  /** The open source that it writes to; null: that is not open. */
  readonly writtenId: SourceId | null
  readonly rules: readonly CleanupRule[]
  readonly action: CleanupAction
  readonly sentences: readonly Sentence[]
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs | null
  readonly layers: { readonly db: number; readonly cache: number } | null
  readonly bytes: number
  /** Exact once it has ended, as is what can be undone; while it is under way both may lag behind the counts. */
  readonly exceptions: number
  /** Some are left, or failed and can be tried again. */
  readonly canResume: boolean
  /** Sessions that resume would take up: what was not reached, and what failed in a way that can be tried again. Of an undo: what it would still bring back. */
  readonly resumable: number
  readonly canUndo: boolean
  /** Sessions that undo would bring back. */
  readonly undoable: number
  readonly undone: number
  /** Until when its before-images are kept; null: none are. */
  readonly keptUntil: EpochMs | null
  readonly journalBytes: number
  readonly protection: UndoForecast['protection']
  /** Folder that holds it. */
  readonly folder: string
}

/** One session of a run's journal: what it was. */
export interface TrashEntry {
  readonly key: SessionKey
  /** `undone`: put back. */
  readonly state: 'removed' | 'changed' | 'undone'
  readonly sizeBytes: number
  /** When it would have ended. */
  readonly expireDate: EpochMicros | null
  /** Life that is left to it when it is put back now; null: it has no end. Negative: it has ended. */
  readonly remainingSeconds: number | null
}

export interface ExceptionPage {
  readonly exceptions: readonly CleanupException[]
  readonly total: number
}

export interface TrashPage {
  readonly entries: readonly TrashEntry[]
  readonly total: number
}

/** How much of what was removed is kept, and for how long. */
export const cleanupRetention = z.strictObject({
  /** 0: nothing is kept. */
  days: z.int().min(0).max(RETENTION.mostDays),
  megabytes: z.int().min(1).max(RETENTION.mostMegabytes),
})
export type CleanupRetention = z.infer<typeof cleanupRetention>
export const DEFAULT_RETENTION: CleanupRetention = { days: 7, megabytes: 1024 }
