import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { SessionStore, StoreDescription } from '../session-store.ts'
import { createAbsentStore } from './absent-store.ts'
import { PairReader, listsCopies } from './pair-reader.ts'
import { PairWriter } from './pair-writer.ts'

/** A tunnel that leads nowhere. One that waits for people is another matter. */
const NO_WAY: readonly ErrorCode[] = ['SSH_UNREACHABLE', 'SSH_FORWARD']

/** A cache that cannot be opened leaves the rows, as it leaves them to Django; what keeps it away is said with every session. */
export async function openPair(openRows: () => Promise<SessionStore>, openCache: () => Promise<SessionStore>): Promise<SessionStore> {
  const rows = await openRows()
  try {
    return createPairStore(rows, await openCache())
  } catch (error) {
    if (error instanceof CoatcheckError && (error.code.startsWith('CONNECT_') || NO_WAY.includes(error.code))) return createPairStore(rows, createAbsentStore(error))
    await rows[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * Django's cached_db (django/contrib/sessions/backends/cached_db.py): rows, and copies in a cache that Django reads first. Sessions are
 * those of the rows, in their order; each is shown with both layers. Copies without a row are a walk of their own (`rowless`).
 * Owns both stores: they are closed with it.
 */
export function createPairStore(rows: SessionStore, cache: SessionStore): SessionStore {
  const reader = new PairReader(rows, cache)
  const writer = new PairWriter(rows, cache, reader)
  let closed: Promise<void> | null = null
  const begin = (signal: AbortSignal): void => {
    throwIfAborted(signal)
    if (closed !== null) throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }
  async function close(): Promise<void> {
    await reader.close()
    await Promise.all([rows[Symbol.asyncDispose](), cache[Symbol.asyncDispose]()])
  }

  return {
    async describe(signal) {
      begin(signal)
      return describePair(await rows.describe(signal), await cache.describe(signal))
    },
    async listPage(query, signal) {
      begin(signal)
      return reader.page(query, signal)
    },
    async read(key, signal) {
      begin(signal)
      return reader.read(key, signal)
    },
    async* tally(query, signal) {
      begin(signal)
      yield* reader.tally(query, signal)
    },
    async write(edit, signal) {
      begin(signal)
      return writer.write(edit, signal)
    },
    async writeMany(edits, signal) {
      begin(signal)
      const outcomes: KeyOutcome[] = []
      for (const edit of edits) outcomes.push(await writer.write(edit, signal))
      return outcomes
    },
    async deleteMany(targets, signal) {
      begin(signal)
      return writer.deleteMany(targets, signal)
    },
    async restore(image, signal) {
      begin(signal)
      return writer.restore(image, signal)
    },
    async create(session, signal) {
      begin(signal)
      return writer.create(session, signal)
    },
    [Symbol.asyncDispose]() {
      closed ??= close()
      return closed
    },
  }
}

/**
 * What is shown of a session may be its copy's, so that rows are chosen by key alone.
 * A pair can be written only where both of its layers can: half a write would make the drift that it is to show.
 */
function describePair(rows: StoreDescription, cache: StoreDescription): StoreDescription {
  const named = (layer: string, facts: readonly PhysicalFact[]): readonly PhysicalFact[] => facts.map(({ name, value }) => ({ name: `${layer}: ${name}`, value }))
  return {
    ...rows,
    capabilities: { ...rows.capabilities, write: rows.capabilities.write && cache.capabilities.write, delete: rows.capabilities.delete && cache.capabilities.delete, filter: rows.capabilities.filter.filter((field) => field === 'key') },
    server: `${rows.server}, ${cache.server}`,
    facts: [...named('db', rows.facts), ...named('cache', cache.facts)],
    readOnlyReason: rows.readOnlyReason ?? cache.readOnlyReason,
    lockReason: rows.lockReason ?? cache.lockReason ?? null,
    cache: { payload: cache.payload, server: cache.server, enumerate: listsCopies(cache) ? cache.capabilities.enumerate : 'none', expiry: cache.capabilities.expiry },
  }
}
