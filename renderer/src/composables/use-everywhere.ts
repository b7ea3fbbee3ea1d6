import { computed, onScopeDispose, readonly, shallowRef } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import type { SearchedStore, UserSession } from '../../../shared/model/user-sessions.ts'
import { inParts } from '../../../shared/model/user-sessions.ts'
import { useClient } from '../rpc/client.ts'

/** What came of it in one store. `skipped`: gone, or saved by the site, since they were found. */
export interface StoreOutcome {
  readonly deleted: number
  readonly skipped: number
  readonly failed: number
  /** One for each part, as they were done. */
  readonly changeIds: readonly string[]
  readonly error: CoatcheckError | null
  /** Sessions that an undo has brought back; null: it was not taken back. */
  readonly undone: number | null
}

export interface StoreEntry {
  readonly store: SearchedStore
  readonly sessions: readonly UserSession[]
  /** null: nothing was done there. */
  readonly outcome: StoreOutcome | null
}

/** Who is logged out. `owner` null: no user table tells a name. */
export interface LoggedOutUser {
  readonly sourceId: SourceId
  readonly userId: string
  readonly owner: Owner | null
  /** false: the source belongs to no project, and is all that is looked at. */
  readonly isProject: boolean
}

export type EverywherePhase = 'closed' | 'searching' | 'ready' | 'failed' | 'applying' | 'done'

export interface Everywhere {
  readonly phase: Readonly<Ref<EverywherePhase>>
  readonly user: Readonly<Ref<LoggedOutUser | null>>
  readonly entries: ComputedRef<readonly StoreEntry[]>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** Id of the store whose change is being taken back. */
  readonly undoing: Readonly<Ref<string | null>>
  look(sourceId: SourceId, userId: string, connect?: readonly string[]): Promise<void>
  connect(storeId: string): Promise<void>
  again(): Promise<void>
  apply(): Promise<void>
  undo(storeIds: readonly string[]): Promise<void>
  close(): void
}

const NOTHING: StoreOutcome = { deleted: 0, skipped: 0, failed: 0, changeIds: [], error: null, undone: null }

/** What can be deleted of a store. */
export const deletable = ({ store, sessions }: StoreEntry): readonly UserSession[] => (store.sourceId === null || store.readOnlyReason !== null ? [] : sessions)

/** One user's sessions in every store of a project: looked for, shown, deleted as they were found, and brought back. */
export function useEverywhere(options: { readonly onDeleted: (sourceId: SourceId, keys: readonly SessionKey[]) => void }): Everywhere {
  const client = useClient()
  const phase = shallowRef<EverywherePhase>('closed')
  const user = shallowRef<LoggedOutUser | null>(null)
  const stores = shallowRef<ReadonlyMap<string, StoreEntry>>(new Map())
  const failure = shallowRef<CoatcheckError | null>(null)
  const undoing = shallowRef<string | null>(null)
  let connected: readonly string[] = []
  let search = new AbortController()

  const put = (entry: StoreEntry): void => { stores.value = new Map(stores.value).set(entry.store.id, entry) }

  async function look(sourceId: SourceId, userId: string, connect: readonly string[] = []): Promise<void> {
    search.abort()
    const { signal } = (search = new AbortController())
    connected = connect
    phase.value = 'searching'
    failure.value = null
    stores.value = new Map()
    if (user.value?.userId !== userId) user.value = { sourceId, userId, owner: null, isProject: true }
    try {
      for await (const event of client.stream('users.sessions', { sourceId, user: `#${userId}`, connect: [...connect] }, signal)) {
        if (signal.aborted) return
        if (event.kind === 'stores') {
          user.value = { sourceId, userId, owner: event.owner, isProject: event.isProject }
          stores.value = new Map(event.stores.map((store) => [store.id, { store, sessions: [], outcome: null }]))
        } else put({ store: event.store, sessions: [...(stores.value.get(event.store.id)?.sessions ?? []), ...event.sessions], outcome: null })
      }
      if (!signal.aborted) phase.value = 'ready'
    } catch (error) {
      if (signal.aborted) return
      failure.value = asError(error)
      phase.value = 'failed'
    }
  }

  async function apply(): Promise<void> {
    if (phase.value !== 'ready') return
    phase.value = 'applying'
    for (const entry of stores.value.values()) if (deletable(entry).length > 0) await applyTo(entry)
    phase.value = 'done'
  }

  /** A store that fails does not keep the others from being done. */
  async function applyTo(entry: StoreEntry): Promise<void> {
    const { sourceId } = entry.store
    if (sourceId === null) return
    let outcome = NOTHING
    for (const part of inParts(deletable(entry))) {
      outcome = await applyPart(sourceId, part, outcome)
      put({ ...entry, outcome })
      if (outcome.error !== null) break
    }
  }

  async function applyPart(sourceId: SourceId, part: readonly UserSession[], before: StoreOutcome): Promise<StoreOutcome> {
    try {
      const { planId } = await client.call('changes.plan', { sourceId, change: { kind: 'delete', sessions: part.map(({ key, ifEtag }) => ({ key, ifEtag })) } })
      const { changed, failed, changeId, outcomes } = await client.call('changes.apply', { planId })
      options.onDeleted(sourceId, outcomes.filter(({ outcome }) => outcome === 'done').map(({ key }) => key))
      return { ...before, deleted: before.deleted + changed, failed: before.failed + failed, skipped: before.skipped + part.length - changed - failed, changeIds: changeId === null ? before.changeIds : [...before.changeIds, changeId] }
    } catch (error) {
      const known = asError(error)
      // None of them is as it was found: there is nothing left to do in this part.
      if (known.code === 'SESSION_GONE' || known.code === 'SESSION_CONFLICT') return { ...before, skipped: before.skipped + part.length }
      return { ...before, failed: before.failed + part.length, error: known }
    }
  }

  async function undo(storeIds: readonly string[]): Promise<void> {
    if (undoing.value !== null) return
    for (const id of storeIds.toReversed()) {
      const entry = stores.value.get(id)
      if (entry?.outcome === null || entry === undefined || entry.outcome.changeIds.length === 0 || entry.outcome.undone !== null) continue
      undoing.value = id
      put({ ...entry, outcome: await takeBack(entry.outcome) })
    }
    undoing.value = null
  }

  async function takeBack(outcome: StoreOutcome): Promise<StoreOutcome> {
    let undone = 0
    try {
      for (const changeId of outcome.changeIds.toReversed()) undone += (await client.call('changes.undo', { changeId })).changed
      return { ...outcome, undone, error: null }
    } catch (error) {
      return { ...outcome, undone: undone === 0 ? null : undone, error: asError(error) }
    }
  }

  function close(): void {
    if (phase.value === 'applying' || undoing.value !== null) return
    search.abort()
    phase.value = 'closed'
    user.value = null
    stores.value = new Map()
  }

  const again = async (more: readonly string[] = []): Promise<void> => {
    if (user.value !== null) await look(user.value.sourceId, user.value.userId, [...connected, ...more])
  }

  onScopeDispose(() => search.abort())

  return {
    phase: readonly(phase), user: readonly(user) as Readonly<Ref<LoggedOutUser | null>>, entries: computed(() => [...stores.value.values()]), failure: readonly(failure), undoing: readonly(undoing),
    look, connect: (storeId) => again([storeId]), again: () => again(), apply, undo, close,
  }
}

function asError(error: unknown): CoatcheckError {
  return error instanceof CoatcheckError ? error : unexpected(error)
}
