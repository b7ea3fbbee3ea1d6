import { onScopeDispose, readonly, shallowRef } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { ChangePlan, ChangeResult, Outcome, PlannedChange } from '../../../shared/model/change.ts'
import type { SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { useClient } from '../rpc/client.ts'

/** Why one session was not written. `theirs`: what the store holds now; null: not known. */
export interface ChangeStop {
  readonly outcome: Exclude<Outcome, 'done'>
  readonly reason: Reason | null
  readonly theirs: SessionDetail | null
}

/** Plan, review, apply. Nothing is written before `applying`, and nothing twice. */
export type ChangeState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'planning' }
  | { readonly phase: 'review' | 'applying'; readonly plan: ChangePlan; readonly error: CoatcheckError | null }
  | { readonly phase: 'stopped'; readonly plan: ChangePlan; readonly stop: ChangeStop }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

/** A change that is written, or an undo of one. */
export interface DoneChange {
  readonly kind: PlannedChange['kind'] | 'undo'
  readonly result: ChangeResult
}

export interface UseChangeOptions {
  readonly sourceId: () => string
  /** Called once for each call that wrote, with the keys it wrote. */
  readonly onChanged: (keys: readonly SessionKey[], kind: DoneChange['kind']) => void
}

export function useChange(options: UseChangeOptions) {
  const { sourceId, onChanged } = options
  const client = useClient()
  const state = shallowRef<ChangeState>({ phase: 'idle' })
  const done = shallowRef<DoneChange | null>(null)
  const undoing = shallowRef(false)
  const undoError = shallowRef<CoatcheckError | null>(null)
  let planning: AbortController | null = null

  async function start(change: PlannedChange): Promise<void> {
    planning?.abort()
    const controller = new AbortController()
    planning = controller
    state.value = { phase: 'planning' }
    try {
      const plan = await client.call('changes.plan', { sourceId: sourceId(), change }, controller.signal)
      if (planning === controller) state.value = { phase: 'review', plan, error: null }
    } catch (error) {
      if (planning === controller) state.value = { phase: 'failed', error: asError(error) }
    }
  }

  async function apply(): Promise<void> {
    if (state.value.phase !== 'review') return
    const { plan } = state.value
    state.value = { phase: 'applying', plan, error: null }
    try {
      await settle(plan, await client.call('changes.apply', { planId: plan.planId }))
    } catch (error) {
      state.value = { phase: 'review', plan, error: asError(error) }
    }
  }

  async function settle(plan: ChangePlan, result: ChangeResult): Promise<void> {
    const [only] = result.outcomes
    if (result.outcomes.length === 1 && only !== undefined && only.outcome !== 'done') {
      const theirs = only.outcome === 'conflict' ? await readTheirs(only.key) : null
      state.value = { phase: 'stopped', plan, stop: { outcome: only.outcome, reason: only.reason, theirs } }
      return
    }
    finish({ kind: plan.kind, result })
  }

  async function readTheirs(key: SessionKey): Promise<SessionDetail | null> {
    try {
      return await client.call('sessions.read', { sourceId: sourceId(), key })
    } catch {
      return null
    }
  }

  function finish(change: DoneChange): void {
    state.value = { phase: 'idle' }
    undoError.value = null
    done.value = change
    onChanged(change.result.outcomes.filter(({ outcome }) => outcome === 'done').map(({ key }) => key), change.kind)
  }

  async function undo(): Promise<void> {
    const changeId = done.value?.result.changeId ?? null
    if (changeId === null || undoing.value) return
    undoing.value = true
    undoError.value = null
    try {
      finish({ kind: 'undo', result: await client.call('changes.undo', { changeId }) })
    } catch (error) {
      undoError.value = asError(error)
    } finally {
      undoing.value = false
    }
  }

  function cancel(): void {
    planning?.abort()
    planning = null
    if (state.value.phase !== 'applying') state.value = { phase: 'idle' }
  }

  onScopeDispose(() => planning?.abort())

  return { state: readonly(state) as typeof state, done: readonly(done) as typeof done, undoing: readonly(undoing), undoError: readonly(undoError) as typeof undoError, start, apply, undo, cancel, dismiss: () => { done.value = null } }
}

function asError(error: unknown): CoatcheckError {
  return error instanceof CoatcheckError ? error : unexpected(error)
}
