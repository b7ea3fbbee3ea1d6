/** Keys of one batch. */
const BATCH = 1000

/** Keys on their way from a server, which tells of them at its own pace, to whoever takes them, batch by batch. */
export class KeyBatches {
  readonly #accept: (key: string) => boolean
  #found: string[] = []
  #isEnded = false
  #wake = (): void => undefined
  isDropped = false

  constructor(accept: (key: string) => boolean) {
    this.#accept = accept
  }

  add(key: string | null): void {
    if (key === null || this.isDropped || !this.#accept(key)) return
    this.#found.push(key)
    if (this.#found.length >= BATCH) this.#wake()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  /** Nobody takes any more. */
  drop(): void {
    this.isDropped = true
    this.#found = []
  }

  async* take(): AsyncGenerator<readonly string[]> {
    while (!this.#isEnded || this.#found.length > 0) {
      if (!this.#isEnded && this.#found.length < BATCH) await new Promise<void>((resolve) => { this.#wake = resolve })
      const batch = this.#found
      this.#found = []
      yield batch
    }
  }
}
