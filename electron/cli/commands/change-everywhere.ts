import type { ChangeResult, PlannedChange } from '../../../shared/model/change.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { english, verbatim } from '../../../shared/words/reason.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { SearchedStore, UserSession } from '../../../shared/model/user-sessions.ts'
import { factsOf, inParts } from '../../../shared/model/user-sessions.ts'
import { say } from '../../../shared/words/say.ts'
import type { ChangeOptions, Context } from '../context.ts'
import { assertConfirmed, assertNamed } from '../context.ts'
import type { AsTyped } from '../output/as-typed.ts'
import { wholeSeconds } from '../output/json.ts'
import { planText, printable, undoHint } from '../output/text.ts'

export interface EverywhereOptions extends ChangeOptions {
  readonly user: string
  /** Stores on servers that may be connected to. */
  readonly connect?: readonly string[]
}

/** What came of it in one store, as `--json` has it. */
export interface StoreResult {
  readonly id: string
  readonly kind: SearchedStore['kind']
  readonly state: SearchedStore['state']
  readonly inUse: boolean
  readonly found: number
  readonly changed: number
  readonly reason: string | null
}

export interface EverywhereResult {
  readonly result: ChangeResult
  readonly matched: number
  readonly journals: readonly string[]
  readonly stores: readonly StoreResult[]
  readonly user: { readonly id: string; readonly username: string | null }
  /** Some store that the site uses was not looked through, or not written. */
  readonly isPartial: boolean
}

interface Found {
  readonly store: SearchedStore
  readonly sessions: UserSession[]
}

type Targets = Extract<PlannedChange, { kind: 'delete' }>['sessions']

/**
 * Changes every session of one user in every store of the source's project, each only as it was found. Servers that are not `connect`ed to
 * are named and left alone; a store that fails keeps no other from being done.
 * @throws CONFIRMATION_REQUIRED before anything is changed
 */
export async function changeEverywhere(context: Context, source: Source, change: (sessions: Targets) => PlannedChange, options: EverywhereOptions): Promise<EverywhereResult> {
  const { terminal } = context
  const { stores, user } = await look(context, source, options)
  terminal.err(`${printable(user.username === null ? `User ${user.id}` : `${user.username} (user ${user.id})`)}\n`)
  for (const one of stores) terminal.err(`${printable(lineOf(one))}\n`)
  const parts = stores.filter(({ store }) => store.readOnlyReason === null).flatMap((one) => inParts(one.sessions).map((sessions) => ({ id: one.store.id, sourceId: one.store.sourceId ?? source.id, change: change(sessions.map(({ key, ifEtag }) => ({ key, ifEtag }))), count: sessions.length })))
  const matched = stores.reduce((sum, { sessions }) => sum + sessions.length, 0)
  const total = new Total()
  if (options.dryRun !== true && parts.length > 0) {
    if (parts.length > 1 && typeof options.journal === 'string') throw new CoatcheckError('REQUEST_INVALID', verbatim(`These sessions are changed in ${parts.length} parts, with one journal each.`), { hint: verbatim('Leave --journal out.') })
    assertConfirmed(options)
    assertNamed(options, source, matched)
  }
  for (const part of parts) await carryOutPart(context, part, options.dryRun === true, total)
  return {
    result: total.result(matched), matched, journals: total.journals, user,
    stores: stores.map(({ store, sessions }) => ({ id: store.id, kind: store.kind, state: store.state, inUse: store.isUsed, found: sessions.length, changed: total.changedIn(store.id), reason: spoken(store.error?.reason ?? store.reason ?? (sessions.length > 0 ? store.readOnlyReason : null)) })),
    isPartial: stores.some(({ store, sessions }) => (store.isUsed && store.state !== 'searched') || (sessions.length > 0 && store.readOnlyReason !== null)),
  }
}

async function look({ client, terminal }: Context, source: Source, { user: wanted, connect = [] }: EverywhereOptions): Promise<{ readonly stores: readonly Found[]; readonly user: EverywhereResult['user'] }> {
  const stores = new Map<string, Found>()
  let user: EverywhereResult['user'] = { id: '', username: null }
  for await (const event of client.stream('users.sessions', { sourceId: source.id, user: wanted, connect: [...connect] }, terminal.signal)) {
    if (event.kind === 'stores') {
      user = { id: event.userId, username: event.owner?.username ?? null }
      for (const store of event.stores) stores.set(store.id, { store, sessions: [] })
    } else stores.set(event.store.id, { store: event.store, sessions: [...(stores.get(event.store.id)?.sessions ?? []), ...event.sessions] })
  }
  return { stores: [...stores.values()], user }
}

function lineOf({ store, sessions }: Found): string {
  // Opened alone, its id says nothing.
  const name = store.location === '' ? store.id : store.id === 'source' ? store.location : `${store.id} (${store.location})`
  if (store.state === 'ask') return say({ id: 'everywhere.cli.ask', params: { name, id: store.id } })
  const reason = spoken(store.error?.reason ?? store.reason)
  const found = store.state === 'left' ? say({ id: 'everywhere.cli.left', params: { name, reason: reason ?? '' } }) : say({ id: 'everywhere.cli.searched', params: { name, count: sessions.length } })
  const notes = [
    store.state === 'failed' ? (reason ?? '') : '',
    sessions.length > 0 && store.readOnlyReason !== null ? `${english(store.readOnlyReason)} ${say({ id: 'everywhere.locked', params: {} })}` : '',
    typeof store.ghosts === 'number' && store.ghosts > 0 ? say({ id: 'everywhere.ghosts', params: { count: store.ghosts } }) : '',
    store.ghosts === 'unlisted' ? say({ id: 'everywhere.ghostsUnlisted', params: {} }) : '',
    store.isIncomplete ? say({ id: 'everywhere.incomplete', params: {} }) : '',
    store.unread > 0 ? say({ id: 'everywhere.unread', params: { count: store.unread } }) : '',
  ]
  return [found, sessions.length === 0 ? '' : foundText(sessions), ...notes].filter((text) => text !== '').join(' ')
}

/** As the review of the window has it. English, as all of the command line. */
function foundText(sessions: readonly UserSession[]): string {
  const { live, expired, undecodable, oldestEnd, newestEnd } = factsOf(sessions)
  const counts = ([['live', live], ['expired', expired], ['undecodable', undecodable]] as const).flatMap(([state, count]) => (count === 0 ? [] : [say({ id: `everywhere.state.${state}`, params: { count } })]))
  const ends = oldestEnd === null || newestEnd === null ? [] : [say({ id: 'everywhere.ends', params: { from: wholeSeconds(oldestEnd) ?? '–', to: wholeSeconds(newestEnd) ?? '–' } })]
  return `${counts.join(', ')}${ends.map((text) => `; ${text}`).join('')}.`
}

export const undoHints = (journals: readonly string[], typed: AsTyped): string => journals.map((journal) => `${undoHint(journal, typed)}\n`).join('')

interface Part {
  readonly id: string
  readonly sourceId: string
  readonly change: PlannedChange
  readonly count: number
}

async function carryOutPart({ client, terminal }: Context, { id, sourceId, change, count }: Part, isDry: boolean, total: Total): Promise<void> {
  try {
    const plan = await client.call('changes.plan', { sourceId, change }, terminal.signal)
    terminal.err(`${planText(plan)}\n`)
    if (isDry) total.add(id, { changed: plan.count, failed: 0, outcomes: [], journal: null })
    else total.add(id, await client.call('changes.apply', { planId: plan.planId }, terminal.signal))
  } catch (error) {
    if (!(error instanceof CoatcheckError) || error.code === 'CANCELLED') throw error
    // None of them is as it was found any more.
    if (error.code === 'SESSION_GONE' || error.code === 'SESSION_CONFLICT') return
    terminal.err(`${id}: ${error.code}: ${printable(error.message)}\n`)
    total.add(id, { changed: 0, failed: count, outcomes: [], journal: null })
  }
}

class Total {
  #changed = new Map<string, number>()
  #failed = 0
  readonly journals: string[] = []
  readonly #outcomes: ChangeResult['outcomes'][number][] = []

  add(id: string, { changed, failed, outcomes, journal }: Pick<ChangeResult, 'changed' | 'failed' | 'outcomes' | 'journal'>): void {
    this.#changed.set(id, this.changedIn(id) + changed)
    this.#failed += failed
    this.#outcomes.push(...outcomes)
    if (journal !== null) this.journals.push(journal)
  }

  changedIn(id: string): number {
    return this.#changed.get(id) ?? 0
  }

  result(matched: number): ChangeResult {
    const changed = [...this.#changed.values()].reduce((sum, count) => sum + count, 0)
    return { changeId: null, outcomes: this.#outcomes, changed, failed: this.#failed, skipped: matched - changed - this.#failed, journal: this.journals.length === 1 ? (this.journals[0] ?? null) : null }
  }
}

const spoken = (reason: Reason | null): string | null => (reason === null ? null : english(reason))
