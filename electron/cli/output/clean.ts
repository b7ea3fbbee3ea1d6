import type { CleanupException, CleanupReport, DryRun } from '../../../shared/model/cleanup.ts'
import type { EngineId } from '../../../shared/model/store.ts'
import { say } from '../../../shared/words/say.ts'
import { english } from '../../../shared/words/reason.ts'
import { isoTime, layerOf, wholeSeconds } from './json.ts'
import type { AsTyped } from './as-typed.ts'
import { countsText, printable, undoHint } from './text.ts'

export interface CleanFacts {
  /** null: a run of before that was taken up. */
  readonly dryRun: DryRun | null
  /** null: it stayed a dry run. */
  readonly report: CleanupReport | null
  readonly exceptions: readonly CleanupException[]
  readonly engine: EngineId
  readonly journal: string | null
  readonly elapsedMs: number
  readonly skipped: number
}

/** *bulk* of docs/cli.md, and what only a cleaning has. */
export function cleanJson({ dryRun, report, exceptions, engine, journal, elapsedMs, skipped }: CleanFacts): Record<string, unknown> {
  const matched = report?.counts.matched ?? dryRun?.matched ?? 0
  const changed = report?.counts.done ?? matched - skipped
  return {
    v: 1, matched, changed, failed: (report?.counts.failed ?? 0) + (report?.counts.unknown ?? 0), skipped, dryRun: report === null,
    layers: report?.layers ?? { [layerOf(engine)]: changed }, journal, elapsedMs,
    ...(report === null ? {} : { run: report.runId, state: report.state, counts: report.counts, exceptions: exceptions.map(({ key, outcome, reason }) => ({ key, outcome, reason })) }),
    ...(dryRun === null || report !== null ? {} : { found: foundJson(dryRun) }),
  }
}

function foundJson({ count, examined, unread, bytes, oldestEnd, newestEnd, users, anonymous, live, clearsessions, undo, wouldSkip, rules, alone, ends }: DryRun): Record<string, unknown> {
  return {
    exact: count === 'exact', examined, unread, bytes, oldestEnd: isoTime(oldestEnd), newestEnd: isoTime(newestEnd), users: users.count, anonymous, live,
    rules: rules.map(({ kind }, index) => ({ rule: kind, alone: alone[index] ?? null })),
    ends: ends === null ? null : { unit: ends.unit, bins: ends.bins.map(({ from, matched, stays }) => ({ from: binName(from, ends.unit), matched, stays })), before: ends.before, after: ends.after },
    clearsessions: clearsessions.wouldRemove, undo: { kind: undo.kind, bytes: undo.bytes }, wouldSkip: wouldSkip.map(({ sentence, sessions }) => ({ reason: say(sentence), sessions })),
  }
}

export function dryRunText(found: DryRun): string {
  const { matched, bytes, users, anonymous, oldestEnd, newestEnd } = found
  const facts = matched === 0 ? [] : [
    `  ${bytes} bytes; ${users.count} ${users.count === 1 ? 'user' : 'users'}, ${anonymous} ${anonymous === 1 ? 'session' : 'sessions'} of nobody${oldestEnd === null ? '' : `; ends from ${wholeSeconds(oldestEnd) ?? ''} to ${wholeSeconds(newestEnd) ?? ''}`}`,
    ...(found.rules.length < 2 ? [] : found.rules.map((_, index) => `    ${found.sentences[index] === undefined ? '' : say(found.sentences[index])}: ${found.alone[index] ?? 'not counted'} by this rule alone`)),
    ...endLines(found),
    ...found.layers.map(({ sentence, written }) => `  ${written ? '*' : ' '} ${say(sentence)}`),
    ...found.clearsessions.sentences.map((sentence) => `    ${say(sentence)}`),
    `    ${say(found.undo.sentence)}`,
    ...found.wouldSkip.map(({ sentence, sessions }) => `  ! ${sessions}: ${say(sentence)}`),
  ]
  return [
    say({ id: 'cli.matched', params: { count: matched } }), ...(found.nothing === null ? [] : [say(found.nothing)]), ...facts,
    ...found.warnings.map((sentence) => `  ! ${say(sentence)}`),
  ].map(printable).join('\n')
}

const BAR = 30

/** Sessions that fit, by when they end; one line is no picture. */
function endLines({ ends }: DryRun): readonly string[] {
  if (ends === null) return []
  const isFilled = ({ matched }: { readonly matched: number }): boolean => matched > 0
  const bins = ends.bins.slice(Math.max(0, ends.bins.findIndex(isFilled)), ends.bins.findLastIndex(isFilled) + 1)
  if (bins.length < 2) return []
  const [before, after] = [ends.before.matched, ends.after.matched]
  const most = Math.max(1, ...bins.map(({ matched }) => matched))
  const width = String(most).length
  return [
    `    by ${ends.unit} of their end:`,
    ...(before === 0 ? [] : [`      before that  ${before}`]),
    ...bins.map(({ from, matched }) => `      ${binName(from, ends.unit)}  ${String(matched).padStart(width)}  ${'#'.repeat(Math.ceil((matched / most) * BAR))}`.trimEnd()),
    ...(after === 0 ? [] : [`      after that  ${after}`]),
  ]
}

const binName = (from: number, unit: 'month' | 'year'): string => new Date(from).toISOString().slice(0, unit === 'year' ? -20 : -17)

const MOST_LINES = 100

export function runText({ counts, state, kind }: CleanupReport, exceptions: readonly CleanupException[], journal: string | null, typed: AsTyped): string {
  const skipped = counts.matched - counts.done - counts.failed - counts.unknown - counts.left
  return [
    `${countsText({ changed: counts.done, skipped, failed: counts.failed + counts.unknown }, { isDry: false, isUndo: kind === 'undo' })}${counts.left === 0 ? '' : `, ${counts.left} not reached (${state})`}.`,
    ...exceptions.slice(0, MOST_LINES).map(({ key, outcome, reason }) => `  ${printable(key)}: ${outcome}${reason === null ? '' : ` (${printable(english(reason))})`}`),
    ...(exceptions.length > MOST_LINES ? [`  and ${exceptions.length - MOST_LINES} more; --json lists all.`] : []),
    ...(journal === null || kind === 'undo' ? [] : [undoHint(journal, typed)]),
  ].join('\n')
}
