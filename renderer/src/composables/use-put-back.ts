import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { TrashBundle } from '../../../shared/model/trash.ts'
import { useClient } from '../rpc/client.ts'

/** What goes back of one bundle. */
export interface PutBackPart {
  readonly bundle: TrashBundle
  /** null: all of it. */
  readonly keys: readonly SessionKey[] | null
  readonly count: number
  /** Of them, those that have ended; null: not all of them are shown. */
  readonly ended: number | null
}

export interface PutBackOutcome {
  readonly done: number
  /** What stands there now, was not reached or failed; the first hundred. */
  readonly rest: readonly { readonly key: SessionKey; readonly outcome: string; readonly reason: Reason | null }[]
  readonly restCount: number
  readonly error: CoatcheckError | null
}

export interface PutBack {
  readonly phase: Readonly<Ref<'idle' | 'applying' | 'done'>>
  /** By the id of the bundle. */
  readonly outcomes: Readonly<Ref<ReadonlyMap<string, PutBackOutcome>>>
  readonly progress: Readonly<Ref<number>>
  /** `names`: typed by people, by the id of the source. One that fails keeps no other from being done. */
  apply(parts: readonly PutBackPart[], names: ReadonlyMap<string, string>): Promise<void>
  reset(): void
}

/** Keys that one undo takes. */
const MOST_KEYS = 10_000
const SHOWN = 100

/** Putting back from the trash: the undo of each run, and of each deletion, one after the other, the newest first. */
export function usePutBack(): PutBack {
  const client = useClient()
  const phase = shallowRef<'idle' | 'applying' | 'done'>('idle')
  const outcomes = shallowRef<ReadonlyMap<string, PutBackOutcome>>(new Map())
  const progress = shallowRef(0)
  const controller = new AbortController()
  onScopeDispose(() => controller.abort())

  async function undoDeletion({ bundle }: PutBackPart): Promise<PutBackOutcome> {
    const result = await client.call('changes.undo', { changeId: bundle.id })
    progress.value += result.changed
    const rest = result.outcomes.filter(({ outcome }) => outcome !== 'done')
    return { done: result.changed, rest: rest.slice(0, SHOWN), restCount: rest.length, error: null }
  }

  async function undoRun({ bundle, keys }: PutBackPart, name: string | undefined): Promise<PutBackOutcome> {
    const { runId } = await client.call('cleanup.undo', { runId: bundle.id, pace: 'gentle', ...(name === undefined ? {} : { name }), ...(keys === null ? {} : { keys: [...keys] }) })
    const before = progress.value
    for await (const { counts } of client.stream('cleanup.watch', { runId }, controller.signal)) progress.value = before + counts.done
    const { counts } = await client.call('cleanup.report', { runId }, controller.signal)
    progress.value = before + counts.done
    const { exceptions, total } = await client.call('cleanup.exceptions', { runId, offset: 0, limit: SHOWN }, controller.signal)
    const asked = keys === null ? null : new Set(keys)
    const rest = asked === null ? exceptions : exceptions.filter(({ key }) => asked.has(key))
    return { done: counts.done, rest, restCount: asked === null ? total : rest.length, error: null }
  }

  async function undoPart(part: PutBackPart, name: string | undefined): Promise<PutBackOutcome> {
    let all: PutBackOutcome = { done: 0, rest: [], restCount: 0, error: null }
    const { keys } = part
    try {
      if (part.bundle.kind === 'deletion') return await undoDeletion(part)
      if (keys === null) return await undoRun(part, name)
      for (let from = 0; from < keys.length; from += MOST_KEYS) {
        const one = await undoRun({ ...part, keys: keys.slice(from, from + MOST_KEYS) }, name)
        all = { done: all.done + one.done, rest: [...all.rest, ...one.rest], restCount: all.restCount + one.restCount, error: null }
      }
      return all
    } catch (error) {
      return { ...all, error: error instanceof CoatcheckError ? error : unexpected(error) }
    }
  }

  return {
    phase: readonly(phase),
    outcomes: readonly(outcomes) as typeof outcomes,
    progress: readonly(progress),
    async apply(parts, names) {
      if (phase.value === 'applying') return
      phase.value = 'applying'
      progress.value = 0
      for (const part of parts) outcomes.value = new Map(outcomes.value).set(part.bundle.id, await undoPart(part, names.get(part.bundle.sourceId ?? '')))
      phase.value = 'done'
    },
    reset() {
      phase.value = 'idle'
      outcomes.value = new Map()
      progress.value = 0
    },
  }
}
