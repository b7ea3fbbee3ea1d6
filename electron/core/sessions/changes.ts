import type { ChangeCheck, ChangePlan, ChangeResult, PlannedChange, StoredPlace } from '../../../shared/model/change.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { ChangeOfStored, Prepared } from './prepare.ts'
import { changeLayers, changeSides } from './layers.ts'
import { newLayers, newSide } from './new-layers.ts'
import { prepareSession } from './new-session.ts'
import { copyLayer } from './pair-edit.ts'
import { prepareChange } from './prepare.ts'
import type { Clock, SessionSource } from './session-source.ts'
import type { PreparedChange } from './steps.ts'
import { applyChange, stepKey, undoSteps } from './steps.ts'

/** An open source as changes see it: what to write to, and how to find it again from a journal. */
export interface ChangeTarget {
  readonly sourceId: string
  readonly target: SourceTarget
  /** What is written to, for people: the table, else where the store is. */
  readonly table: string
  readonly place: StoredPlace
  /** Of a pair: where its cache is, for people; null: another store. */
  readonly cache: string | null
  readonly source: SessionSource
  readonly canDelete: boolean
  /** Why nothing may be written; null: it may. */
  readonly readOnlyReason: Reason | null
  /** Read-only until people unlock it: a change may be planned, and cannot be applied. */
  readonly isLocked: boolean
  /** Why nobody may be logged in by a new session; null: it is a site of this machine. */
  readonly notLocalReason: Reason | null
}

/**
 * Plan, then apply: nothing is written without a plan that was shown, is younger than `LIMITS.planMs` and was not used yet.
 * The rule lives here, behind the router, so that a face cannot get around it.
 */
export interface Changes {
  plan(target: ChangeTarget, change: PlannedChange, signal: AbortSignal): Promise<ChangePlan>
  apply(planId: string, signal: AbortSignal): Promise<ChangeResult & { readonly sourceId: string }>
  undo(target: ChangeTarget, entry: JournalEntry, signal: AbortSignal): Promise<ChangeResult>
}

interface HeldPlan {
  readonly target: ChangeTarget
  readonly change: PreparedChange
  readonly heldUntil: number
}

const MAX_PLANS = 20

export function createChanges(options: { readonly journal: Journal; readonly clock: Clock; readonly newId: () => string }): Changes {
  const { journal, clock, newId } = options
  const held = new Map<string, HeldPlan>()

  function hold(target: ChangeTarget, change: Pick<PreparedChange, 'kind' | 'sentence' | 'steps'>, now: number): string {
    const planId = newId()
    held.set(planId, { target, change: { changeId: newId(), target: target.target, ...change }, heldUntil: now + LIMITS.planMs })
    for (const oldest of held.keys()) if (held.size > MAX_PLANS) held.delete(oldest)
    return planId
  }

  async function planNew(target: ChangeTarget, change: Extract<PlannedChange, { kind: 'create' }>, now: number, signal: AbortSignal): Promise<ChangePlan> {
    const prepared = await prepareSession(target.source, change, target.notLocalReason, now, signal)
    const { session, loginName, checks } = prepared
    const params = { key: maskKey(session.key) }
    const sentence: Sentence = loginName === null ? { id: 'changes.create', params } : { id: 'changes.createLogin', params: { ...params, name: loginName } }
    const planId = hold(target, { kind: 'create', sentence, steps: [{ did: 'create', session }] }, now)
    return { planId, kind: 'create', sentence, checks, before: null, after: newSide(prepared), count: 1, keys: [session.key], layers: newLayers(target, prepared) }
  }

  return {
    async plan(target, change, signal) {
      if (!target.isLocked) assertWritable(target)
      if (change.kind === 'delete' && !target.canDelete) throw new CoatcheckError('STORE_UNSUPPORTED', reason('sessions.noDelete', { table: target.table }), { hint: 'next.noWay' })
      const now = clock()
      if (change.kind === 'create') return planNew(target, change, now, signal)
      const prepared = await prepareChange(target.source, change, now, signal)
      const sentence = changeSentence(change, prepared)
      const planId = hold(target, { kind: change.kind, sentence, steps: prepared.steps }, now)
      return toPlan(planId, target, change, prepared, sentence, now)
    },

    async apply(planId, signal) {
      const plan = held.get(planId)
      held.delete(planId)
      if (plan === undefined || clock() > plan.heldUntil) throw new CoatcheckError('PLAN_EXPIRED', 'sessions.reviewOver', { hint: 'next.reviewAgain' })
      assertWritable(plan.target)
      const result = await applyChange(plan.target.source.store, journal, plan.change, clock(), signal)
      return { ...result, sourceId: plan.target.sourceId }
    },

    async undo(target, entry, signal) {
      assertWritable(target)
      const steps = await undoSteps(target.source.store, entry, signal)
      if (steps.length === 0) throw new CoatcheckError('NOTHING_TO_CHANGE', 'sessions.nothingToTakeBack', { hint: 'next.nothingTouched' })
      const sentence: Sentence = { id: 'changes.undo', params: { count: steps.length } }
      const result = await applyChange(target.source.store, journal, { changeId: newId(), kind: 'undo', target: target.target, sentence, steps }, clock(), signal)
      if (result.changed > 0) await journal.markUndone(entry.changeId)
      return result
    },
  }
}

function assertWritable(target: ChangeTarget): void {
  if (target.readOnlyReason !== null) throw new CoatcheckError('STORE_READ_ONLY', target.readOnlyReason, { hint: 'next.writableStore' })
}

function changeSentence(change: ChangeOfStored, prepared: Prepared): Sentence {
  const count = prepared.steps.length
  const key = prepared.single === null ? '' : maskKey(prepared.single.session.stored.key)
  if (change.kind === 'edit') return { id: change.expiry === null ? 'changes.editOne' : 'changes.editAndExpiry', params: { key } }
  if (change.kind === 'delete') return count === 1 && key !== '' ? { id: 'changes.delete', params: { key } } : { id: 'changes.deleteMany', params: { count } }
  const suffix = change.expiry.kind === 'now' ? 'Now' : ''
  return count === 1 && key !== '' ? { id: `changes.expire${suffix}`, params: { key } } : { id: `changes.expireMany${suffix}`, params: { count } }
}

/** First six characters: enough to tell sessions apart, too little to be one. */
const maskKey = (key: string): string => `${key.slice(0, 6)}…`

function toPlan(planId: string, target: ChangeTarget, change: ChangeOfStored, prepared: Prepared, sentence: Sentence, now: number): ChangePlan {
  const { single, steps, skipped } = prepared
  const checks: ChangeCheck[] = [...prepared.checks]
  if (skipped.length > 0) checks.push({ level: 'warn', sentence: { id: 'changes.checks.someSkipped', params: { count: skipped.length } } })
  if (single !== null) checks.push({ level: 'ok', sentence: { id: 'changes.checks.unchanged', params: {} } })
  const sides = changeSides(target.source, single, now)
  const layers = changeLayers(target, change, steps.length, sides)
  return {
    planId, kind: change.kind, sentence, checks, ...sides,
    count: steps.length,
    keys: steps.map(stepKey),
    layers: target.cache === null ? layers : [...layers.slice(0, -1), copyLayer({ kind: change.kind, cache: target.cache, now, single }), ...layers.slice(-1)],
  }
}
