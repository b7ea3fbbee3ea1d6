import { CoatcheckError } from '../../../../shared/errors.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { AnswerLost } from './sql-dialect.ts'

export const gone = (key: SessionKey): KeyOutcome => ({ key, outcome: 'gone', etag: null, reason: null })
export const conflict = (key: SessionKey, etag: Etag): KeyOutcome => ({ key, outcome: 'conflict', etag, reason: null })
export const failed = (key: SessionKey, reason: Reason): KeyOutcome => ({ key, outcome: 'failed', etag: null, reason })
export const unknown = (key: SessionKey, error: AnswerLost): KeyOutcome => ({ key, outcome: 'unknown', etag: null, reason: error.reason, code: 'CONNECT_LOST' })

/** A row that the table's own constraints refuse is the outcome of that row; everything else is an error. */
export async function refusedAsOutcome(key: SessionKey, work: () => Promise<KeyOutcome>): Promise<KeyOutcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CoatcheckError && (error.code === 'STORE_UNSUPPORTED' || error.code === 'SESSION_TOO_LARGE')) return failed(key, error.reason)
    throw error
  }
}
