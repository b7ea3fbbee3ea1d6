import type { Worker } from 'node:worker_threads'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { Why } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import { createLine } from '../../../shared/rpc/client.ts'
import type { Line } from '../../../shared/rpc/client.ts'
import type { ClientPort } from '../../../shared/rpc/wire.ts'
import type { SessionStore } from '../stores/session-store.ts'
import type { UserDirectory } from '../stores/user-directory.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import type { StorePlace } from './open-place.ts'
import type { StoreProfile } from './open-store.ts'
import { STORE_CALL_WORDS } from './store-wire.ts'
import type { StoreCalls, StoreStreams } from './store-wire.ts'
import { MEMORY_MB, startStoreWorker } from './spare-worker.ts'
import type { SpareWorker } from './spare-worker.ts'

/** A worker that is in the middle of a read or waits for a lock (2 s) may end its work before it is ended. */
const CLOSE_MS = 3000

export interface RemoteOptions {
  /** Entry of the worker: `store-worker.ts`, or what it is bundled into. */
  readonly worker: URL
  /** Has one that is started already, perhaps; missing: each is started here. */
  readonly spare?: SpareWorker
  readonly profile: StoreProfile
  /** Opened beside it in the same thread; null or missing: nobody is named. */
  readonly users?: UserProfile | null
  /** The SSH server that it is reached through; missing, null: none. */
  readonly ssh?: SshProfile | null
  /** The same for the cache of a pair, whose rows `ssh` leads to. */
  readonly cacheSsh?: SshProfile | null
  /** Called once when the worker ends by itself; the message tells what it was doing. */
  readonly onLost: (error: CoatcheckError) => void
}

/** `users`: without its own end; it goes with the store. */
export interface RemoteStore extends SessionStore {
  readonly users: Omit<UserDirectory, typeof Symbol.asyncDispose> | null
}

/**
 * A store in a thread of its own: slow disks, locks and damaged files stop nobody else.
 * When the thread ends unasked, all its calls reject with WORKER_LOST; whether a write was done is then not known.
 * Rejects with what kept the store from opening; `onLost` is not called for that.
 */
export async function openInWorker({ worker: entry, spare, profile, users = null, ssh = null, cacheSsh = null, onLost }: RemoteOptions): Promise<RemoteStore> {
  const place: StorePlace = { profile, users, ssh, cacheSsh }
  const ready = spare?.take() ?? null
  const worker = ready ?? startStoreWorker(entry, place)
  ready?.postMessage(place)
  const inFlight = new Map<number, string>()
  let isOpen = false
  const lifeline = followWorker(worker, inFlight, (error) => {
    if (isOpen) onLost(error)
  })
  const store = createRemoteStore(createLine(lifeline.port), inFlight, lifeline.end, users !== null)
  try {
    await store.open()
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
  isOpen = true
  return store
}

interface Lifeline {
  readonly port: ClientPort
  /** Ends the worker, gently at first. Settles when it is gone. */
  end(): Promise<void>
}

function followWorker(worker: Worker, inFlight: ReadonlyMap<number, string>, onLost: (error: CoatcheckError) => void): Lifeline {
  let closeLine: (error: CoatcheckError) => void = () => undefined
  let failure: unknown = null
  let isEnding = false
  const gone = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      const error = isEnding ? closedError() : lostError(failure, inFlight)
      closeLine(error)
      if (!isEnding) onLost(error)
      resolve()
    })
  })
  worker.on('error', (error) => { failure = error })
  worker.on('messageerror', (error) => { failure = error })

  return {
    port: {
      post: (message) => worker.postMessage(message),
      listen(onMessage, onClose) {
        worker.on('message', onMessage)
        let closed = false
        closeLine = (error) => {
          if (!closed) onClose(serializeError(error))
          closed = true
        }
      },
      close: () => void worker.terminate(),
    },
    async end() {
      isEnding = true
      const gently = setTimeout(() => void worker.terminate(), CLOSE_MS)
      // A query without end (a hostile view) cannot be interrupted: nobody waits for it any longer.
      let giveUp: NodeJS.Timeout | undefined
      const abandoned = new Promise<void>((resolve) => { giveUp = setTimeout(resolve, 2 * CLOSE_MS) })
      await Promise.race([gone, abandoned])
      closeLine(closedError())
      worker.unref()
      clearTimeout(gently)
      clearTimeout(giveUp)
    },
  }
}

function createRemoteStore(line: Line, inFlight: Map<number, string>, end: () => Promise<void>, hasUsers: boolean): RemoteStore & { open(): Promise<void> } {
  let nextId = 1
  let closing: Promise<void> | null = null

  async function call<N extends keyof StoreCalls>(name: N, input: StoreCalls[N]['input'], signal?: AbortSignal): Promise<StoreCalls[N]['output']> {
    if (closing !== null && name !== 'close') throw closedError()
    const id = nextId++
    inFlight.set(id, STORE_CALL_WORDS[name])
    try {
      return (await line.call(name, input, signal)) as StoreCalls[N]['output']
    } finally {
      inFlight.delete(id)
    }
  }

  async function* stream<N extends keyof StoreStreams>(name: N, input: StoreStreams[N]['input'], signal: AbortSignal): AsyncGenerator<StoreStreams[N]['event']> {
    if (closing !== null) throw closedError()
    const id = nextId++
    inFlight.set(id, STORE_CALL_WORDS[name])
    try {
      yield* line.stream(name, input, signal) as AsyncIterable<StoreStreams[N]['event']>
    } finally {
      inFlight.delete(id)
    }
  }

  async function close(): Promise<void> {
    const ended = end()
    // A worker that is gone cannot be asked, and need not be.
    await call('close', null).catch(() => undefined)
    await ended
  }

  return {
    open: async () => void (await call('open', null)),
    users: !hasUsers ? null : {
      describe: (signal) => call('describeUsers', null, signal),
      byIds: (ids, signal) => call('ownersById', ids, signal),
      credentialsOf: (ids, signal) => call('credentialsOfOwners', ids, signal),
      idsOf: (name, limit, signal) => call('idsOfOwner', { name, limit }, signal),
      search: (text, limit, signal) => call('searchOwners', { text, limit }, signal),
    },
    describe: (signal) => call('describe', null, signal),
    listPage: (query, signal) => call('listPage', query, signal),
    read: (key, signal) => call('read', key, signal),
    ends: (query, signal) => call('ends', query, signal),
    revision: (signal) => call('revision', null, signal),
    write: (edit, signal) => call('write', edit, signal),
    images: (keys, signal) => call('images', keys, signal),
    writeMany: (edits, signal, pace = 'gentle') => call('writeMany', { edits, pace }, signal),
    deleteMany: (targets, signal, pace = 'gentle') => call('deleteMany', { targets, pace }, signal),
    restoreMany: (images, signal, pace = 'gentle') => call('restoreMany', { images, pace }, signal),
    restore: (image, signal) => call('restore', image, signal),
    create: (session, signal) => call('create', session, signal),
    tally: (query, signal) => stream('tally', query, signal),
    watch: (key, signal) => stream('watch', key, signal),
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}

function closedError(): CoatcheckError {
  return new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
}

function lostError(failure: unknown, inFlight: ReadonlyMap<number, string>): CoatcheckError {
  const isMemory = failure instanceof Error && 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const doing = [...new Set(inFlight.values())].join(', ')
  return new CoatcheckError('WORKER_LOST', why(doing, isMemory), { hint: 'next.openStoreAgain', retryable: true }, failure)
}

function why(doing: string, isMemory: boolean): Why {
  if (isMemory) return doing === '' ? reason('stores.workerMemory', { megabytes: MEMORY_MB }) : reason('stores.workerMemoryWhile', { megabytes: MEMORY_MB, doing })
  return doing === '' ? 'stores.workerEnded' : reason('stores.workerEndedWhile', { doing })
}
