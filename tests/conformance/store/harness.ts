import type { EpochMicros, SessionKey, SortField, SortOrder } from '../../../shared/model/session.ts'
import type { StoreCapabilities } from '../../../shared/model/store.ts'
import type { SessionStore, StorePage, StoredSession, WalkOrder } from '../../../electron/core/stores/session-store.ts'

export interface SeedRow {
  readonly key: SessionKey
  readonly data: string
  readonly expireDate: EpochMicros
}

/** What kind of store it is, known before one is opened. The suite asserts that its capabilities say the same. */
export interface StoreTraits {
  /** Fields that it sorts by; none: it is walked as it comes, and every order is refused. */
  readonly sort: readonly SortField[]
  readonly count: StoreCapabilities['count']
  readonly enumerate: StoreCapabilities['enumerate']
  readonly filter: StoreCapabilities['filter']
  readonly expiry: StoreCapabilities['expiry']
  /** Smallest step between two expire dates that it can tell apart, in microseconds. */
  readonly tick: number
  /** Latest expire date that it can keep. */
  readonly until: EpochMicros
  /** false: a session is gone when its time has passed. */
  readonly keepsExpired: boolean
  /** The physical fact that tells of the expiry. */
  readonly expiryFact: string
}

/** Django's `db` engine. */
export const TABLE_TRAITS: StoreTraits = { sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'column', tick: 1, until: Infinity, keepsExpired: true, expiryFact: 'expire_date' }

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

/** What every group of the suite gets. */
export interface Subject extends StoreHarness {
  readonly traits: StoreTraits
  /** Every order in which it can be walked. */
  readonly orders: readonly WalkOrder[]
  /** The one to use where the order does not matter. */
  readonly order: WalkOrder
  /** The instant that comes `ticks` after NOON, of those that the store tells apart. */
  at(ticks: number): EpochMicros
  /** `makeRows`, with expire dates that the store tells apart. */
  rows(count: number): SeedRow[]
}

export const ORDERS: readonly SortOrder[] = [
  { by: 'expireDate', direction: 'asc' },
  { by: 'expireDate', direction: 'desc' },
  { by: 'key', direction: 'asc' },
  { by: 'key', direction: 'desc' },
]

const STORED: readonly WalkOrder[] = [{ by: 'stored', direction: 'asc' }]

export function ordersOf({ sort }: StoreTraits): readonly WalkOrder[] {
  return sort.length === 0 ? STORED : ORDERS.filter(({ by }) => sort.includes(by))
}

/** 2036-11-21 10:00:00 UTC: later than now, for stores that drop what has expired, and before the seconds of 32 bits end. */
export const NOON: EpochMicros = Date.UTC(2036, 10, 21, 10) * 1000

export const never = new AbortController().signal

/** `count` sessions, three to each expire date, so that ties cross page boundaries. */
export function makeRows(count: number, tick = 1): SeedRow[] {
  return Array.from({ length: count }, (_, index) => ({
    // Neither order of keys nor of dates is the order of insertion.
    key: `key${String((index * 7919) % 100_003).padStart(29, '0')}`,
    data: `data-${index}`,
    expireDate: NOON + Math.floor(((index * 31) % count) / 3) * 1_000_000 + (index % 2) * tick,
  }))
}

export async function readAll(store: SessionStore, order: WalkOrder, limit: number, between: (page: StorePage) => Promise<void> = async () => undefined): Promise<SessionKey[]> {
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
export function sortedBy(rows: readonly SeedRow[], { by, direction }: WalkOrder): (string | number)[] {
  const values = rows.map((row) => (by === 'key' ? row.key : row.expireDate))
  const ascending = values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return direction === 'asc' ? ascending : ascending.reverse()
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A session as it stands: without its facts where they tell of a remaining life, which is another one at each reading. */
export function whatStands(session: StoredSession | null, { expiry }: StoreTraits): StoredSession | null {
  return session === null || expiry !== 'ttl' ? session : { ...session, physical: [] }
}
