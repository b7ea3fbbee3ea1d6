import { CoatcheckError } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupCounts, CleanupProgress, RunState } from '../../../shared/model/cleanup.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import { sleep } from '../util/abort.ts'
import { monotonicMs } from '../util/clock.ts'
import { countRest } from './count-rest.ts'
import type { RunJournal } from './journal.ts'
import type { ActionWork, PartWork } from './part-work.ts'
import { toResult } from './part-work.ts'
import type { RunCounts } from './run-counts.ts'
import type { Manifest } from './run-folder.ts'
import type { Target } from './target-list.ts'

/** The store may answer again, as it was. */
const PASSING: readonly ErrorCode[] = ['CONNECT_REFUSED', 'CONNECT_TIMEOUT', 'CONNECT_LOST', 'WORKER_LOST', 'STORE_BUSY']
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000
/** Of every other second, half is the site's. */
const LONGEST_REST_MS = 100

/** One part, however it is done: what `LiveRun` needs of cleaning and of undoing. */
export interface RunStep {
  readonly sessions: number
  /** Throws what the store throws; then it is asked again. */
  carryOut(pace: Manifest['pace']): Promise<{ readonly counts: Partial<CleanupCounts>; readonly tookMs: number; readonly bytes: number }>
}

export interface RunOptions {
  readonly manifest: Manifest
  readonly counts: RunCounts
  readonly steps: AsyncIterable<RunStep>
  /** Connects anew. */
  readonly renew: () => Promise<void>
  /** How long a store that does not answer is waited for, from its first silence on; what it is asked last may take 10 s more. */
  readonly patienceMs: number
  /** Called once, whatever the end. */
  readonly onEnd: (state: RunState, reason: Sentence | null) => Promise<void>
}

/** A run that is under way in this program. It belongs to nobody: whoever watches it may go. */
export class LiveRun {
  readonly counts: RunCounts
  readonly #options: RunOptions
  readonly #listeners = new Set<() => void>()
  readonly #stopping = new AbortController()
  readonly #startedAt = monotonicMs()
  #state: RunState = 'running'
  #reason: Sentence | null = null
  #pace: Manifest['pace']
  #wake: (() => void) | null = null
  #parts = 0
  #longestPartMs = 0
  #pausedMs = 0
  readonly #speed: { readonly at: number; readonly reached: number }[] = []
  readonly ended: Promise<void>

  constructor(options: RunOptions) {
    this.#options = options
    this.counts = options.counts
    this.#pace = options.manifest.pace
    this.ended = this.#run()
  }

  get progress(): CleanupProgress {
    const { manifest } = this.#options
    const counts = this.counts.counts
    const rate = this.#rate()
    return {
      runId: manifest.runId, kind: manifest.kind, state: this.#state, counts, rate,
      remainingMs: rate === null || rate <= 0 ? null : Math.round((counts.left / rate) * 1000),
      elapsedMs: manifest.elapsedMs + this.elapsedMs, pace: this.#pace, parts: this.#parts, longestPartMs: Math.round(this.#longestPartMs), reason: this.#reason,
    }
  }

  /** Of this start, without its pauses. */
  get elapsedMs(): number {
    return Math.round(monotonicMs() - this.#startedAt - this.#pausedMs)
  }

  pause(): void {
    if (this.#state === 'running' || this.#state === 'waiting') this.#set('pausing')
  }

  goOn(pace: Manifest['pace'] | undefined): void {
    this.#pace = pace ?? this.#pace
    if (this.#state === 'pausing' || this.#state === 'paused') this.#set('running')
    this.#wake?.()
  }

  /** Settles when the part that is under way is done. */
  async stop(): Promise<void> {
    if (this.#isLive()) this.#set('stopping')
    this.#stopping.abort()
    this.#wake?.()
    await this.ended
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #run(): Promise<void> {
    let [state, reason]: [RunState, Sentence | null] = ['done', null]
    try {
      for await (const step of this.#options.steps) {
        await this.#whilePaused()
        if (this.#stopping.signal.aborted) break
        await this.#carryOut(step)
        if (this.#stopping.signal.aborted) break
      }
      if (this.#stopping.signal.aborted && this.counts.counts.left > 0) state = 'stopped'
    } catch (error) {
      const isStopped = this.#stopping.signal.aborted
      state = isStopped ? 'stopped' : 'interrupted'
      reason = isStopped ? null : sentenceOf(error)
    }
    // The last word is on the disk before it is said.
    await this.#options.onEnd(state, reason).catch((error: unknown) => {
      ;[state, reason] = ['interrupted', reason ?? sentenceOf(error)]
    })
    this.#reason = reason
    this.#set(state)
  }

  async #carryOut(step: RunStep): Promise<void> {
    let silentSince: number | null = null
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        const { counts, tookMs, bytes } = await step.carryOut(this.#pace)
        this.#reason = null
        if (this.#state === 'waiting') this.#set('running')
        this.counts.add(counts, bytes)
        this.#finish(tookMs)
        if (this.#pace === 'gentle') await sleep(Math.min(tookMs / 4, LONGEST_REST_MS), this.#stopping.signal).catch(() => undefined)
        return
      } catch (error) {
        silentSince ??= monotonicMs()
        if (!(error instanceof CoatcheckError) || !PASSING.includes(error.code) || monotonicMs() - silentSince >= this.#options.patienceMs) throw error
        this.#reason = sentenceOf(error)
        if (this.#state === 'running') this.#set('waiting')
        await sleep(wait, this.#stopping.signal)
        if (error.code === 'WORKER_LOST' || error.code === 'CONNECT_LOST') await this.#options.renew().catch(() => undefined)
      }
    }
  }

  async #whilePaused(): Promise<void> {
    if (this.#state !== 'pausing') return
    const from = monotonicMs()
    this.#set('paused')
    const isPaused = (): boolean => this.progress.state === 'paused'
    while (isPaused() && !this.#stopping.signal.aborted) await new Promise<void>((resolve) => { this.#wake = resolve })
    this.#pausedMs += monotonicMs() - from
    this.#speed.length = 0
  }

  #finish(tookMs: number): void {
    this.#parts++
    this.#longestPartMs = Math.max(this.#longestPartMs, tookMs)
    const { matched, left } = this.counts.counts
    this.#speed.push({ at: monotonicMs(), reached: matched - left })
    if (this.#speed.length > 20) this.#speed.shift()
    this.#tell()
  }

  #rate(): number | null {
    const [first, last] = [this.#speed[0], this.#speed.at(-1)]
    if (first === undefined || last === undefined || last.at <= first.at) return null
    return Math.round(((last.reached - first.reached) / (last.at - first.at)) * 1000)
  }

  #isLive(): boolean {
    return this.#state === 'running' || this.#state === 'pausing' || this.#state === 'paused' || this.#state === 'waiting'
  }

  #set(state: RunState): void {
    this.#state = state
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

export function sentenceOf(error: unknown): Sentence {
  const { reason: message, next } = error instanceof CoatcheckError ? error : { reason: reason('app.mistakeShort'), next: null }
  return next === null ? { id: 'cleanup.reason', params: { message } } : { id: 'cleanup.reasonNext', params: { message, next } }
}

/** A store that was lost in the middle is asked again: what was done is looked up. @throws what kept the rest from being done, where it may pass */
export function assertAnswered(outcomes: readonly KeyOutcome[]): void {
  const lost = outcomes.find(({ code }) => code !== undefined && PASSING.includes(code))
  if (lost?.code !== undefined) throw new CoatcheckError(lost.code, lost.reason ?? 'cleanup.lostBeforeAnswer', { hint: 'next.lookedUp', retryable: true })
}

export interface CleaningOptions {
  readonly work: ActionWork
  readonly journal: RunJournal
  readonly keeps: boolean
  /** Bytes of the journal from which on no before-images are kept. */
  readonly limitBytes: number
  readonly partialUndo: boolean
}

/** What was read longer ago than this is read again: before-images are to be of the moment. */
const STALE_MS = 5000

export interface CleaningStep extends RunStep {
  /** What the store can read of it while the one before goes to the disk. Writes nothing. */
  readAhead(): void
}

/** Cleaning of one part: intent, deed, result; after a failure it is looked at what was done. `next` is asked to read ahead. */
export function cleaningStep(part: number, targets: readonly Target[], open: PartWork['intent'] | null, options: CleaningOptions, next: () => CleaningStep | null = () => null): CleaningStep {
  const { work, journal } = options
  let intent = open
  let ahead: { readonly at: number; readonly keeps: boolean; readonly prepared: Promise<PartWork> } | null = null
  const prepare = (keeps: boolean): Promise<PartWork> => {
    const read = ahead
    ahead = null
    const isFresh = read !== null && read.keeps === keeps && monotonicMs() - read.at < STALE_MS
    // What failed while the one before was on its way may have been mended since.
    return isFresh ? read.prepared.catch(() => work.prepare(part, targets, keeps)) : work.prepare(part, targets, keeps)
  }
  const carryOut = async (pace: Manifest['pace']): ReturnType<RunStep['carryOut']> => {
    const started = monotonicMs()
    const prepared = intent === null ? await prepare(keepsNow(options)) : await again(work, intent, targets, pace)
    next()?.readAhead()
    if (intent === null) await journal.intend(prepared.intent)
    intent = prepared.intent
    const outcomes = await prepared.run(pace)
    // Not told by the store: looked up, and done if it was not.
    assertAnswered(outcomes)
    if (outcomes.some(({ outcome }) => outcome === 'unknown')) throw new CoatcheckError('CONNECT_LOST', 'cleanup.lostBeforeAnswer', { hint: 'next.lookedUp', retryable: true })
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
    if (failed.length > 0 && failed.length === outcomes.length && outcomes.length > 1) throw new CoatcheckError('STORE_READ_ONLY', failed[0]?.reason ?? 'cleanup.refusesAll', { hint: 'next.lookThenResume' })
    const result = toResult(prepared, targets, outcomes, Math.round(monotonicMs() - started))
    await journal.finish(result)
    return { counts: countRest(targets.length, result.rest), tookMs: result.tookMs, bytes: 0 }
  }
  const readAhead = (): void => {
    if (intent !== null || ahead !== null || isFull(options)) return
    const prepared = work.prepare(part, targets, options.keeps)
    prepared.catch(() => undefined)
    ahead = { at: monotonicMs(), keeps: options.keeps, prepared }
  }
  return { sessions: targets.length, carryOut, readAhead }
}

const isFull = ({ keeps, journal, limitBytes }: CleaningOptions): boolean => keeps && journal.bytes >= limitBytes

function keepsNow(options: CleaningOptions): boolean {
  const { keeps, limitBytes, partialUndo } = options
  if (!isFull(options)) return keeps
  if (partialUndo) return false
  throw new CoatcheckError('JOURNAL_INVALID', reason('cleanup.journalFull', { megabytes: Math.round(limitBytes / 1_048_576) }), { hint: 'next.keepMoreOrResume' })
}

/** What an intent left open, as a part of its own: what is done already counts as done. */
async function again(work: ActionWork, intent: PartWork['intent'], targets: readonly Target[], pace: Manifest['pace']): Promise<PartWork> {
  const { done, rest, again: left } = await work.recover(intent, targets)
  const next = left.length === 0 ? null : await work.prepare(intent.part, left.flatMap((index) => targets[index] ?? []), false)
  const known = next === null ? [] : next.rest.map(([at, outcome, reason]) => [left[at] ?? 0, outcome, reason] as const)
  const tried = (next?.attempt ?? []).map((at) => left[at] ?? 0)
  return {
    intent, rest: [...rest, ...known], attempt: [...done.keys(), ...tried],
    async run() {
      const outcomes = next === null ? [] : await next.run(pace)
      // A server that was slow, not gone, may have carried out the first attempt while this one was under way.
      const late = outcomes.some(({ outcome }) => outcome === 'gone' || outcome === 'conflict') ? (await work.recover(intent, targets)).done : null
      return [...done.values(), ...outcomes.map((outcome, at) => (outcome.outcome === 'done' ? outcome : (late?.get(tried[at] ?? -1) ?? outcome)))]
    },
  }
}
