import type { Piscina } from 'piscina'
import { CoatcheckError, cancelled, deserializeError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { Decoder } from '../codecs/decoder.ts'
import { unpackSummaries } from '../codecs/packed-summaries.ts'
import type { DecodeTask, TaskReply, TaskResults } from './decode-task.ts'
import { createSlots } from './slots.ts'

export interface DecoderPoolOptions {
  /** The module with `runDecodeTask`: `decode-worker.ts`, or what it was bundled to. */
  readonly worker: URL
  readonly threads: number
  /** Wall clock of one decode in milliseconds; `LIMITS.decodeMs` unless told. */
  readonly decodeMs?: number
}

/** JavaScript heap of one worker. Unpacked bytes live outside of it, under their own limit. */
const WORKER_HEAP_MB = 192
/** A long paste (a HAR file) gets more time. */
const PASTE_CHARS_PER_MS = 8192
/** A report, or a search, takes pages of sessions apart whole. */
const AUDIT_PATIENCE = 10
const IDLE_MS = 30_000
/** A new worker starts and loads its code on the clock of its first task. */
const START_MS = 3000

/** What a new worker is started with: takes the same ways as a session, so that its code is loaded and compiled. */
const WARM_UP = {
  data: { bytes: new TextEncoder().encode(`e30:1:${'A'.repeat(43)}`), ends: Uint32Array.of(49) },
  context: { keyring: [{ name: 'SECRET_KEY', secret: 'nobody' }], place: 'row', salt: null, maxAgeSeconds: 0, now: 0 },
} as const satisfies Pick<Of<'summarize'>, 'data' | 'context'>

type TransferList = NonNullable<NonNullable<Parameters<Piscina['run']>[1]>['transferList']>
type Of<Kind extends DecodeTask['kind']> = Extract<DecodeTask, { kind: Kind }>

/**
 * A decoder on worker threads, which start with the first call. A worker that dies or hangs takes only its own task with it
 * (`WORKER_LOST`, `DATA_TOO_LARGE`); an aborted call is answered at once, and its worker finishes under the same deadline.
 */
export function createDecoderPool({ worker, threads, decodeMs = LIMITS.decodeMs }: DecoderPoolOptions): Decoder {
  const slots = createSlots(threads)
  const closing = new AbortController()
  let starting: Promise<Piscina> | null = null
  /** Tasks done since a worker was last lost: below the number of threads, some worker may be new. */
  let doneInARow = 0

  const perform = async <Kind extends DecodeTask['kind']>(task: Of<Kind>, limitMs: number, given: readonly ArrayBuffer[]): Promise<TaskResults[Kind]> => {
    const pool = await (starting ??= startPool(worker, threads))
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), limitMs + (doneInARow < threads ? START_MS : 0))
    try {
      // Its code takes a list; its types, the options of `postMessage`.
      const transferList: unknown = given
      const reply = (await pool.run(task, { signal: deadline.signal, transferList: transferList as TransferList })) as TaskReply<Kind>
      doneInARow++
      if (reply.ok) return reply.value
      throw deserializeError(reply.error)
    } catch (error) {
      if (error instanceof CoatcheckError) throw error
      doneInARow = 0
      if (closing.signal.aborted) throw cancelled()
      throw deadline.signal.aborted ? tookTooLong(limitMs) : workerLost(error)
    } finally {
      clearTimeout(timer)
    }
  }

  const submit = async <Kind extends DecodeTask['kind']>(task: Of<Kind>, signal: AbortSignal, options: { readonly urgent: boolean; readonly limitMs: number; readonly given?: readonly ArrayBuffer[] }): Promise<TaskResults[Kind]> => {
    const either = AbortSignal.any([signal, closing.signal])
    const giveBack = await slots.take(options.urgent, either)
    const work = perform(task, options.limitMs, options.given ?? []).finally(giveBack)
    return unlessAborted(work, either)
  }

  return {
    async summarize({ bytes, isGivenAway = false, ...rest }, context, signal) {
      const own = ownBytes(bytes)
      const given = (isGivenAway || own !== bytes) && own.buffer instanceof ArrayBuffer ? [own.buffer] : []
      return unpackSummaries(await submit<'summarize'>({ kind: 'summarize', data: { bytes: own, ...rest }, context }, signal, { urgent: false, limitMs: decodeMs + rest.ends.length, given }))
    },
    decode: (text, context, signal) => submit<'decode'>({ kind: 'decode', text: ownBytes(text), context }, signal, { urgent: true, limitMs: decodeMs }),
    audit: ({ bytes, ...rest }, context, signal) =>
      submit<'audit'>({ kind: 'audit', data: { bytes: ownBytes(bytes), ...rest }, context }, signal, { urgent: false, limitMs: decodeMs * AUDIT_PATIENCE }),
    match: ({ bytes, ...rest }, terms, context, signal) =>
      submit<'match'>({ kind: 'match', data: { bytes: ownBytes(bytes), ...rest }, terms, context }, signal, { urgent: false, limitMs: decodeMs * AUDIT_PATIENCE }),
    passages: ({ bytes, ...rest }, wanted, context, signal) =>
      submit<'passages'>({ kind: 'passages', data: { bytes: ownBytes(bytes), ...rest }, wanted, context }, signal, { urgent: false, limitMs: decodeMs * AUDIT_PATIENCE }),
    paths: ({ bytes, ...rest }, context, signal) => submit<'paths'>({ kind: 'paths', data: { bytes: ownBytes(bytes), ...rest }, context }, signal, { urgent: false, limitMs: decodeMs }),
    decodePaste: (text, context, signal) => submit<'paste'>({ kind: 'paste', text, context }, signal, { urgent: true, limitMs: decodeMs + Math.ceil(text.length / PASTE_CHARS_PER_MS) }),
    encode: (request, signal) => submit<'encode'>({ kind: 'encode', request }, signal, { urgent: true, limitMs: decodeMs }),
    warm() {
      submit<'summarize'>({ kind: 'summarize', ...WARM_UP }, closing.signal, { urgent: false, limitMs: decodeMs }).catch(() => undefined)
    },
    async close() {
      closing.abort()
      await (await starting)?.destroy()
    },
  }
}

async function startPool(worker: URL, threads: number): Promise<Piscina> {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({
    filename: worker.href,
    name: 'runDecodeTask',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    // Workers need nothing of the environment and of the program's own flags.
    env: {},
    execArgv: [],
  })
  // A worker that dies without a task concerns nobody; without a listener it would end the program.
  pool.on('error', () => undefined)
  return pool
}

/** A view crosses threads with all of the buffer behind it: a small part of a big one is copied out first. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

/** Rejects with CANCELLED as soon as the signal aborts; what the work comes to after that is dropped. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => reject(cancelled())
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function tookTooLong(limitMs: number): CoatcheckError {
  return new CoatcheckError('DATA_TOO_LARGE', reason('app.readTooLong', { ms: limitMs }))
}

function workerLost(error: unknown): CoatcheckError {
  const isMemory = error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
  const why = isMemory ? reason('app.workerMemory', { megabytes: WORKER_HEAP_MB }) : 'app.workerEnded'
  return new CoatcheckError('WORKER_LOST', why, { hint: 'next.othersNotAffected' }, error)
}
