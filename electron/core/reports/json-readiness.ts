import { throwIfAborted } from '../../../shared/errors.ts'
import type { ReadinessCall, ReadinessFinding, ReadinessReport } from '../../../shared/model/report.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { AuditedLoss, AuditedText } from '../codecs/decoder.ts'
import { auditLoaded } from '../sessions/audit-loaded.ts'
import { readAhead } from '../sessions/browse.ts'
import { decodeContext } from '../sessions/session-source.ts'
import type { SessionSource } from '../sessions/session-source.ts'

/** Different findings that are kept: memory stays the same, however many sessions there are. */
const MOST_FINDINGS = 500
const MOST_SAMPLES = 5
/** Reports between the first and the last: enough to see that it goes on. */
const REPORT_EVERY_MS = 250

/**
 * Which values of which sessions JSONSerializer would not carry. Every session is read once, in stored order; pages are taken apart in
 * the decoder's threads. Each report is whole; the last one is done.
 * @throws CANCELLED, and whatever the store does
 */
export async function* reportJsonReadiness(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<ReadinessReport> {
  const tally = new ReadinessTally()
  const context = decodeContext(source, now)
  let shownAt = -Infinity
  for await (const page of readAhead(source, { order: { by: 'stored', direction: 'asc' }, withEtags: false }, signal)) {
    const audited = await auditLoaded(source, page, context, signal)
    throwIfAborted(signal)
    for (const [index, text] of audited.entries()) tally.add(page.keys[index] ?? '', text)
    if (performance.now() - shownAt < REPORT_EVERY_MS) continue
    shownAt = performance.now()
    yield tally.report(false)
  }
  yield tally.report(true)
}

class ReadinessTally {
  readonly #findings = new Map<string, ReadinessFinding>()
  readonly #calls = new Map<string, ReadinessCall>()
  readonly #leftOut = new Set<string>()
  #examined = 0
  #pickled = 0
  #unreadable = 0
  #affected = 0

  add(key: SessionKey, { isPickle, readable, losses, calls }: AuditedText): void {
    this.#examined++
    if (!isPickle) return
    this.#pickled++
    if (!readable) this.#unreadable++
    if (losses.some(({ effect }) => effect !== 'python-only')) this.#affected++
    for (const loss of losses) this.#addLoss(key, loss)
    for (const call of new Set(calls)) this.#addCall(key, call)
  }

  report(done: boolean): ReadinessReport {
    return {
      examined: this.#examined, pickled: this.#pickled, unreadable: this.#unreadable, affected: this.#affected,
      findings: [...this.#findings.values()].toSorted((a, b) => RANK[a.effect] - RANK[b.effect] || b.sessions - a.sessions),
      findingsLeftOut: this.#leftOut.size,
      calls: [...this.#calls.values()].toSorted((a, b) => b.sessions - a.sessions),
      done,
    }
  }

  #addLoss(key: SessionKey, { path, type, effect, values }: AuditedLoss): void {
    const id = JSON.stringify([path, type, effect])
    const known = this.#findings.get(id)
    if (known === undefined && this.#findings.size >= MOST_FINDINGS) {
      if (this.#leftOut.size < MOST_FINDINGS) this.#leftOut.add(id)
      return
    }
    this.#findings.set(id, { path, type, effect, sessions: (known?.sessions ?? 0) + 1, values: (known?.values ?? 0) + values, samples: withSample(known?.samples ?? [], key) })
  }

  #addCall(key: SessionKey, call: string): void {
    const known = this.#calls.get(call)
    if (known === undefined && this.#calls.size >= MOST_FINDINGS) return
    this.#calls.set(call, { call, sessions: (known?.sessions ?? 0) + 1, samples: withSample(known?.samples ?? [], key) })
  }
}

const RANK = { fails: 0, changes: 1, 'python-only': 2 } as const

function withSample(samples: readonly SessionKey[], key: SessionKey): readonly SessionKey[] {
  return samples.length < MOST_SAMPLES ? [...samples, key] : samples
}
