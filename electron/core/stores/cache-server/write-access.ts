import { CoatcheckError } from '../../../../shared/errors.ts'
import { verbatim } from '../../../../shared/words/reason.ts'

/** Whether a driver may write, as it last found out. */
export class WriteAccess {
  /** Why nothing can be written; null: it can. */
  readOnlyReason: string | null = null
  /** Why nothing is written although it could be; null: nothing keeps it from that. */
  lockReason: string | null = null

  /** @throws STORE_READ_ONLY */
  assert(): void {
    const reason = this.readOnlyReason ?? this.lockReason
    if (reason !== null) throw new CoatcheckError('STORE_READ_ONLY', verbatim(reason))
  }
}

/** Why nothing is written to a server that was connected to again. */
export const ANOTHER_SERVER = 'Another server answers here than the one that was opened, or it was started anew: nothing is changed there. Close this source and open it again to change its sessions.'
