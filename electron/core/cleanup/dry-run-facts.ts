import type { CleanupEnds, CleanupUsers, SkipReason } from '../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import type { Match } from './find-matches.ts'
import { EndMonths } from './end-months.ts'
import { isFileOver, isOver } from './rules.ts'

const MOST_SAMPLES = 20
const MOST_KEYS = 5
const MOST_USERS = 10

/** What the sessions of a dry run come to; memory grows with the users only. */
export class DryRunFacts {
  matched = 0
  bytes = 0
  anonymous = 0
  live = 0
  /** What `clear_expired` would remove. */
  over = 0
  oldestEnd: EpochMicros | null = null
  newestEnd: EpochMicros | null = null
  readonly #source: SessionSource
  readonly #now: EpochMs
  readonly #months = new EndMonths()
  readonly #users = new Map<string, { username: string | null; sessions: number; isLive: boolean }>()
  readonly #skips = new Map<string, { sentence: SkipReason['sentence']; sessions: number; samples: SessionKey[] }>()
  #samples: SessionRow[] = []
  #stride = 1

  constructor(source: SessionSource, now: EpochMs) {
    this.#source = source
    this.#now = now
  }

  /** One that was looked at, whether or not it fits. */
  see(end: EpochMicros | null): void {
    this.#months.see(end)
  }

  /** `knowsAll`: all were seen by the ends that count here. */
  ends(knowsAll: boolean): CleanupEnds | null {
    return this.#months.ends(this.#now, knowsAll)
  }

  add({ row, facts }: Match): void {
    this.#months.match(this.#source.expiry === 'mtime' ? row.expireDate : facts.expireDate)

    if (this.matched % this.#stride === 0) this.#addSample(row)
    this.matched++
    this.bytes += facts.sizeBytes
    if (row.state === 'live') this.live++
    if (this.#source.expiry === 'mtime' ? isFileOver(row, this.#now) : isOver(this.#source, facts.expireDate, this.#now)) this.over++
    if (row.userId !== null) this.#addUser(row.userId, row.owner?.username ?? null, row.state === 'live')
    // Of data that cannot be read nobody knows whose it is.
    else if (row.topLevelKeys !== null) this.anonymous++
    if (row.expireDate === null) return
    this.oldestEnd = Math.min(this.oldestEnd ?? row.expireDate, row.expireDate)
    this.newestEnd = Math.max(this.newestEnd ?? row.expireDate, row.expireDate)
  }

  skip(key: SessionKey, sentence: SkipReason['sentence']): void {
    const id = JSON.stringify(sentence)
    const known = this.#skips.get(id) ?? { sentence, sessions: 0, samples: [] }
    known.sessions++
    if (known.samples.length < MOST_KEYS) known.samples.push(key)
    this.#skips.set(id, known)
  }

  get users(): CleanupUsers {
    const all = [...this.#users].map(([userId, { username, sessions }]) => ({ userId, username, sessions }))
    return { count: all.length, most: all.toSorted((a, b) => b.sessions - a.sessions).slice(0, MOST_USERS) }
  }

  /** Users of whom a session goes that is still in use. */
  get usersInUse(): number {
    return [...this.#users.values()].filter(({ isLive }) => isLive).length
  }

  get skips(): readonly SkipReason[] {
    return [...this.#skips.values()].toSorted((a, b) => b.sessions - a.sessions)
  }

  /** Spread over all of them. */
  get samples(): readonly SessionRow[] {
    return this.#samples.slice(0, MOST_SAMPLES)
  }

  #addUser(id: string, username: string | null, isLive: boolean): void {
    const known = this.#users.get(id)
    if (known === undefined) this.#users.set(id, { username, sessions: 1, isLive })
    else {
      known.sessions++
      known.isLive ||= isLive
    }
  }

  #addSample(row: SessionRow): void {
    this.#samples.push(row)
    if (this.#samples.length < 2 * MOST_SAMPLES) return
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0)
    this.#stride *= 2
  }
}
