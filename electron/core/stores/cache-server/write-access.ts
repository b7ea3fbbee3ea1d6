import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'

/** Whether a driver may write, as it last found out. */
export class WriteAccess {
  /** Why nothing can be written; null: it can. */
  readOnlyReason: Reason | null = null
  /** Why nothing is written although it could be; null: nothing keeps it from that. */
  lockReason: Reason | null = null

  /** @throws STORE_READ_ONLY */
  assert(): void {
    const reason = this.readOnlyReason ?? this.lockReason
    if (reason !== null) throw new CoatcheckError('STORE_READ_ONLY', reason)
  }
}

/** Why nothing is written to a server that was connected to again. */
export const ANOTHER_SERVER = reason('reach.otherServer')
