import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupAction, CleanupPace, CleanupProgress, CleanupReport, CleanupRetention, CleanupRule, DryRunStep, ExceptionPage, TrashPage } from '../../../shared/model/cleanup.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import type { StateFile } from '../util/state-file.ts'
import type { Clock } from '../sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import type { CleanupSources } from './cleanup-target.ts'
import { makeDryRun } from './dry-run.ts'
import type { HeldDryRun } from './dry-run.ts'
import { describeImage } from './image-end.ts'
import { RunRegistry } from './run-registry.ts'
import type { KeyKeeper, Manifest, RunFolders } from './run-folder.ts'
import { exceptionsOf, trashOf } from './tally-run.ts'
import type { Trash, TrashParts } from './trash.ts'
import { createTrash } from './trash.ts'

export interface CleanupParts {
  readonly folders: RunFolders
  readonly keys: KeyKeeper
  readonly sources: CleanupSources
  readonly decoder: TrashParts['decoder']
  /** Single deletions that can be taken back, newest first. */
  readonly deletions: TrashParts['deletions']
  readonly retention: StateFile<CleanupRetention>
  readonly clock: Clock
  readonly newId: () => string
  /** How long a store that does not answer is waited for before a run is interrupted, from its first silence on. */
  readonly patienceMs?: number
}

/** Rules → dry run → run → report → undo; see docs/decisions/0008-cleaning.md. */
export interface Cleanup {
  dryRun(request: { readonly sourceId: SourceId; readonly rules: readonly CleanupRule[]; readonly action: CleanupAction }, signal: AbortSignal): AsyncGenerator<DryRunStep>
  start(request: { readonly dryRunId: string; readonly pace: CleanupPace; readonly name?: string | undefined; readonly undo: boolean; readonly partialUndo: boolean }): Promise<CleanupReport>
  watch(runId: string, signal: AbortSignal): AsyncGenerator<CleanupProgress>
  pause(runId: string): Promise<CleanupReport>
  resume(request: { readonly runId: string; readonly pace?: CleanupPace | undefined; readonly name?: string | undefined }): Promise<CleanupReport>
  stop(runId: string): Promise<CleanupReport>
  list(): Promise<readonly CleanupReport[]>
  report(runId: string): Promise<CleanupReport>
  exceptions(page: Page): Promise<ExceptionPage>
  trash(page: Page): Promise<TrashPage>
  /** Over all runs. */
  readonly removed: Trash
  undo(request: { readonly runId: string; readonly pace: CleanupPace; readonly name?: string | undefined; readonly keys?: readonly string[] | undefined }): Promise<CleanupReport>
  forget(runId: string): Promise<void>
  retain(change: { readonly [K in keyof CleanupRetention]?: CleanupRetention[K] | undefined } | undefined): Promise<CleanupRetention>
  /** Stops what is under way; it can be resumed. */
  dispose(): Promise<void>
}

interface Page {
  readonly runId: string
  readonly offset: number
  readonly limit: number
}

const MOST_DRY_RUNS = 10
const DAY_MS = 86_400_000

export function createCleanup(parts: CleanupParts): Cleanup {
  const { folders, sources, clock } = parts
  const dryRuns = new Map<string, HeldDryRun>()
  const runs = new RunRegistry(parts)

  function dropDryRun(id: string): void {
    if (dryRuns.delete(id)) folders.remove(id)
  }

  function hold(held: HeldDryRun): void {
    dryRuns.set(held.dryRun.dryRunId, held)
    for (const [id, { dryRun }] of dryRuns) if (dryRuns.size > MOST_DRY_RUNS || clock() > dryRun.goodUntil) dropDryRun(id)
  }

  /** What is older than people want it kept, and what dry runs of before have left. */
  async function sweep(): Promise<void> {
    const { days } = await parts.retention.read()
    for (const id of folders.stale()) if (!dryRuns.has(id)) folders.remove(id)
    for (const run of folders.list()) if (!runs.isLive(run.runId) && isOutdated(run, days, clock())) folders.remove(run.runId)
  }

  const removed = createTrash({ ...parts, report: (runId) => runs.report(runId) })

  return {
    removed: {
      ...removed,
      async bundles() {
        await sweep()
        return removed.bundles()
      },
    },
    async* dryRun({ sourceId, rules, action }, signal) {
      await sweep()
      const copyTo = action.kind === 'copy' ? sources.get(action.to) : null
      const retention = await parts.retention.read()
      yield* makeDryRun({ target: sources.get(sourceId), copyTo, rules, action }, { folders, keys: parts.keys, retention, runId: parts.newId(), now: clock() }, hold, signal)
    },
    async start({ dryRunId, pace, name, undo, partialUndo }) {
      const held = dryRuns.get(dryRunId)
      if (held === undefined || clock() > held.dryRun.goodUntil) throw new CoatcheckError('PLAN_EXPIRED', 'cleanup.dryRunOver', { hint: 'next.makeAgain' })
      const { dryRun } = held
      if (dryRun.matched === 0) throw new CoatcheckError('NOTHING_TO_CHANGE', 'cleanup.noneFits', { hint: 'next.changeRules' })
      if (dryRun.confirmName !== null && name !== dryRun.confirmName) throw new CoatcheckError('CONFIRMATION_REQUIRED', 'cleanup.notTheName', { hint: reason('next.typeName', { name: dryRun.confirmName }) })
      if (undo && dryRun.undo.kind === 'partly' && !partialUndo) throw new CoatcheckError('CONFIRMATION_REQUIRED', 'cleanup.notAllKept', { hint: 'next.keepMore' })
      const report = await runs.start(held, { pace, name: name ?? null, undo: undo && dryRun.undo.kind !== 'none', partialUndo, now: clock() })
      dryRuns.delete(dryRunId)
      return report
    },
    watch: (runId, signal) => runs.watch(runId, signal),
    pause: (runId) => runs.pause(runId),
    resume: ({ runId, pace, name }) => runs.resume(runId, { pace, name: name ?? null, kind: null, keys: null }),
    stop: (runId) => runs.stop(runId),
    async list() {
      await sweep()
      return Promise.all(folders.list().map(({ runId }) => runs.report(runId)))
    },
    report: (runId) => runs.report(runId),
    async exceptions({ runId, offset, limit }) {
      const { manifest, key } = await runs.files(runId)
      const { page, total } = await pageOf(exceptionsOf(folders, manifest, key), offset, limit)
      return { exceptions: page, total }
    },
    async trash({ runId, offset, limit }) {
      const { manifest, key } = await runs.files(runId)
      const settings = sources.find(manifest.target)?.source.settings ?? DEFAULT_SETTINGS
      const { page, total } = await pageOf(trashOf(folders, manifest, { key, now: clock(), endOf: (bytes) => describeImage(bytes, settings) }), offset, limit)
      return { entries: page, total }
    },
    undo: ({ runId, pace, name, keys }) => runs.resume(runId, { pace, name: name ?? null, kind: 'undo', keys: keys ?? null }),
    async forget(runId) {
      if (runs.isLive(runId) || folders.isOwned(runId)) throw new CoatcheckError('STORE_BUSY', 'cleanup.underWay', { hint: 'next.stopFirst' })
      folders.remove(runId)
    },
    retain: (change) => (change === undefined ? parts.retention.read() : parts.retention.update((before) => ({ days: change.days ?? before.days, megabytes: change.megabytes ?? before.megabytes }))),
    async dispose() {
      await runs.dispose()
      for (const id of [...dryRuns.keys()]) dropDryRun(id)
    },
  }
}

/** Runs that can still be resumed are kept for as long as their undo would be. */
function isOutdated({ endedAt, startedAt }: Manifest, days: number, now: number): boolean {
  return now - (endedAt ?? startedAt) > Math.max(days, 1) * DAY_MS
}

async function pageOf<Item>(all: AsyncIterable<Item>, offset: number, limit: number): Promise<{ readonly page: readonly Item[]; readonly total: number }> {
  const page: Item[] = []
  let total = 0
  for await (const item of all) {
    if (total >= offset && page.length < limit) page.push(item)
    total++
  }
  return { page, total }
}
