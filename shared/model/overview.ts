import type { LoginUnknown } from './login.ts'
import type { ReadinessEffect } from './report.ts'
import type { EpochMicros, SessionKey } from './session.ts'

/** Sessions that are read for an overview; of a store with more, a sample. */
export const OVERVIEW_ROWS = 50_000
/** The same of a store on another machine, which others use: pictures come unasked, and shall cost it little. */
export const OVERVIEW_ROWS_FAR = 5000

export type FacetGroupId = 'state' | 'visitor' | 'login' | 'signed' | 'serializer' | 'size' | 'age'

/** Sessions that have something in common. Groups and their facets come in a fixed order, also where nothing is in them. */
export interface FacetGroup {
  readonly id: FacetGroupId
  readonly facets: readonly Facet[]
  /** Why there are none; missing: there are. */
  readonly unknown?: LoginUnknown
}

export interface Facet {
  /** Of its group: `live`, `bot-like`, `SECRET_KEY`, `under-256`. */
  readonly id: string
  /** In the query language: it finds these sessions, and no others. */
  readonly query: string
  readonly sessions: number
  readonly sizeBytes: number
}

/** A stretch of time, the first moment included, and the sessions that end in it. */
export interface EndBin {
  readonly from: EpochMicros
  readonly to: EpochMicros
  readonly expired: number
  readonly live: number
}

/** Sessions by their end. Bins follow each other without a gap. */
export interface EndBins {
  readonly bins: readonly EndBin[]
  /** That end before the first bin, and after the last one. */
  readonly before: number
  readonly after: number
  /** Every session was counted; else only those that were examined. */
  readonly isExact: boolean
}

/** Somebody, and how many sessions are theirs. */
export interface OverviewOwner {
  readonly id: string
  readonly username: string | null
  readonly sessions: number
  /** null: an id that no query spells. */
  readonly query: string | null
}

/** What the sessions that a query found have in common, so far. Of `owners` and `keys` those with most sessions. */
export interface FoundFacets extends Pick<Overview, 'groups' | 'owners' | 'keys'> {
  readonly counted: number
}

/** Sessions that a key signed, as the site accepts them; `name` null: that no known key did. */
export interface OverviewSigner {
  readonly name: string | null
  readonly sessions: number
  readonly live: number
  /** Different users among the live ones: who is logged out when this key goes. */
  readonly people: number
  /** When the last of the live ones ends. */
  readonly lastEnd: EpochMicros | null
}

/** A source at a glance. Each report is whole; the last one is done. */
export interface Overview {
  /** What counts as live was compared with this moment. */
  readonly now: EpochMicros
  /** Sessions of the store, counted one by one; while `phase` is `counting`, those counted so far. */
  readonly total: number
  /** Sessions that everything but `ends` is about. */
  readonly examined: number
  /** How many will have been examined in the end; null: not known yet. */
  readonly toExamine: number | null
  /** Taken evenly over the whole store, the same ones each time; false: every session is examined. */
  readonly isSample: boolean
  readonly phase: 'counting' | 'reading' | 'done'
  /** null: no session has an end, as far as was seen. */
  readonly ends: EndBins | null
  readonly groups: readonly FacetGroup[]
  /** Most sessions first. */
  readonly owners: readonly OverviewOwner[]
  /** Different ones. */
  readonly people: number
  /** Top-level keys of the data, most sessions first. Of a session with more than 12 the first 12 count. */
  readonly keys: readonly { readonly name: string; readonly sessions: number; readonly query: string | null }[]
  readonly signers: readonly OverviewSigner[]
  readonly sizeBytes: { readonly total: number; readonly largest: number; readonly largestKey: SessionKey | null }
  /** What JSONSerializer would not carry, over the pickles that were read. */
  readonly losses: { readonly pickled: number; readonly affected: number; readonly types: readonly OverviewLoss[] }
}

export interface OverviewLoss {
  /** Python's name of it: `Decimal`. */
  readonly type: string
  readonly effect: ReadinessEffect
  readonly sessions: number
}
