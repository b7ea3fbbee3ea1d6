import { computed, onScopeDispose, readonly, shallowRef } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { TrashBundle, TrashedSession } from '../../../shared/model/trash.ts'
import { useClient } from '../rpc/client.ts'

const PAGE = 100

/** Of one place; empty `text`: any session. */
export interface TrashFilter {
  /** A target, as text; null: of all. */
  readonly place: string | null
  readonly text: string
}

export interface TrashEntry {
  readonly id: string
  readonly session: TrashedSession
  readonly bundle: TrashBundle
}

export interface Trash {
  /** null: not read yet. */
  readonly bundles: Readonly<Ref<readonly TrashBundle[] | null>>
  readonly entries: ComputedRef<readonly TrashEntry[]>
  /** Sessions that were looked at for what is shown. */
  readonly examined: Readonly<Ref<number>>
  readonly reading: Readonly<Ref<boolean>>
  readonly hasMore: ComputedRef<boolean>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** Reads it anew, from its beginning. */
  read(filter: TrashFilter): Promise<void>
  more(): Promise<void>
  stop(): void
}

export const placeOf = ({ target }: Pick<TrashBundle, 'target'>): string => JSON.stringify(target)
export const entryId = ({ bundleId, place }: Pick<TrashedSession, 'bundleId' | 'place'>): string => `${bundleId} ${place}`

/** What was removed and can be put back, over all sources, a page at a time. */
export function useTrash(): Trash {
  const client = useClient()
  const bundles = shallowRef<readonly TrashBundle[] | null>(null)
  const sessions = shallowRef<readonly TrashedSession[]>([])
  const examined = shallowRef(0)
  const reading = shallowRef(false)
  const next = shallowRef<string | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let filter: TrashFilter = { place: null, text: '' }
  let request = new AbortController()
  onScopeDispose(() => request.abort())

  async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    failure.value = null
    reading.value = true
    try {
      await work(signal)
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
    } finally {
      if (request.signal === signal) reading.value = false
    }
  }

  async function page(cursor: string | null, signal: AbortSignal): Promise<void> {
    const before = examined.value
    const bundleIds = filter.place === null ? null : (bundles.value ?? []).filter((bundle) => placeOf(bundle) === filter.place).map(({ id }) => id)
    for await (const step of client.stream('trash.sessions', { bundleIds, text: filter.text, cursor, limit: PAGE }, signal)) {
      if (signal.aborted) return
      sessions.value = [...sessions.value, ...step.sessions]
      examined.value = before + step.examined
      next.value = step.next
    }
  }

  return {
    bundles: readonly(bundles) as typeof bundles,
    entries: computed(() => {
      const known = new Map((bundles.value ?? []).map((bundle) => [bundle.id, bundle]))
      return sessions.value.flatMap((session) => {
        const bundle = known.get(session.bundleId)
        return bundle === undefined ? [] : [{ id: entryId(session), session, bundle }]
      })
    }),
    examined: readonly(examined),
    reading: readonly(reading),
    hasMore: computed(() => next.value !== null),
    failure: readonly(failure) as typeof failure,
    read: (wanted) => attempt(async (signal) => {
      filter = wanted
      const known = await client.call('trash.bundles', {}, signal)
      if (signal.aborted) return
      bundles.value = known
      sessions.value = []
      examined.value = 0
      next.value = null
      await page(null, signal)
    }),
    more: () => attempt((signal) => page(next.value, signal)),
    stop() {
      request.abort()
      reading.value = false
    },
  }
}
