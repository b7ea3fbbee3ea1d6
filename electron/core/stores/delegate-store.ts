import { CoatcheckError } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { imagesOf, restoreMany } from './many.ts'
import type { EndsCount, EndsQuery, SessionStore, SessionWriter } from './session-store.ts'

/** The same store, with some of its methods replaced. Stores may be classes with private parts, which a copy would lose. */
export function delegateStore(store: SessionStore, replaced: Partial<SessionStore>): SessionStore {
  return {
    describe: (signal) => store.describe(signal),
    listPage: (query, signal) => store.listPage(query, signal),
    read: (key, signal) => store.read(key, signal),
    revision: async (signal) => (await store.revision?.(signal)) ?? null,
    tally: (query, signal) => store.tally(query, signal),
    ...(store.ends === undefined ? {} : { ends: (query: EndsQuery, signal: AbortSignal) => endsOf(store, query, signal) }),
    write: (edit, signal) => store.write(edit, signal),
    images: (keys, signal) => imagesOf(store, keys, signal),
    writeMany: (edits, signal, pace) => store.writeMany(edits, signal, pace),
    deleteMany: (targets, signal, pace) => store.deleteMany(targets, signal, pace),
    restoreMany: (images, signal, pace) => restoreMany(store, images, signal, pace),
    restore: (image, signal) => store.restore(image, signal),
    create: (session, signal) => store.create(session, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    ...replaced,
  }
}

/** @throws STORE_UNSUPPORTED where the store cannot tell without reading every session */
export async function endsOf(store: SessionStore, query: EndsQuery, signal: AbortSignal): Promise<EndsCount> {
  if (store.ends === undefined) throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.noEnds', { hint: 'next.readAll' })
  return store.ends(query, signal)
}

/** A store that refuses every write, whatever its driver would do. */
export function lockStore(store: SessionStore, reason: Reason): SessionStore {
  const refuse = (): Promise<never> => Promise.reject(lockedError(reason))
  const writer: SessionWriter = { write: refuse, writeMany: refuse, deleteMany: refuse, restore: refuse, restoreMany: refuse, create: refuse }
  return delegateStore(store, writer)
}

export function lockedError(reason: Reason): CoatcheckError {
  return new CoatcheckError('STORE_READ_ONLY', reason, { hint: 'next.unlock' })
}
