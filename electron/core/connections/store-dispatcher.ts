import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { SerializedError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { Dispatcher } from '../../../shared/rpc/serve.ts'
import { endsOf, watchOf } from '../stores/delegate-store.ts'
import { imagesOf, restoreMany } from '../stores/many.ts'
import type { SessionStore } from '../stores/session-store.ts'
import type { UserDirectory } from '../stores/user-directory.ts'
import type { StoreCalls, StoreStreams } from './store-wire.ts'

/** What a worker holds. */
export interface OpenedStore {
  readonly store: SessionStore
  /** null: opened without. */
  readonly users: UserDirectory | null
}

type CallHandlers = { readonly [N in keyof StoreCalls]: (opened: OpenedStore, input: StoreCalls[N]['input'], signal: AbortSignal) => Promise<StoreCalls[N]['output']> }

const CALLS: CallHandlers = {
  open: async () => null,
  describe: ({ store }, _, signal) => store.describe(signal),
  listPage: ({ store }, query, signal) => store.listPage(query, signal),
  read: ({ store }, key, signal) => store.read(key, signal),
  ends: ({ store }, query, signal) => endsOf(store, query, signal),
  revision: async ({ store }, _, signal) => (await store.revision?.(signal)) ?? null,
  write: ({ store }, edit, signal) => store.write(edit, signal),
  images: ({ store }, keys, signal) => imagesOf(store, keys, signal),
  writeMany: ({ store }, { edits, pace }, signal) => store.writeMany(edits, signal, pace),
  deleteMany: ({ store }, { targets, pace }, signal) => store.deleteMany(targets, signal, pace),
  restoreMany: ({ store }, { images, pace }, signal) => restoreMany(store, images, signal, pace),
  restore: ({ store }, image, signal) => store.restore(image, signal),
  create: ({ store }, session, signal) => store.create(session, signal),
  describeUsers: (opened, _, signal) => usersOf(opened).describe(signal),
  ownersById: (opened, ids, signal) => usersOf(opened).byIds(ids, signal),
  credentialsOfOwners: (opened, ids, signal) => usersOf(opened).credentialsOf(ids, signal),
  idsOfOwner: (opened, { name, limit }, signal) => usersOf(opened).idsOf(name, limit, signal),
  searchOwners: (opened, { text, limit }, signal) => usersOf(opened).search(text, limit, signal),
  close: async ({ store, users }) => {
    await Promise.all([store[Symbol.asyncDispose](), users?.[Symbol.asyncDispose]()])
    return null
  },
}

type StreamHandlers = { readonly [N in keyof StoreStreams]: (opened: OpenedStore, input: StoreStreams[N]['input'], signal: AbortSignal) => AsyncIterable<StoreStreams[N]['event']> }

const STREAMS: StreamHandlers = {
  tally: ({ store }, query, signal) => store.tally(query, signal),
  watch: ({ store }, key, signal) => watchOf(store, key, signal),
}

/** Answers a store's calls; each waits until it is open. */
export function createStoreDispatcher(opening: Promise<OpenedStore>): Dispatcher {
  return {
    async call(name, input, signal) {
      try {
        const handler = lookUp<CallHandler>(CALLS, name)
        if (handler === undefined) throw unknownCall(name)
        return { ok: true, value: await handler(await opening, input as never, signal) }
      } catch (error) {
        return { ok: false, error: toSerialized(error) }
      }
    },

    async* stream(name, input, signal) {
      try {
        const handler = lookUp<StreamHandler>(STREAMS, name)
        if (handler === undefined) throw unknownCall(name)
        yield* handler(await opening, input as never, signal)
        return null
      } catch (error) {
        return toSerialized(error)
      }
    },
  }
}

function usersOf({ users }: OpenedStore): UserDirectory {
  if (users === null) throw new CoatcheckError('INTERNAL', 'stores.noUsers')
  return users
}

const unknownCall = (name: string): CoatcheckError => new CoatcheckError('INTERNAL', reason('stores.noCall', { name }))

function toSerialized(error: unknown): SerializedError {
  return serializeError(error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', 'stores.failed', {}, error))
}

/** Seen from the wire: the name chose the handler, so the input is of its kind. */
type CallHandler = (opened: OpenedStore, input: never, signal: AbortSignal) => Promise<unknown>
type StreamHandler = (opened: OpenedStore, input: never, signal: AbortSignal) => AsyncIterable<unknown>

function lookUp<H>(handlers: Readonly<Record<string, H>>, name: string): H | undefined {
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined
}
