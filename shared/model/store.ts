import type { SortField } from './session.ts'

/** Django's `SESSION_ENGINE`, without the package name. */
export type EngineId = 'db' | 'cache' | 'cached_db' | 'file' | 'signed_cookies'

/** What a store can do. Plain data: sent to the UI and the CLI, which say what is missing instead of failing. */
export interface StoreCapabilities {
  readonly write: boolean
  readonly delete: boolean
  /** Fields that the store itself can sort by; empty where it has no order (Redis). */
  readonly sort: readonly SortField[]
  readonly count: 'exact' | 'estimate' | 'none'
  readonly enumerate: 'ordered' | 'unordered' | 'none'
  readonly expiry: 'column' | 'ttl' | 'mtime' | 'signature' | 'none'
}

/**
 * How a store without time zones (SQLite, MySQL) writes `expire_date`
 * (docs/django-sessions.md, physical expire_date).
 */
export interface StoreClock {
  /** USE_TZ: True writes UTC, False writes wall clock of `timeZone`. */
  readonly useTz: boolean
  /** TIME_ZONE, an IANA name. */
  readonly timeZone: string
  /** `assumed`: nobody told us; Django's current defaults. */
  readonly origin: 'settings' | 'user' | 'assumed'
}
