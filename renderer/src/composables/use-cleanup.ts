import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { CleanupAction, CleanupPace, CleanupProgress, CleanupReport, CleanupRule, DryRun, DryRunStep, RunState } from '../../../shared/model/cleanup.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import { useTask } from './use-task.ts'
import type { Task } from './use-task.ts'

/** Sessions a second, one for each second that was watched; the newest last. */
const MOST_RATES = 120

/** `looking`: the dry run walks the store. `run`: a run, under way or over, of this window or of an earlier one. */
export type CleanupState =
  | { readonly phase: 'rule' }
  | { readonly phase: 'looking'; readonly step: DryRunStep | null }
  | { readonly phase: 'looked'; readonly dryRun: DryRun }
  | { readonly phase: 'run'; readonly report: CleanupReport; readonly rates: readonly number[] }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

export interface StartOptions {
  readonly pace: CleanupPace
  /** The source's, typed by people, where the dry run asks for it. */
  readonly name: string | null
  /** Whether before-images are kept. */
  readonly undo: boolean
  readonly partialUndo: boolean
}

export interface Cleanup {
  readonly state: Readonly<Ref<CleanupState>>
  /** What was pressed last: starting, pausing, undoing. */
  readonly task: Task
  look(rules: CleanupRule[], action: CleanupAction): Promise<void>
  /** Back to the choice of rules. A run goes on. */
  leave(): void
  start(options: StartOptions): Promise<void>
  /** Shows a run, and follows it while it is under way. */
  show(report: CleanupReport): Promise<void>
  pause(): Promise<void>
  resume(pace: CleanupPace, name: string | null): Promise<void>
  stop(): Promise<void>
  /** `keys`: only these; null: all. */
  undo(name: string | null, keys: readonly SessionKey[] | null): Promise<void>
}

const UNDER_WAY: readonly RunState[] = ['running', 'pausing', 'paused', 'waiting', 'stopping']
export const isUnderWay = ({ state }: Pick<CleanupProgress, 'state'>): boolean => UNDER_WAY.includes(state)

/** Cleaning a source: from the rule over the dry run to the run and its report. `onChanged`: sessions of the store have changed. */
export function useCleanup(sourceId: () => SourceId, onChanged: () => void): Cleanup {
  const client = useClient()
  const task = useTask()
  const state = shallowRef<CleanupState>({ phase: 'rule' })
  let running = new AbortController()

  /** What goes on before is left. */
  function begin(): AbortSignal {
    running.abort()
    running = new AbortController()
    task.dismiss()
    return running.signal
  }

  function fail(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) state.value = { phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) }
  }

  async function look(rules: CleanupRule[], action: CleanupAction): Promise<void> {
    const signal = begin()
    state.value = { phase: 'looking', step: null }
    try {
      for await (const step of client.stream('cleanup.dryRun', { sourceId: sourceId(), rules, action }, signal)) {
        if (signal.aborted) return
        state.value = step.dryRun === null ? { phase: 'looking', step } : { phase: 'looked', dryRun: step.dryRun }
      }
    } catch (error) {
      fail(error, signal)
    }
  }

  async function show(report: CleanupReport): Promise<void> {
    const signal = begin()
    state.value = { phase: 'run', report, rates: [] }
    if (!isUnderWay(report)) return
    try {
      let second = -1
      for await (const progress of client.stream('cleanup.watch', { runId: report.runId }, signal)) {
        const value: CleanupState = state.value
        if (signal.aborted || value.phase !== 'run') return
        const now = Math.floor(progress.elapsedMs / 1000)
        const rates: readonly number[] = progress.rate === null || now === second ? value.rates : [...value.rates, progress.rate].slice(-MOST_RATES)
        second = now
        state.value = { phase: 'run', report: { ...value.report, ...progress }, rates }
      }
      const { value } = state
      if (!signal.aborted && value.phase === 'run') state.value = { ...value, report: await client.call('cleanup.report', { runId: report.runId }, signal) }
    } catch (error) {
      fail(error, signal)
    } finally {
      onChanged()
    }
  }

  /** Something is asked of the run on show; what it answers is shown and followed. */
  async function tell(ask: (runId: string) => Promise<CleanupReport>): Promise<void> {
    const { value } = state
    if (value.phase !== 'run') return
    await task.run(async () => {
      const report = await ask(value.report.runId)
      if (isUnderWay(value.report) && isUnderWay(report)) state.value = { ...value, report }
      else void show(report)
    })
  }

  const named = (name: string | null) => (name === null ? {} : { name })
  onScopeDispose(() => running.abort())

  return {
    state: readonly(state) as typeof state,
    task,
    look,
    leave() {
      begin()
      state.value = { phase: 'rule' }
    },
    async start({ pace, name, undo, partialUndo }) {
      const { value } = state
      if (value.phase !== 'looked') return
      await task.run(async () => {
        const report = await client.call('cleanup.start', { dryRunId: value.dryRun.dryRunId, pace, undo, partialUndo, ...named(name) })
        void show(report)
      })
    },
    show,
    pause: () => tell((runId) => client.call('cleanup.pause', { runId })),
    resume: (pace, name) => tell((runId) => client.call('cleanup.resume', { runId, pace, ...named(name) })),
    stop: () => tell((runId) => client.call('cleanup.stop', { runId })),
    undo: (name, keys) => tell((runId) => client.call('cleanup.undo', { runId, ...named(name), ...(keys === null ? {} : { keys: [...keys] }) })),
  }
}
