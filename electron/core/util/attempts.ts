import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { monotonicMs } from './clock.ts'

/** Connections that are tried in `LIMITS.storeMs`: a server in trouble is not to be hammered. */
const MOST_ATTEMPTS = 10

/** Counts attempts to connect. */
export class Attempts {
  readonly #at: number[] = []

  /** @throws CONNECT_LOST when there were too many of late */
  begin(): void {
    const now = monotonicMs()
    while ((this.#at[0] ?? now) < now - LIMITS.storeMs) this.#at.shift()
    if (this.#at.length >= MOST_ATTEMPTS) {
      throw new CoatcheckError('CONNECT_LOST', reason('reach.lostTimes', { times: MOST_ATTEMPTS, seconds: LIMITS.storeMs / 1000 }), { hint: 'next.inAMoment', retryable: true })
    }
    this.#at.push(now)
  }
}
