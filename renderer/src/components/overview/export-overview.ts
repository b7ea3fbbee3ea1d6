import type { Overview } from '../../../../shared/model/overview.ts'

/** All numbers of an overview. Session keys stay out: the file is for others to read. */
export function overviewJson(overview: Overview, source: string): string {
  const { sizeBytes: { total, largest }, now, ends, ...rest } = overview
  const moment = (at: number): string => new Date(at / 1000).toISOString()
  const dated = ends === null ? null : { ...ends, bins: ends.bins.map(({ from, to, ...counts }) => ({ from: moment(from), to: moment(to), ...counts })) }
  return `${JSON.stringify({ v: 1, report: 'overview', source, countedAt: moment(now), ...rest, sizeBytes: { total, largest }, ends: dated }, null, 2)}\n`
}

/** One number in a line: what it is about, its name, the query that finds the sessions. */
export function overviewCsv(overview: Overview): string {
  const moment = (at: number): string => new Date(at / 1000).toISOString()
  const lines: readonly (readonly (string | number)[])[] = [
    ['about', 'name', 'sessions', 'query'],
    ['total', '', overview.total, ''],
    ['examined', overview.isSample ? 'sample' : 'all', overview.examined, ''],
    ...overview.groups.flatMap(({ id, facets }) => facets.map((facet) => [id, facet.id, facet.sessions, facet.query])),
    ...overview.owners.map(({ id, username, sessions, query }) => ['owner', username ?? id, sessions, query ?? '']),
    ...overview.keys.map(({ name, sessions, query }) => ['key', name, sessions, query ?? '']),
    ...overview.losses.types.map(({ type, sessions }) => ['not JSON', type, sessions, '']),
    ...(overview.ends?.bins ?? []).flatMap(({ from, to, expired, live }) => [['ended', `${moment(from)}/${moment(to)}`, expired, ''], ['ends', `${moment(from)}/${moment(to)}`, live, '']]),
  ]
  return lines.map((line) => line.map(csvField).join(',')).join('\r\n') + '\r\n'
}

/** RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe: names in sessions are anybody's. */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
