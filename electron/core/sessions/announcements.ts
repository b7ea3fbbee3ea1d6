import type { SessionKey } from '../../../shared/model/session.ts'
import { monotonicMs } from '../util/clock.ts'
import type { SessionStore } from '../stores/session-store.ts'

/** Until a store is asked again whether it announces what is written: after it has lost the way, and where it had none. */
const AGAIN_MS = 3000
const LATER_MS = 60_000

/** What a store announces of one session, as far as it does. */
export class Announcements {
  readonly #key: SessionKey
  #store: SessionStore | null = null
  #listening = new AbortController()
  #askAt = 0
  #isOn = false
  #isChanged = false
  #wake = (): void => undefined

  constructor(key: SessionKey) {
    this.#key = key
  }

  /** Whether each write is announced now. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** Begins to listen where nobody does: to another store at once, to the same one after a while. */
  listen(store: SessionStore): void {
    if (store !== this.#store) {
      this.stop()
      this.#askAt = 0
      this.#store = store
    }
    if (store.watch === undefined || this.#askAt > monotonicMs()) return
    this.#askAt = Number.POSITIVE_INFINITY
    this.#listening = new AbortController()
    void this.#follow(store, this.#listening.signal)
  }

  /** Whether something was announced since the last time. */
  take(): boolean {
    const was = this.#isChanged
    this.#isChanged = false
    return was
  }

  /** Waits so long, or until something is announced, or is not any more. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isChanged || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#wake = done
      signal.addEventListener('abort', done)
    })
  }

  /** What was written was not announced: it is asked for anew. */
  doubt(): void {
    this.stop()
    this.#askAt = monotonicMs() + AGAIN_MS
  }

  stop(): void {
    this.#listening.abort()
    this.#isOn = false
  }

  async #follow(store: SessionStore, signal: AbortSignal): Promise<void> {
    let wasOn = false
    try {
      for await (const notice of store.watch?.(this.#key, signal) ?? []) {
        if (signal.aborted) return
        wasOn = true
        if (notice === 'ready') this.#isOn = true
        // Also when it begins: what was written while nobody listened.
        this.#isChanged = true
        this.#wake()
      }
    } catch {
      // What keeps the store from being reached, reading says.
    }
    if (signal.aborted) return
    this.#isOn = false
    this.#askAt = monotonicMs() + (wasOn ? AGAIN_MS : LATER_MS)
    if (wasOn) this.#wake()
  }
}
