import type { StoreClock } from '../../../shared/model/store.ts'
import { openMysql } from '../stores/database/mysql.ts'
import { openPostgres } from '../stores/database/postgres.ts'
import type { ServerPlace } from '../stores/database/server-place.ts'
import { openSqlite } from '../stores/database/sqlite.ts'
import type { SessionStore } from '../stores/session-store.ts'

/** All that a worker needs to open a store. One kind for each driver. */
export type StoreProfile =
  | { readonly kind: 'sqlite'; readonly path: string; readonly table: string; readonly clock: StoreClock }
  | ServerPlace & { readonly kind: 'postgres' | 'mysql'; readonly clock: StoreClock }

/** Opens in this thread, which it may block: everything but a worker, a test or a benchmark uses `openInWorker`. */
export function openStore(profile: StoreProfile): Promise<SessionStore> {
  switch (profile.kind) {
    case 'sqlite':
      return openSqlite(profile, profile.clock)
    case 'postgres':
      return openPostgres(profile)
    case 'mysql':
      return openMysql(profile, profile.clock)
  }
}
