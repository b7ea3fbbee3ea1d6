import type { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { SessionStore } from '../session-store.ts'

/** Stands for a store that could not be opened: it says why, whatever it is asked. */
export function createAbsentStore(error: CoatcheckError): SessionStore {
  const refuse = (): Promise<never> => Promise.reject(error)
  return {
    async describe() {
      return {
        payload: { kind: 'cache-value', container: 'plain', reader: null, serializer: null, compressor: null },
        capabilities: { write: false, delete: false, sort: [], count: 'none', enumerate: 'none', filter: [], expiry: 'ttl' },
        server: '', extraColumns: [], facts: [], readOnlyReason: reason('stores.cacheUnreachable', { reason: error.reason }),
      }
    },
    listPage: refuse,
    read: refuse,
    tally: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    write: refuse,
    writeMany: refuse,
    deleteMany: refuse,
    restore: refuse,
    create: refuse,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
