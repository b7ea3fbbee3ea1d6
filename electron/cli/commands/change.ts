import type { ChangePlan, ChangeResult, PlannedChange } from '../../../shared/model/change.ts'
import type { CleanupAction } from '../../../shared/model/cleanup.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import type { ChangeOptions, Context, Running } from '../context.ts'
import { assertConfirmed, assertNamed, inContext, openSource, readConfirmation } from '../context.ts'
import type { ExpiryOptions } from '../duration.ts'
import { readExpiry, readExpiryWord } from '../duration.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { changeEverywhere, undoHints } from './change-everywhere.ts'
import type { CleanOptions } from './clean.ts'
import { clean, expireAction, readRules, takeUp } from './clean.ts'
import { bulkJson, detailJson } from '../output/json.ts'
import { asTyped } from '../output/as-typed.ts'
import { planText, printable, resultText } from '../output/text.ts'
import { assertFree, findRun } from '../run-argument.ts'
import { findSession, noSuchSession } from './show.ts'

export interface SetOptions extends ChangeOptions {
  readonly data?: string
  readonly merge?: string
  readonly expire?: string
  readonly ifEtag?: string
}

export function set(running: Running, sourceText: string, key: string, options: SetOptions): Promise<ExitCode> {
  return inContext(running, options, 0, async (context) => {
    if ((options.data === undefined) === (options.merge === undefined)) throw new CoatcheckError('REQUEST_INVALID', verbatim('Give either --data - or --merge -, with JSON on standard input.'))
    const given = readDict(await readGiven(context, options.data ?? options.merge ?? '-'))
    const source = await openSource(context, sourceText)
    const before = await findSession(context, source, key)
    if (before === null) throw noSuchSession(asTyped(context.terminal.env))
    const data = options.merge === undefined ? given : merge(before.text.data, given)
    const change: PlannedChange = {
      kind: 'edit', key, ifEtag: options.ifEtag ?? before.etag,
      data: formatNotation(data, { interchange: false }),
      expiry: options.expire === undefined ? null : readExpiryWord(options.expire),
    }
    return carryOut(context, source, change, options, async () => {
      const after = await findSession(context, source, key)
      if (after === null) return ''
      const cookie = source.engine === 'signed_cookies' ? cookiePair(key, after.text.text, source) : null
      if (cookie !== null && options.json !== true) context.terminal.out(`${printable(cookie)}\n`)
      return `,"session":${detailJson(after, source.engine)}${cookie === null ? '' : `,"cookie":${JSON.stringify(cookie)}`}`
    })
  })
}

/** Name and new value, as they go into a `Cookie` header: the only way out of a jar. */
function cookiePair(key: string, value: string, source: Source): string {
  const name = /^[^@#/]+/.exec(key)?.[0] ?? source.cookieName
  return `${name}=${value}`
}

/** Which sessions: keys, what rules find, or one user's in every store of a project. */
interface WhichOptions extends CleanOptions {
  readonly user?: string
  readonly everywhere?: boolean
  /** Ids of stores of the project. */
  readonly connect?: readonly string[]
}

export function expire(running: Running, sourceText: string, keys: readonly string[], options: WhichOptions & ExpiryOptions): Promise<ExitCode> {
  const expiry = readExpiry(options) ?? { kind: 'now' }
  return changeMany(running, sourceText, keys, { one: (sessions) => ({ kind: 'expire', sessions, expiry }), action: expireAction(expiry) }, options)
}

export function remove(running: Running, sourceText: string, keys: readonly string[], options: WhichOptions): Promise<ExitCode> {
  return changeMany(running, sourceText, keys, { one: (sessions) => ({ kind: 'delete', sessions }), action: { kind: 'delete' } }, options)
}

/** The same for a few by their keys, and for what rules find. */
interface Deed {
  readonly one: (sessions: Extract<PlannedChange, { kind: 'delete' }>['sessions']) => PlannedChange
  readonly action: CleanupAction
}

async function changeMany(running: Running, sourceText: string, keys: readonly string[], { one, action }: Deed, options: WhichOptions): Promise<ExitCode> {
  if (options.everywhere === true || options.user !== undefined || options.connect !== undefined) return inContext(running, options, 0, (context) => changeOfUser(context, sourceText, keys, one, options))
  const rules = keys.length > 0 && options.where === undefined && options.expired !== true ? [] : readRules(options)
  if ((keys.length > 0) === (rules.length > 0) || (options.where !== undefined && options.expired === true)) throw new CoatcheckError('REQUEST_INVALID', verbatim('Say which sessions: by their keys, or by rules.'), { hint: verbatim('Give KEY… or --where QUERY, --expired…, one of them.') })
  if (rules.length > 0) assertFree(options.journal)
  return inContext(running, options, rules.length > 0 ? 1 : 0, async (context) => {
    const source = await openSource(context, sourceText)
    return rules.length > 0 ? clean(context, source, { rules, action }, options) : carryOut(context, source, one(keys.map((key) => ({ key, ifEtag: null }))), options)
  })
}

/** Goes on with a run that was stopped, killed or cut off. */
export function resume(running: Running, path: string, options: CleanOptions): Promise<ExitCode> {
  const run = findRun(path)
  if (run === null) throw new CoatcheckError('JOURNAL_INVALID', verbatim('There is no run in this folder.'), { hint: verbatim('Give the folder that the run has printed as its journal.'), subject: path })
  return inContext(running, { ...options, runsFolder: run.folder }, 1, (context) => takeUp(context, run.runId, 'resume', options))
}

/** `--user NAME --everywhere`: all sessions of one user, in every store of the project. */
async function changeOfUser(context: Context, sourceText: string, keys: readonly string[], change: Deed['one'], options: WhichOptions): Promise<ExitCode> {
  const { user } = options
  if (user === undefined || options.everywhere !== true) throw new CoatcheckError('REQUEST_INVALID', verbatim('--everywhere takes --user NAME, and --user takes --everywhere.'), { hint: verbatim('For one store: --where user:NAME.') })
  if (keys.length > 0 || readRules(options).length > 0) throw new CoatcheckError('REQUEST_INVALID', verbatim('--everywhere means all sessions of the user: no keys and no rules go with it.'))
  const started = performance.now()
  const source = await openSource(context, sourceText)
  const { result, matched, journals, stores, user: whose, isPartial } = await changeEverywhere(context, source, change, { ...options, user })
  if (journals.length > 1 && options.json !== true) context.terminal.err(undoHints(journals, asTyped(context.terminal.env)))
  const exit = report(context, source, result, matched, started, options, `,"user":${JSON.stringify(whose)},"stores":${JSON.stringify(stores)}${journals.length > 1 ? `,"journals":${JSON.stringify(journals)}` : ''}`)
  return isPartial ? EXIT.partly : exit
}

export function undo(running: Running, path: string, options: CleanOptions): Promise<ExitCode> {
  const run = findRun(path)
  if (run !== null) return inContext(running, { ...options, runsFolder: run.folder }, 0, (context) => takeUp(context, run.runId, 'undo', options))
  if (options.key !== undefined) throw new CoatcheckError('REQUEST_INVALID', verbatim('--key goes with the folder of a run; the journal of one change is undone whole.'))
  return inContext(running, options, 0, async (context) => {
    const { client, terminal, secrets } = context
    const started = performance.now()
    const dry = await client.call('changes.undoJournal', { path, apply: false, ...secrets }, terminal.signal)
    if (options.dryRun === true) return report(context, null, dry, dry.changed, started, options)
    terminal.err(`${dry.changed} would go back to what they were.\n`)
    assertConfirmed(options)
    const confirmed = readConfirmation(options)
    if (confirmed !== null && confirmed.count !== dry.changed) throw new CoatcheckError('CONFIRMATION_REQUIRED', verbatim(`Nothing was changed: ${dry.changed} would go back, not ${confirmed.count}.`))
    const unlock = confirmed === null ? {} : { unlock: confirmed.name }
    const result = await client.call('changes.undoJournal', { path, apply: true, ...unlock, ...secrets }, terminal.signal)
    return report(context, null, result, dry.changed, started, options)
  })
}

/** Plan, show, ask for the yes, apply: the same for every change. */
export async function carryOut(context: Context, source: Source, change: PlannedChange, options: ChangeOptions, extra: (result: ChangeResult) => Promise<string> = async () => ''): Promise<ExitCode> {
  const { client, terminal } = context
  const started = performance.now()
  const planned = (): Promise<ChangePlan> => client.call('changes.plan', { sourceId: source.id, change }, terminal.signal)
  let plan = await planned()
  terminal.err(`${planText(plan)}\n`)
  const asked = change.kind === 'edit' || change.kind === 'create' ? 1 : change.sessions.length
  if (options.dryRun === true) return report(context, source, { changeId: null, outcomes: [], changed: plan.count, failed: 0, skipped: asked - plan.count, journal: null }, asked, started, options)
  assertConfirmed(options)
  assertNamed(options, source, plan.count)
  if (source.lock === 'locked') {
    await client.call('sources.unlock', { sourceId: source.id, name: source.name }, terminal.signal)
    // What was planned while it was locked is bound to the locked store; the rest is as it was, or is refused.
    plan = await planned()
    assertNamed(options, source, plan.count)
  }
  const result = await client.call('changes.apply', { planId: plan.planId }, terminal.signal)
  return report(context, source, { ...result, skipped: asked - result.changed - result.failed }, asked, started, options, await extra(result))
}

function report(context: Context, source: Source | null, result: ChangeResult, matched: number, started: number, options: ChangeOptions, extra = ''): ExitCode {
  const { terminal } = context
  const facts = { matched, dryRun: options.dryRun === true, elapsedMs: Math.round(performance.now() - started), engine: source?.engine ?? null }
  if (options.json === true) terminal.out(`${JSON.stringify(bulkJson(result, facts)).slice(0, -1)}${extra}}\n`)
  else terminal.out(`${resultText(result, { isDry: options.dryRun === true, isUndo: source === null, typed: asTyped(terminal.env) })}\n`)
  const conflicts = result.outcomes.some((item) => item.outcome === 'conflict' || item.outcome === 'exists')
  return result.failed > 0 || conflicts ? EXIT.partly : EXIT.done
}

export async function readGiven(context: Context, place: string): Promise<string> {
  if (place !== '-') throw new CoatcheckError('REQUEST_INVALID', verbatim('Session data comes on standard input: write --data - or --merge -.'), { hint: verbatim('Arguments can be read by every user of this machine.') })
  return context.terminal.readInput()
}

export function readDict(text: string): DictNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', verbatim(`${parsed.message} (at character ${parsed.position})`), { position: parsed.position, hint: verbatim('Correct the JSON on standard input.') })
  if (parsed.node.kind !== 'dict') throw new CoatcheckError('DATA_INVALID', verbatim('Session data is an object, {…}.'), { position: 0 })
  return parsed.node
}

/** Top-level keys of `given` replace or join those that are there. */
function merge(stored: string | null, given: DictNode): DataNode {
  const before = stored === null ? null : parseNotation(stored)
  if (before?.ok !== true || before.node.kind !== 'dict') throw new CoatcheckError('DATA_CORRUPT', verbatim('The stored data cannot be read, so nothing can be merged into it.'), { hint: verbatim('Use --data - to replace it whole.') })
  const name = (key: DataNode): string | null => (key.kind === 'str' ? key.value : null)
  const fresh = new Map(given.entries.map((entry) => [name(entry.key), entry]))
  const kept = before.node.entries.map((entry) => {
    const replacement = fresh.get(name(entry.key))
    fresh.delete(name(entry.key))
    return replacement ?? entry
  })
  return { kind: 'dict', entries: [...kept, ...fresh.values()] }
}
