import type { SessionKey, SessionState } from './session.ts'

/**
 * What happens to a value when a session moves from PickleSerializer to JSONSerializer.
 * - `fails`: `json.dumps` raises a TypeError (or, for what holds itself, a ValueError): the site answers with HTTP 500 when it saves.
 * - `changes`: it comes back as something else: a tuple as a list, the key `1` as `"1"`.
 * - `python-only`: NaN and infinities: Python reads them back, no other JSON parser does.
 */
export type ReadinessEffect = 'fails' | 'changes' | 'python-only'

/** Values of one type at one place of the data, over all sessions. */
export interface ReadinessFinding {
  /** `cart.items[].price`: any position of a list is `[]`. */
  readonly path: string
  /** Python's name: `datetime`, `tuple`, `shop.models.Cart`. */
  readonly type: string
  readonly effect: ReadinessEffect
  readonly sessions: number
  readonly values: number
  /** The first ones, for a look. */
  readonly samples: readonly SessionKey[]
}

/** Something that loading a pickle would run, over all sessions. */
export interface ReadinessCall {
  /** `os.system('id')`, cut to a readable length. */
  readonly call: string
  readonly sessions: number
  readonly samples: readonly SessionKey[]
}

/** The report so far; the last one has `done`. Each is whole, so that nobody has to add them up. */
export interface ReadinessReport {
  readonly examined: number
  /** Sessions that a pickle holds; the others are JSON already, or nothing that Django reads. */
  readonly pickled: number
  /** Pickles that cannot be read: what they would lose is not known. */
  readonly unreadable: number
  /** Sessions with at least one value that `fails` or `changes`. */
  readonly affected: number
  /** Most sessions first. */
  readonly findings: readonly ReadinessFinding[]
  /** Findings beyond the limit, which are not listed. */
  readonly findingsLeftOut: number
  readonly calls: readonly ReadinessCall[]
  readonly done: boolean
}

/** Copies in the cache of a pair. */
export interface CopyCounts {
  /** Sessions whose row has a copy, which Django reads in its place. */
  readonly withRow: number
  /** Copies without a row, from which Django goes on. null: not counted, because the cache does not tell its keys. */
  readonly rowless: number | null
}

/** All sessions of a source in numbers: of a pair as Django loads them, copies without a row among them. */
export interface SummaryReport {
  readonly examined: number
  readonly states: Readonly<Record<SessionState, number>>
  /** Of the stored values. */
  readonly sizeBytes: { readonly total: number; readonly largest: number }
  /** Names of the keys that verify them, in the order of the keys; null, the last: none does, or none is needed. */
  readonly keys: readonly { readonly keyName: string | null; readonly sessions: number }[]
  /** Most sessions first. `id` null: of nobody. */
  readonly owners: readonly { readonly id: string | null; readonly username: string | null; readonly sessions: number }[]
  /** Sessions whose data cannot be read, so that their owner is not known. */
  readonly ownersUnread: number
  /** Sessions of owners beyond the limit, which are not listed. */
  readonly ownersLeftOut: number
  /** Missing: no pair. */
  readonly copies?: CopyCounts
  readonly done: boolean
}

/** Sessions by what their signature says. */
export interface RotationGroup {
  /** `SECRET_KEY`, `SECRET_KEY_FALLBACKS[0]`; null: no known key verifies them. */
  readonly keyName: string | null
  readonly sessions: number
  /** Of them, not expired: who is signed out when this key goes. */
  readonly live: number
  readonly samples: readonly SessionKey[]
}

export interface RotationReport {
  readonly examined: number
  /** In the order of the keys; what no key verifies comes last. */
  readonly groups: readonly RotationGroup[]
  /** Of a pair, whose groups are of its rows: copies are not signed, and Django reads them first. Missing: no pair. */
  readonly copies?: CopyCounts
  readonly done: boolean
}
