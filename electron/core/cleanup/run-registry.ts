import { CoatcheckError } from '../../../shared/errors.ts'
import type { Why } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupPace, CleanupProgress, CleanupReport, RunState } from '../../../shared/model/cleanup.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import { assertPossible } from './actions.ts'
import type { CleanupParts } from './cleanup.ts'
import type { CleanupTarget } from './cleanup-target.ts'
import type { HeldDryRun } from './dry-run.ts'
import { openSteps } from './open-steps.ts'
import { LiveRun } from './run.ts'
import type { Manifest } from './run-folder.ts'
import { JOURNAL_FILE, UNDO_FILE } from './run-folder.ts'
import { RunCounts } from './run-counts.ts'
import type { RunTally } from './tally-run.ts'
import { tallyRun } from './tally-run.ts'

interface StartOptions {
  readonly pace: CleanupPace
  readonly name: string | null
  readonly undo: boolean
  readonly partialUndo: boolean
  readonly now: number
}

interface ResumeOptions {
  readonly pace: CleanupPace | undefined
  readonly name: string | null
  /** undo: it is taken back; null: whatever was under way goes on. */
  readonly kind: 'undo' | null
  readonly keys: readonly string[] | null
}

const PATIENCE_MS = 60_000
const TELL_EVERY_MS = 100
const DAY_MS = 86_400_000

/** Runs that are under way here, and the files of all of them. */
export class RunRegistry {
  readonly #parts: CleanupParts
  readonly #live = new Map<string, LiveRun>()
  /** Runs that are about to begin: nobody begins them twice. */
  readonly #starting = new Set<string>()
  /** What files came to, for as long as they stay as long as they are. */
  /** How runs ended whose last word no disk took. */
  readonly #unwritten = new Map<string, Manifest>()
  readonly #tallies = new Map<string, { readonly bytes: number; readonly tally: Promise<RunTally> }>()

  constructor(parts: CleanupParts) {
    this.#parts = parts
  }

  isLive(runId: string): boolean {
    return this.#underWay(runId) !== undefined
  }

  async start(held: HeldDryRun, options: StartOptions): Promise<CleanupReport> {
    const { dryRun, target, copyTo, rules, action, kept } = held
    const manifest: Manifest = {
      version: 1, runId: dryRun.dryRunId, target: target.target, sourceName: target.name, rules: [...rules], action, copyTarget: copyTo?.target ?? null,
      sentences: dryRun.sentences.map(({ id, params }) => ({ id, params: { ...params } })), now: dryRun.at, key: kept, matched: dryRun.matched, bytes: dryRun.bytes, undo: options.undo, partialUndo: options.partialUndo, pace: options.pace,
      kind: 'clean', state: 'running', startedAt: options.now, endedAt: null, elapsedMs: 0, reason: null, undoKeys: null,
    }
    const written = copyTo ?? target
    await this.#begin(manifest, written, { name: options.name, counts: new RunCounts(dryRun.matched) })
    return this.report(manifest.runId)
  }

  async resume(runId: string, { pace, name, kind, keys }: ResumeOptions): Promise<CleanupReport> {
    const live = this.#underWay(runId)
    if (live !== undefined && kind === null) {
      live.goOn(pace)
      return this.report(runId)
    }
    if (live !== undefined) throw busy('cleanup.underWay', 'next.stopFirst')
    const { manifest, key } = await this.files(runId)
    const { sources, folders } = this.#parts
    if (folders.isOwned(runId)) throw busy('cleanup.otherProgram', 'next.waitOrStopThere')
    const tally = await tallyRun(folders, manifest, key)
    const isUndo = kind === 'undo' || manifest.kind === 'undo'
    if (isUndo && tally.undoable === 0) throw new CoatcheckError('NOTHING_TO_CHANGE', 'sessions.nothingToTakeBack', { hint: 'next.nothingKept' })
    const retried = tally.counts.retrying(tally.failed)
    if (!isUndo && retried.counts.left === 0) throw new CoatcheckError('NOTHING_TO_CHANGE', 'cleanup.done', { hint: 'next.newDryRun' })
    const place = sources.find(manifest.copyTarget ?? manifest.target)
    const source = sources.find(manifest.target)
    if (place === null || source === null) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.runSourceNotOpen', { hint: 'next.openThenGoOn' })
    // It may have been opened anew without its key, or as another cache: refused before each session is.
    if (!isUndo) assertPossible(source, manifest.action, manifest.copyTarget === null ? null : place)
    if (place.needsName && name !== place.name) throw new CoatcheckError('CONFIRMATION_REQUIRED', 'cleanup.notTheName', { hint: reason('next.typeName', { name: place.name }) })
    const next: Manifest = { ...manifest, kind: isUndo ? 'undo' : 'clean', state: 'running', pace: pace ?? manifest.pace, endedAt: null, reason: null, undoKeys: kind === 'undo' ? (keys === null ? null : [...keys]) : manifest.undoKeys, ...(kind === 'undo' ? { elapsedMs: 0 } : {}) }
    await this.#begin(next, place, { name, counts: isUndo ? new RunCounts(keys === null ? tally.undoable : Math.min(keys.length, tally.undoable)) : retried })
    return this.report(runId)
  }

  async pause(runId: string): Promise<CleanupReport> {
    this.#get(runId).pause()
    return this.report(runId)
  }

  async stop(runId: string): Promise<CleanupReport> {
    await this.#get(runId).stop()
    return this.report(runId)
  }

  async* watch(runId: string, signal: AbortSignal): AsyncGenerator<CleanupProgress> {
    const live = this.#live.get(runId)
    if (live === undefined) {
      yield toProgress(await this.report(runId))
      return
    }
    let wake = (): void => undefined
    const off = live.onChange(() => wake())
    signal.addEventListener('abort', () => wake(), { once: true })
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => { wake = resolve })
        const { progress } = live
        yield progress
        if (isOver(progress.state) || signal.aborted) return
        await changed
        await new Promise<void>((resolve) => { setTimeout(resolve, TELL_EVERY_MS) })
      }
    } finally {
      off()
    }
  }

  async report(runId: string): Promise<CleanupReport> {
    const manifest = this.#manifest(runId)
    const { folders, sources, keys } = this.#parts
    const live = this.#live.get(runId)
    const wasUnderWay = this.isLive(runId)
    const key = await keys.open(runId, manifest.key)
    // Its key is gone, or locked away: what it was is told, what is in it is not.
    const tally = key === null ? { counts: new RunCounts(manifest.matched), undoCounts: new RunCounts(0), exceptions: 0, undoable: 0, undone: 0, begun: 0, failed: 0 } : await this.#tally(manifest, key)
    // It ended meanwhile: what was read is of before its end, and what is told of an end is exact.
    if (wasUnderWay && !this.isLive(runId)) return this.report(runId)
    const isElsewhere = live === undefined && folders.isOwned(runId)
    const state: RunState = live?.progress.state ?? (manifest.state === 'running' && !isElsewhere ? 'interrupted' : manifest.state === 'running' || manifest.state === 'paused' ? (isElsewhere ? 'running' : 'interrupted') : manifest.state)
    const counts = live?.progress.counts ?? (manifest.kind === 'undo' ? tally.undoCounts : tally.counts).counts
    const { days } = await this.#parts.retention.read()
    const isIdle = this.#underWay(runId) === undefined && !isElsewhere
    return {
      ...(live?.progress ?? { runId, kind: manifest.kind, rate: null, remainingMs: null, elapsedMs: manifest.elapsedMs, pace: manifest.pace, longestPartMs: 0, parts: 0, reason: key === null ? { id: 'cleanup.keyGone', params: {} } : manifest.reason }),
      state, counts,
      target: manifest.target, sourceName: manifest.sourceName, sourceId: sources.find(manifest.target)?.sourceId ?? null, copyTarget: manifest.copyTarget, writtenId: sources.find(manifest.copyTarget ?? manifest.target)?.sourceId ?? null, rules: manifest.rules, action: manifest.action, sentences: manifest.sentences,
      startedAt: manifest.startedAt, endedAt: manifest.endedAt, layers: tally.counts.layers, bytes: manifest.bytes, exceptions: tally.exceptions,
      canResume: isIdle && key !== null && (manifest.kind === 'clean' ? tally.counts.retrying(tally.failed).counts.left > 0 : state !== 'done' && tally.undoable > 0), canUndo: isIdle && tally.undoable > 0,
      resumable: key === null ? 0 : manifest.kind === 'undo' ? tally.undoable : tally.counts.retrying(tally.failed).counts.left,
      undoable: tally.undoable, undone: tally.undone, keptUntil: manifest.undo ? (manifest.endedAt ?? manifest.startedAt) + Math.max(days, 1) * DAY_MS : null, journalBytes: folders.bytesOf(runId),
      protection: manifest.key.kind === 'vault' ? manifest.key.protection : 'file-mode', folder: folders.pathOf(runId),
    }
  }

  /** Reading a large journal takes seconds: it is not read again until it has grown. */
  #tally(manifest: Manifest, key: Buffer): Promise<RunTally> {
    const bytes = this.#parts.folders.bytesOf(manifest.runId, [JOURNAL_FILE, UNDO_FILE, ...this.#parts.folders.retries(manifest.runId)])
    const known = this.#tallies.get(manifest.runId)
    // While it goes on its counts are told by itself; the rest waits for its end.
    if (known !== undefined && (known.bytes === bytes || this.isLive(manifest.runId))) return known.tally
    const tally = tallyRun(this.#parts.folders, manifest, key)
    tally.catch(() => this.#tallies.delete(manifest.runId))
    this.#tallies.set(manifest.runId, { bytes, tally })
    return tally
  }

  /** @throws REQUEST_INVALID where there is no such run; JOURNAL_INVALID where its key is gone */
  async files(runId: string): Promise<{ readonly manifest: Manifest; readonly key: Buffer }> {
    const manifest = this.#manifest(runId)
    const key = await this.#parts.keys.open(runId, manifest.key)
    if (key === null) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.noKey', { hint: 'next.unlockKept' })
    return { manifest, key }
  }

  #manifest(runId: string): Manifest {
    const manifest = this.#unwritten.get(runId) ?? this.#parts.folders.read(runId)
    if (manifest === null) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.noRun', { hint: 'next.runForgotten', subject: runId })
    return manifest
  }

  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#live.values()].map((run) => run.stop()))
  }

  /** @throws STORE_BUSY while another run is at the same place, in this program or another one that keeps its runs here */
  async #begin(manifest: Manifest, written: CleanupTarget, { name, counts }: { readonly name: string | null; readonly counts: RunCounts }): Promise<void> {
    const { folders, sources, keys, retention } = this.#parts
    const place = JSON.stringify(manifest.copyTarget ?? manifest.target)
    if (this.#starting.has(place)) throw busy('cleanup.otherBegins', 'next.waitForIt')
    this.#starting.add(place)
    try {
      const other = folders.list().find((run) => run.runId !== manifest.runId && run.state === 'running' && JSON.stringify(run.copyTarget ?? run.target) === place && folders.isOwned(run.runId))
      if (other !== undefined) throw busy('cleanup.otherRun', 'next.waitOrStop')
      if (!folders.isOwned(manifest.runId) && !folders.own(manifest.runId)) throw busy('cleanup.otherProgram', 'next.waitForIt')
      const wasLocked = written.isLocked
      if (wasLocked) await sources.unlock(written.sourceId, name ?? '')
      try {
        assertWritable(sources.get(written.sourceId))
        const key = await keys.open(manifest.runId, manifest.key)
        if (key === null) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.noKey')
        // Before anything is touched: a run that no file tells of could not be resumed.
        folders.write(manifest)
        this.#unwritten.delete(manifest.runId)
        const { steps, close } = await openSteps({ folders, sources, manifest, key, limitBytes: (await retention.read()).megabytes * 1024 * 1024 })
        const run = new LiveRun({
          manifest, counts, steps, patienceMs: this.#parts.patienceMs ?? PATIENCE_MS,
          renew: () => sources.renew(written.sourceId),
          onEnd: (state, reason) => this.#end(manifest, { state, reason, close, relock: wasLocked ? written.sourceId : null }),
        })
        this.#live.set(manifest.runId, run)
      } catch (error) {
        if (wasLocked) await sources.lock(written.sourceId)
        throw error
      }
    } catch (error) {
      if (!this.#live.has(manifest.runId) && folders.read(manifest.runId) !== null) folders.disown(manifest.runId)
      throw error
    } finally {
      this.#starting.delete(place)
    }
  }

  async #end(manifest: Manifest, { state, reason, close, relock }: { readonly state: RunState; readonly reason: Sentence | null; readonly close: () => Promise<void>; readonly relock: string | null }): Promise<void> {
    const { folders, sources, clock } = this.#parts
    const run = this.#live.get(manifest.runId)
    await close().catch(() => undefined)
    const ended: Manifest = { ...manifest, state: state === 'done' || state === 'stopped' ? state : 'interrupted', endedAt: clock(), elapsedMs: manifest.elapsedMs + (run?.elapsedMs ?? 0), reason: reason === null ? null : { id: reason.id, params: { ...reason.params } } }
    try {
      folders.write(ended)
    } catch (error) {
      this.#unwritten.set(manifest.runId, ended)
      throw error
    } finally {
      folders.disown(manifest.runId)
      // What waits for the end is told before it is forgotten.
      setImmediate(() => {
        if (this.#live.get(manifest.runId) === run) this.#live.delete(manifest.runId)
      })
      if (relock !== null) await sources.lock(relock).catch(() => undefined)
      const found = sources.find(manifest.copyTarget ?? manifest.target)
      if (found !== null) sources.changed(found.sourceId)
    }
  }

  /** One that has just ended is told by its watchers, and is under way no more. */
  #underWay(runId: string): LiveRun | undefined {
    const live = this.#live.get(runId)
    return live === undefined || isOver(live.progress.state) ? undefined : live
  }

  #get(runId: string): LiveRun {
    const live = this.#underWay(runId)
    if (live === undefined) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.notUnderWay', { hint: 'next.lookAtReport' })
    return live
  }
}

function assertWritable({ readOnlyReason }: CleanupTarget): void {
  if (readOnlyReason !== null) throw new CoatcheckError('STORE_READ_ONLY', readOnlyReason, { hint: 'next.writableStore' })
}

const busy = (why: Why, hint: Why): CoatcheckError => new CoatcheckError('STORE_BUSY', why, { hint, retryable: true })
const isOver = (state: RunState): boolean => state === 'done' || state === 'stopped' || state === 'interrupted'

function toProgress({ runId, kind, state, counts, rate, remainingMs, elapsedMs, pace, longestPartMs, parts, reason }: CleanupReport): CleanupProgress {
  return { runId, kind, state, counts, rate, remainingMs, elapsedMs, pace, longestPartMs, parts, reason }
}
