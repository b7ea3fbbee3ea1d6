import type { Facet, FacetGroupId, Overview, OverviewSigner } from '../../../../shared/model/overview.ts'
import { formatBin, formatEdge } from '../../format/bin-times.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/count.ts'
import { fallbackNumber } from './facet-words.ts'

/** `t` of vue-i18n. */
type Say = (id: string, params: Readonly<Record<string, string | number>>, plural?: number) => string

const say = (t: Say, id: string, params: Readonly<Record<string, string | number>> = {}, plural = 1): string => t(`overview.summary.${id}`, params, plural)
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 100))

export function facetsOf({ groups }: Overview, id: FacetGroupId): readonly Facet[] {
  return groups.find((group) => group.id === id)?.facets ?? []
}

export function countOf(overview: Overview, group: FacetGroupId, id: string): number {
  return facetsOf(overview, group).find((facet) => facet.id === id)?.sessions ?? 0
}

/** Live and ended ones by their date alone, of every session. null: only a part was looked at. */
function datedTotals({ ends }: Overview): { readonly live: number; readonly expired: number } | null {
  if (ends === null || !ends.isExact) return null
  return ends.bins.reduce((sum, { live, expired }) => ({ live: sum.live + live, expired: sum.expired + expired }), { live: ends.after, expired: ends.before })
}

/** What the page says first. */
export function summaryTitle(overview: Overview, t: Say): string {
  const { total, examined, isSample, phase } = overview
  const params = { total: formatCount(total), examined: formatCount(examined), live: formatCount(countOf(overview, 'state', 'live')) }
  const dated = isSample || phase === 'counting' ? datedTotals(overview) : null
  if (dated !== null) return say(t, 'titleDates', { ...params, total: formatCount(dated.live + dated.expired), live: formatCount(dated.live) })
  if (phase === 'counting') return say(t, 'titleCounting', params)
  if (total === 0) return say(t, 'titleEmpty')
  return say(t, isSample ? 'titleSample' : 'title', params, total)
}

export function summaryLead(overview: Overview, t: Say): string {
  const { examined, people, isSample } = overview
  if (examined === 0) return ''
  const owned = countOf(overview, 'visitor', 'signed-in')
  const dated = isSample ? datedTotals(overview) : null
  const past = dated === null ? percent(countOf(overview, 'state', 'expired'), examined) : percent(dated.expired, dated.live + dated.expired)
  return [owned === 0 ? say(t, 'nobody') : say(t, 'people', { sessions: formatCount(owned), people: formatCount(people) }, people), past === 0 ? say(t, 'pastNone') : say(t, 'past', { share: past })].join(' ')
}

/** In what time nine of ten live ones end. */
export function endsTitle({ ends, now }: Overview, t: Say): string {
  const live = ends?.bins.reduce((sum, bin) => sum + bin.live, ends.after) ?? 0
  const all = ends?.bins.reduce((sum, bin) => sum + bin.expired, live + ends.before) ?? 0
  if (ends === null || all === 0) return say(t, 'when')
  if (live < all / 2) return say(t, 'whenPast')
  let passed = 0
  const enough = ends.bins.find((bin) => (passed += bin.live) >= live * 0.9)
  return enough === undefined ? say(t, 'when') : say(t, 'whenMost', { span: spanOf(enough.to - now, t) })
}

/** Rounded up, as a sentence needs it: `19 days`, `30 hours`. */
function spanOf(micros: number, t: Say): string {
  const hours = Math.ceil(micros / 3_600_000_000)
  return hours > 48 ? say(t, 'days', { count: Math.ceil(hours / 24) }) : say(t, 'hours', { count: hours }, hours)
}

export function peakNote({ ends, now }: Overview, t: Say): string | null {
  const peak = ends?.bins.toSorted((a, b) => b.live + b.expired - a.live - a.expired)[0]
  return peak === undefined ? null : say(t, 'peak', { bin: formatBin(peak, now), count: formatCount(peak.live + peak.expired) })
}

export function ownersTitle(overview: Overview, t: Say): string {
  const share = percent(countOf(overview, 'visitor', 'signed-in'), overview.examined)
  return share === 0 ? say(t, 'whoseNobody') : say(t, 'whoseSigned', { share })
}

/** Of sessions that cannot be read nobody knows whose they are. null: all can be. */
export function ownersNote(overview: Overview, t: Say): string | null {
  const unread = overview.examined - facetsOf(overview, 'visitor').reduce((sum, { sessions }) => sum + sessions, 0)
  return unread <= 0 ? null : say(t, 'ownersUnread', { count: formatCount(unread) }, unread)
}

/** The fallback whose removal would log out most. */
function worstFallback({ signers }: Overview): { readonly signer: OverviewSigner; readonly number: number } | null {
  const found = signers.flatMap((signer) => {
    const number = fallbackNumber(signer.name)
    return number === null || signer.people === 0 ? [] : [{ signer, number }]
  })
  return found.toSorted((a, b) => b.signer.people - a.signer.people)[0] ?? null
}

export function keysTitle(overview: Overview, t: Say): string {
  const worst = worstFallback(overview)
  if (worst !== null) return say(t, 'keysLogOut', { number: worst.number, people: formatCount(worst.signer.people) }, worst.signer.people)
  return overview.examined > 0 && countOf(overview, 'signed', 'SECRET_KEY') === overview.examined ? say(t, 'keysCurrent') : say(t, 'keys')
}

export function keysNote(overview: Overview, t: Say): string | null {
  const end = worstFallback(overview)?.signer.lastEnd ?? null
  return end === null ? null : say(t, 'lastEnd', { date: formatEdge(Math.floor(end / 86_400_000_000) * 86_400_000_000, overview.now) })
}

export function lossesTitle({ losses: { pickled, affected } }: Overview, t: Say): string {
  if (pickled === 0) return say(t, 'losses')
  return affected === 0 ? say(t, 'lossesNone') : say(t, 'lossesSome', { count: formatCount(affected) }, affected)
}

export function lossesNote({ losses: { pickled, affected } }: Overview, t: Say): string {
  return pickled === 0 ? say(t, 'noPickles') : say(t, 'lossesConvert', { count: formatCount(pickled - affected), pickled: formatCount(pickled) })
}

export function sizesTitle(overview: Overview, t: Say): string {
  const large = countOf(overview, 'size', 'over-4k')
  return large * 100 < overview.examined ? say(t, 'sizesSmall') : say(t, 'sizesLarge', { count: formatCount(large) }, large)
}

export function sizesNote({ sizeBytes }: Overview, t: Say): string {
  return say(t, 'largest', { size: formatBytes(sizeBytes.largest), total: formatBytes(sizeBytes.total) })
}

const averageOf = ({ sessions, sizeBytes }: Facet): number => (sessions === 0 ? 0 : sizeBytes / sessions)

/** Bytes of a session on average, by how long ago it was saved. */
export function ageAverages(overview: Overview): readonly { readonly id: string; readonly bytes: number; readonly query: string }[] {
  return facetsOf(overview, 'age').filter(({ sessions }) => sessions > 0).map((facet) => ({ id: facet.id, bytes: Math.round(averageOf(facet)), query: facet.query }))
}

export function agesTitle(overview: Overview, t: Say): string {
  const averages = ageAverages(overview)
  const [first, last] = [averages[0]?.bytes ?? 0, averages.at(-1)?.bytes ?? 0]
  if (averages.length < 2 || Math.abs(last - first) < first / 10) return say(t, 'ages')
  return say(t, last > first ? 'agesGrow' : 'agesShrink')
}
