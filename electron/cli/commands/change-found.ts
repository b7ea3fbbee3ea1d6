import type { ChangeResult, PlannedChange } from '../../../shared/model/change.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Etag, SessionKey } from '../../../shared/model/session.ts'
import type { Source } from '../../../shared/model/source.ts'
import { say } from '../../../shared/words/say.ts'
import type { ChangeOptions, Context } from '../context.ts'
import { assertConfirmed, assertNamed } from '../context.ts'
import { planText, resultText } from '../output/text.ts'
import { assertListed, search } from '../search.ts'

interface Target {
  readonly key: SessionKey
  readonly ifEtag: Etag
}

/** What came of a change in several parts: `journals` holds one undo for each. */
export interface PartsResult {
  readonly result: ChangeResult
  readonly matched: number
  readonly journals: readonly string[]
}

/** One part is one change with one journal: as many as a plan takes, as long as their before-images stay small. */
const PART_SESSIONS = 10_000
const PART_BYTES = 8 * 1024 * 1024

/**
 * Changes every session that a query finds, each only as it was found: what the site saves meanwhile stays, and is counted as skipped.
 * @throws CONFIRMATION_REQUIRED before anything is changed; when a store fails between two parts, what was done is said first
 */
export async function changeFound(context: Context, source: Source, where: string, change: (sessions: Target[]) => PlannedChange, options: ChangeOptions): Promise<PartsResult> {
  const { client, terminal } = context
  assertListed(source)
  const parts = await findParts(context, source, where)
  const matched = parts.reduce((sum, { length }) => sum + length, 0)
  terminal.err(`${say({ id: 'cli.matched', params: { count: matched } })}\n`)
  if (source.capabilities.enumerate === 'incomplete') terminal.err(`${say({ id: 'cli.incomplete', params: {} })}\n`)
  const done = new Total()
  if (options.dryRun === true || matched === 0) {
    for (const part of parts) await planPart(context, source, change(part), done)
    return { result: done.result(matched), matched, journals: [] }
  }
  if (parts.length > 1 && typeof options.journal === 'string') throw new CoatcheckError('REQUEST_INVALID', `So many sessions are changed in ${parts.length} parts, with one journal each.`, { hint: 'Leave --journal out, or narrow the query.' })
  assertConfirmed(options)
  assertNamed(options, source, matched)
  if (source.lock === 'locked') await client.call('sources.unlock', { sourceId: source.id, name: source.name }, terminal.signal)
  try {
    for (const part of parts) {
      const planId = await planPart(context, source, change(part), null)
      if (planId !== null) done.add(await client.call('changes.apply', { planId }, terminal.signal))
    }
  } catch (error) {
    if (done.journals.length > 0) terminal.err(`${resultText(done.result(matched))}\n${undoHints(done.journals)}`)
    throw error
  }
  return { result: done.result(matched), matched, journals: done.journals }
}

export const undoHints = (journals: readonly string[]): string => journals.map((journal) => `Undo with: coatcheck undo ${journal} --yes\n`).join('')

/** Held in memory: keys and etags only. */
async function findParts(context: Context, source: Source, where: string): Promise<Target[][]> {
  const parts: Target[][] = []
  let bytes = 0
  for await (const { rows, etags } of search(context, { sourceId: source.id, where, order: { by: 'stored', direction: 'asc' }, withEtags: true })) {
    for (const [index, { key, sizeBytes }] of rows.entries()) {
      const part = parts.at(-1)
      const ifEtag = etags?.[index]
      if (ifEtag === undefined) throw new CoatcheckError('INTERNAL', 'A session was found without its etag.')
      if (part === undefined || part.length >= PART_SESSIONS || bytes + sizeBytes > PART_BYTES) {
        parts.push([{ key, ifEtag }])
        bytes = sizeBytes
      } else {
        part.push({ key, ifEtag })
        bytes += sizeBytes
      }
    }
  }
  return parts
}

/** null: none of these is as it was found any more. `dry` counts what would change. */
async function planPart({ client, terminal }: Context, source: Source, change: PlannedChange, dry: Total | null): Promise<string | null> {
  try {
    const plan = await client.call('changes.plan', { sourceId: source.id, change }, terminal.signal)
    terminal.err(`${planText(plan)}\n`)
    if (dry !== null) dry.changed += plan.count
    return plan.planId
  } catch (error) {
    if (error instanceof CoatcheckError && (error.code === 'SESSION_GONE' || error.code === 'SESSION_CONFLICT')) return null
    throw error
  }
}

class Total {
  changed = 0
  failed = 0
  readonly journals: string[] = []
  readonly #outcomes: ChangeResult['outcomes'][number][] = []

  add({ changed, failed, outcomes, journal }: ChangeResult): void {
    this.changed += changed
    this.failed += failed
    this.#outcomes.push(...outcomes)
    if (journal !== null) this.journals.push(journal)
  }

  result(matched: number): ChangeResult {
    const { changed, failed, journals } = this
    return { changeId: null, outcomes: this.#outcomes, changed, failed, skipped: matched - changed - failed, journal: journals.length === 1 ? (journals[0] ?? null) : null }
  }
}
