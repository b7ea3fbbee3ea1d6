import type { EpochMicros, SessionKey, SortOrder } from '../../../shared/model/session.ts'
import type { SessionStore, StorePage } from '../../../electron/core/stores/session-store.ts'

export interface SeedRow {
  readonly key: SessionKey
  readonly data: string
  readonly expireDate: EpochMicros
}

/** One store with what an app does to it behind its back. Made anew for each test. */
export interface StoreHarness {
  open(): Promise<SessionStore>
  /** The app saves (creates or replaces) sessions. */
  put(rows: readonly SeedRow[]): Promise<void>
  /** The app deletes a session. */
  remove(key: SessionKey): Promise<void>
  /** Whether the store can hold this key as one of its own; undefined: all of them. */
  readonly holdsKey?: ((key: SessionKey) => boolean) | undefined
  /** false: no text of it holds a NUL. */
  readonly holdsNul?: boolean | undefined
  /** Closes what `open` opened and takes everything away. */
  cleanUp(): Promise<void>
}
export type MakeHarness = () => Promise<StoreHarness>

export const ORDERS: readonly SortOrder[] = [
  { by: 'expireDate', direction: 'asc' },
  { by: 'expireDate', direction: 'desc' },
  { by: 'key', direction: 'asc' },
  { by: 'key', direction: 'desc' },
]

/** 2026-11-21 10:00:00 UTC. */
export const NOON: EpochMicros = Date.UTC(2026, 10, 21, 10) * 1000

export const never = new AbortController().signal

/** `count` sessions, three to each expire date, so that ties cross page boundaries. */
export function makeRows(count: number): SeedRow[] {
  return Array.from({ length: count }, (_, index) => ({
    // Neither order of keys nor of dates is the order of insertion.
    key: `key${String((index * 7919) % 100_003).padStart(29, '0')}`,
    data: `data-${index}`,
    expireDate: NOON + Math.floor(((index * 31) % count) / 3) * 1_000_000 + (index % 2),
  }))
}

export async function readAll(store: SessionStore, order: SortOrder, limit: number, between: (page: StorePage) => Promise<void> = async () => undefined): Promise<SessionKey[]> {
  const keys: SessionKey[] = []
  let cursor: string | null = null
  do {
    const page: StorePage = await store.listPage({ order, cursor, limit }, never)
    keys.push(...page.keys)
    cursor = page.next
    if (cursor !== null) await between(page)
  } while (cursor !== null)
  return keys
}

export function dataOf(page: StorePage, index: number): string {
  return Buffer.from(page.data.bytes.subarray(index === 0 ? 0 : page.data.ends[index - 1], page.data.ends[index])).toString('utf8')
}

/** Keys in the order that the contract asks for; ties are left open, so rows are compared by what decides. */
export function sortedBy(rows: readonly SeedRow[], { by, direction }: SortOrder): (string | number)[] {
  const values = rows.map((row) => (by === 'key' ? row.key : row.expireDate))
  const ascending = values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return direction === 'asc' ? ascending : ascending.reverse()
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
