import type { ExpirySetting } from '../../../shared/model/change.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { CleanupAction, CleanupException, CleanupReport, CleanupRule, DryRun } from '../../../shared/model/cleanup.ts'
import type { Source } from '../../../shared/model/source.ts'
import { say } from '../../../shared/words/say.ts'
import type { ChangeOptions, Context } from '../context.ts'
import { assertConfirmed, assertNamed } from '../context.ts'
import { readDuration } from '../duration.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { keptKeys, ofCopy, openCopyTo } from '../copied-run.ts'
import type { CopyToOptions } from '../keys.ts'
import { cleanJson } from '../output/clean.ts'
import { asTyped } from '../output/as-typed.ts'
import { dryRunText, runText } from '../output/clean.ts'
import { resultText } from '../output/text.ts'
import { markPlace } from '../search.ts'

/** Which sessions, by rules; all that are given have to hold. */
export interface RuleOptions {
  readonly where?: string
  readonly expired?: boolean
  readonly anonymous?: boolean
  readonly empty?: boolean
  readonly undecodable?: boolean
  readonly ghosts?: boolean
  readonly olderThan?: string
  readonly owner?: string[]
  readonly keepNewest?: string
  readonly largerThan?: string
}

export interface CleanOptions extends ChangeOptions, RuleOptions, CopyToOptions {
  /** Of `undo`: only these. */
  readonly key?: string[]
  /** As fast as it goes, whoever waits. */
  readonly fullSpeed?: boolean
  /** Leave to go on where the journal is full. */
  readonly partialUndo?: boolean
}

const PAGE = 500
/** Not the terminal's: what is under way is stopped in order, and reported. */
const { signal: unstopped } = new AbortController()

/** @throws REQUEST_INVALID for what is no number or duration, and for an empty query, which would mean every session */
export function readRules(options: RuleOptions): readonly CleanupRule[] {
  const { where, olderThan, owner, keepNewest, largerThan } = options
  if (where?.trim() === '') throw new CoatcheckError('REQUEST_INVALID', verbatim('An empty query means every session, which is not changed by accident.'), { hint: verbatim('Write key:* to mean all of them.') })
  return [
    ...(['expired', 'anonymous', 'empty', 'undecodable', 'ghosts'] as const).flatMap((kind): CleanupRule[] => (options[kind] === true ? [{ kind }] : [])),
    ...(where === undefined ? [] : [{ kind: 'query', where } as const]),
    ...(olderThan === undefined ? [] : [{ kind: 'older-than', seconds: readDuration(olderThan) } as const]),
    ...(owner === undefined ? [] : [{ kind: 'owners', users: owner } as const]),
    ...(keepNewest === undefined ? [] : [{ kind: 'keep-newest', count: readCount(keepNewest, '--keep-newest') } as const]),
    ...(largerThan === undefined ? [] : [{ kind: 'size-over', bytes: readCount(largerThan, '--larger-than') } as const]),
  ]
}

export const expireAction = (expiry: ExpirySetting): CleanupAction => ({ kind: 'expire', expiry })

/** Dry run, the yes, run, report. What the site saves meanwhile stays as it is, and is counted. */
export async function clean(context: Context, source: Source, what: { readonly rules: readonly CleanupRule[]; readonly action: CleanupAction }, options: CleanOptions): Promise<ExitCode> {
  const { client, terminal } = context
  const started = performance.now()
  const found = await look(context, source, what)
  terminal.err(`${dryRunText(found)}\n`)
  if (options.dryRun === true || found.matched === 0) {
    const skipped = found.wouldSkip.reduce((sum, { sessions }) => sum + sessions, 0)
    if (options.json === true) terminal.out(`${JSON.stringify(cleanJson({ dryRun: found, report: null, exceptions: [], engine: source.engine, journal: null, elapsedMs: Math.round(performance.now() - started), skipped }))}\n`)
    else terminal.out(`${resultText({ changed: found.matched - skipped, skipped, failed: 0, outcomes: [], journal: null }, { isDry: options.dryRun === true, isUndo: false, typed: asTyped(terminal.env) })}\n`)
    return EXIT.done
  }
  assertConfirmed(options)
  assertNamed(options, source, found.matched)
  await client.call('cleanup.start', {
    dryRunId: found.dryRunId, pace: options.fullSpeed === true ? 'full' : 'gentle', undo: options.journal !== false, partialUndo: options.partialUndo === true,
    ...(found.confirmName === null ? {} : { name: source.name }),
  }, terminal.signal)
  const report = await follow(context, found.dryRunId)
  return tell(context, report, { dryRun: found, engine: source.engine, started, options })
}

async function look({ client, terminal }: Context, source: Source, { rules, action }: { readonly rules: readonly CleanupRule[]; readonly action: CleanupAction }): Promise<DryRun> {
  let found: DryRun | null = null
  try {
    for await (const step of client.stream('cleanup.dryRun', { sourceId: source.id, rules: [...rules], action }, terminal.signal)) found = step.dryRun
  } catch (error) {
    const where = rules.find((rule) => rule.kind === 'query')?.where
    if (error instanceof CoatcheckError && error.details.position !== undefined && where !== undefined) terminal.err(markPlace(where, error.details.position, error.details.length ?? 1))
    throw error
  }
  if (found === null) throw new CoatcheckError('INTERNAL', verbatim('The dry run ended without a result.'))
  return found
}

/** To its end, or to SIGINT, which stops it in order. */
async function follow({ client, terminal }: Context, runId: string): Promise<CleanupReport> {
  const stop = (): void => void client.call('cleanup.stop', { runId }, unstopped).catch(() => undefined)
  terminal.signal.addEventListener('abort', stop, { once: true })
  if (terminal.signal.aborted) stop()
  try {
    for await (const { reason, state } of client.stream('cleanup.watch', { runId }, unstopped)) if (state === 'waiting' && reason !== null) terminal.err(`${say(reason)}\n`)
    return await client.call('cleanup.report', { runId }, unstopped)
  } finally {
    terminal.signal.removeEventListener('abort', stop)
  }
}

interface Told {
  /** null: a run of before. */
  readonly dryRun: DryRun | null
  readonly engine: Source['engine']
  readonly started: number
  readonly options: ChangeOptions
}

async function tell(context: Context, report: CleanupReport, { dryRun, engine, started, options }: Told): Promise<ExitCode> {
  const { client, terminal } = context
  const exceptions: CleanupException[] = []
  for (let offset = 0; offset < report.exceptions || (report.kind === 'undo' && offset === 0); offset += PAGE) {
    const page = await client.call('cleanup.exceptions', { runId: report.runId, offset, limit: PAGE }, unstopped)
    exceptions.push(...page.exceptions)
    if (offset + PAGE >= page.total) break
  }
  const journal = report.keptUntil === null && report.counts.left === 0 ? null : typeof options.journal === 'string' ? options.journal : report.folder
  const { counts } = report
  if (options.json === true) terminal.out(`${JSON.stringify(cleanJson({ dryRun, report, exceptions, engine, journal, elapsedMs: Math.round(performance.now() - started), skipped: counts.matched - counts.done - counts.failed - counts.unknown - counts.left }))}\n`)
  else terminal.out(`${runText(report, exceptions, journal, asTyped(terminal.env))}\n`)
  if (report.state === 'stopped') return EXIT.interrupted
  if (report.state === 'interrupted') {
    terminal.err(`coatcheck: ${report.reason === null ? 'The run was interrupted.' : say(report.reason)} Go on with: ${asTyped(terminal.env)('resume', journal ?? report.folder, '--yes')}\n`)
    return EXIT.failed
  }
  return counts.failed + counts.unknown + counts.changed + counts.exists > 0 ? EXIT.partly : EXIT.done
}

/** `undo FOLDER`, `resume FOLDER`: a run of before, in whose folder the runs of this program are. */
export async function takeUp(context: Context, runId: string, kind: 'undo' | 'resume', options: CleanOptions): Promise<ExitCode> {
  const { client, terminal, secrets, keys } = context
  const started = performance.now()
  const before = await client.call('cleanup.report', { runId }, terminal.signal)
  const source = await client.call('sources.open', { target: before.target, ...secrets, ...(keys === undefined ? {} : { keys }) }, terminal.signal)
  const written = before.copyTarget === null ? source : await openCopyTo(context, before.copyTarget, options)
  const chosen = kind === 'undo' && options.key !== undefined ? await keptKeys(context, before, options.key) : null
  const count = chosen?.length ?? (kind === 'undo' ? before.undoable : before.resumable)
  terminal.err(kind === 'undo' ? `${count} would go back to what they were.\n` : `${count} are left, or failed and are tried again, of ${before.counts.matched}.\n`)
  if (options.dryRun === true) {
    const facts = { v: 1, matched: count, changed: count, failed: 0, skipped: 0, dryRun: true, layers: {}, journal: before.folder, elapsedMs: Math.round(performance.now() - started) }
    terminal.out(options.json === true ? `${JSON.stringify(facts)}\n` : `${resultText({ changed: count, skipped: 0, failed: 0, outcomes: [], journal: null }, { isDry: true, isUndo: kind === 'undo' || before.kind === 'undo', typed: asTyped(terminal.env) })}\n`)
    return EXIT.done
  }
  assertConfirmed(options)
  assertNamed(options, written, count)
  const name = written.environment === 'local' && written.lock !== 'locked' ? {} : { name: written.name }
  const pace = options.fullSpeed === true ? 'full' : 'gentle'
  if (kind === 'undo') await client.call('cleanup.undo', { runId, pace, ...name, ...(chosen === null ? {} : { keys: chosen }) }, terminal.signal)
  else await client.call('cleanup.resume', { runId, pace, ...name }, terminal.signal).catch((error: unknown) => { throw ofCopy(error, before) })
  return tell(context, await follow(context, runId), { dryRun: null, engine: written.engine, started, options })
}

function readCount(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CoatcheckError('REQUEST_INVALID', verbatim(`${option} takes a number, not "${text}".`))
  return Number(text)
}
