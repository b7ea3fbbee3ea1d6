import type { CleanupCounts } from '../../../shared/model/cleanup.ts'

const NONE: Omit<CleanupCounts, 'matched' | 'left'> = { done: 0, gone: 0, changed: 0, skipped: 0, exists: 0, failed: 0, unknown: 0 }

/** Counts that always sum up to what matched. */
export class RunCounts {
  readonly #matched: number
  #counts = NONE
  bytes = 0
  layers: { readonly db: number; readonly cache: number } | null = null

  constructor(matched: number) {
    this.#matched = matched
  }

  get counts(): CleanupCounts {
    const reached = Object.values(this.#counts).reduce((sum, count) => sum + count, 0)
    return { matched: this.#matched, ...this.#counts, left: Math.max(0, this.#matched - reached) }
  }

  add(part: Partial<CleanupCounts>, bytes: number): void {
    const { done = 0, gone = 0, changed = 0, skipped = 0, exists = 0, failed = 0, unknown = 0 } = part
    const before = this.#counts
    this.#counts = {
      done: before.done + done, gone: before.gone + gone, changed: before.changed + changed, skipped: before.skipped + skipped,
      exists: before.exists + exists, failed: before.failed + failed, unknown: before.unknown + unknown,
    }
    this.bytes += bytes
  }

  addLayers(layers: { readonly db: number; readonly cache: number } | null): void {
    if (layers !== null) this.layers = { db: (this.layers?.db ?? 0) + layers.db, cache: (this.layers?.cache ?? 0) + layers.cache }
  }
}
