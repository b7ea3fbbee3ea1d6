import { throwIfAborted } from '../../../shared/errors.ts'
import type { EpochMicros, EpochMs, SessionRow, WalkOrder } from '../../../shared/model/session.ts'
import type { AuditedText } from '../codecs/decoder.ts'
import { auditLoaded } from '../sessions/audit-loaded.ts'
import { readAhead, readRows, storedValues } from '../sessions/browse.ts'
import { selectRows } from '../sessions/select-rows.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { decodeContext } from '../sessions/session-source.ts'
import type { StorePage } from '../stores/session-store.ts'
import { unpackBytes } from '../stores/image-bytes.ts'
import type { AloneCounts } from './alone.ts'
import { NewestOfEach } from './newest.ts'
import type { ReadyRules, StoredFacts } from './rules.ts'
import { savedAt } from './saved-at.ts'
import { pagesOfSelection } from './selection.ts'

/** A session that fits. */
export interface Match {
  readonly row: SessionRow
  readonly facts: StoredFacts
  /** What JSON would not carry, where it was asked for; of a pair, of its row. null: it was not. */
  readonly audited: AuditedText | null
}

/** `audits`: what JSON would not carry is asked of each that fits. `alone`: counts what each rule fits by itself; null: there is but one. */
export type Asked = ReadyRules & { readonly audits: boolean; readonly alone: AloneCounts | null }

/** What one page came to. */
export interface FoundStep {
  readonly matches: readonly Match[]
  /** Of all that were examined, as the store tells them. */
  readonly ends: readonly (EpochMicros | null)[]
  readonly examined: number
  readonly unread: number
}

const PAGES_AT_ONCE = 4

/** Every session that fits, a page of the store at a time, in stored order; what keep-newest decides comes as it is decided. */
export async function* findMatches(source: SessionSource, rules: Asked, now: EpochMs, signal: AbortSignal): AsyncGenerator<FoundStep> {
  const newest = rules.keepNewest === null ? null : new NewestOfEach(rules.keepNewest)
  const order: WalkOrder = { by: rules.isGhosts ? 'rowless' : 'stored', direction: 'asc' }
  const pages = rules.selection === null ? readAhead(source, { order, withEtags: true }, signal) : pagesOfSelection(source, rules.selection, signal)
  const finding: Promise<PageFound>[] = []
  for await (const page of pages) {
    const found = findInPage(source, rules, page, now, signal)
    found.catch(() => undefined)
    finding.push(found)
    const first = finding.length < PAGES_AT_ONCE ? undefined : finding.shift()
    if (first !== undefined) yield toStep(await first, newest)
    throwIfAborted(signal)
  }
  for (const found of finding) yield toStep(await found, newest)
}

interface PageFound {
  /** All rows that count for keep-newest; without it, those that fit. */
  readonly seen: readonly (Match & { readonly fits: boolean })[]
  readonly ends: readonly (EpochMicros | null)[]
  readonly examined: number
  readonly unread: number
}

function toStep({ seen, ends, examined, unread }: PageFound, newest: NewestOfEach | null): FoundStep {
  const matches = newest === null ? seen : seen.flatMap((match) => newest.add(match))
  return { matches: matches.filter(({ fits }) => fits), ends, examined, unread }
}

async function findInPage(source: SessionSource, rules: Asked, page: StorePage, now: EpochMs, signal: AbortSignal): Promise<PageFound> {
  const facts = factsOf(source, page)
  const storedFits = facts.map((one) => rules.fitsStored(one))
  // Whoever keeps the newest has to see them all.
  const seesAll = rules.keepNewest !== null || rules.alone?.needsRows === true
  const isSeen = (index: number): boolean => seesAll || storedFits[index] === true
  const left = selectRows(page, isSeen)
  const leftFacts = facts.filter((_, index) => isSeen(index))
  const leftFits = storedFits.filter((_, index) => isSeen(index))
  const rows = left.keys.length === 0 ? [] : await readRows(source, left, { now, compare: false, logins: rules.asksLogin || rules.alone?.asksLogin === true }, signal)
  rules.alone?.add(facts, rows)
  // Of one whose data took too long nobody knows whether a rule of the data fits it.
  const isSlow = (row: SessionRow, index: number): boolean => row.unread === true && rules.readsRows && leftFits[index] === true
  const rowFits = rows.map((row, index) => leftFits[index] === true && !isSlow(row, index) && fitsRow(rules, row, leftFacts[index]))
  const { fits, unread } = await matchData(source, rules, left, { rowFits, now, signal })
  const audited = rules.audits && left.keys.length > 0 ? await auditLoaded(source, left, decodeContext(source, now), signal) : []
  return {
    seen: rows.flatMap((row, index) => {
      const one = leftFacts[index]
      const isFit = fits[index] === true
      return one === undefined || (!isFit && rules.keepNewest === null) ? [] : [{ row, facts: one, fits: isFit, audited: audited[index] ?? null }]
    }),
    ends: facts.map(({ expireDate }) => expireDate),
    examined: page.examined,
    unread: unread + rows.filter(isSlow).length,
  }
}

function fitsRow(rules: ReadyRules, row: SessionRow, facts: StoredFacts | undefined): boolean {
  return facts !== undefined && rules.fitsRow(row, facts)
}

async function matchData(source: SessionSource, rules: ReadyRules, page: StorePage, { rowFits, now, signal }: { readonly rowFits: readonly boolean[]; readonly now: EpochMs; readonly signal: AbortSignal }): Promise<{ readonly fits: readonly boolean[]; readonly unread: number }> {
  if (rules.data.length === 0 || !rowFits.includes(true)) return { fits: rowFits, unread: 0 }
  const asked = selectRows(page, (index) => rowFits[index] === true)
  const answers = await source.decoder.match(storedValues(asked), rules.data, decodeContext(source, now), signal)
  let next = 0
  return { fits: rowFits.map((fits) => fits && answers[next++] === true), unread: answers.filter((answer) => answer === null).length }
}

function factsOf(source: SessionSource, page: StorePage): readonly StoredFacts[] {
  const values = unpackBytes(page.data)
  const sizes = page.cache?.rowless === true ? page.cache.sizes : page.sizes
  const expireDates: readonly (EpochMicros | null)[] = page.cache?.rowless === true ? page.cache.expireDates : page.expireDates
  return page.keys.map((key, index) => {
    const expireDate = expireDates[index] ?? null
    return { key, etag: page.etags?.[index] ?? '', sizeBytes: sizes[index] ?? 0, expireDate, savedAt: savedAt(source, values[index] ?? new Uint8Array(), expireDate) }
  })
}
