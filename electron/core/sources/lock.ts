import type { Environment } from '../../../shared/model/environment.ts'
import { FAR_AWAY } from '../stores/far-away.ts'
import type { StoreDescription } from '../stores/session-store.ts'

/** Why a source opens locked: it is not this machine, or not taken for it. null: it is, and nobody says otherwise. */
export function lockReasonOf({ isLocal, environment }: { readonly isLocal: boolean; readonly environment: Environment }, { lockReason }: Pick<StoreDescription, 'lockReason'>): string | null {
  if (lockReason !== undefined && lockReason !== null) return lockReason
  if (!isLocal) return FAR_AWAY
  return environment === 'local' ? null : `It is labelled ${environment}: it is opened for reading only until it is unlocked.`
}

/** Why nobody may be logged in by a new session of it, unlocked or not. null: it is a site of this machine. */
export function notLocalReasonOf({ isLocal, environment, ssh, name }: { readonly isLocal: boolean; readonly environment: Environment; readonly ssh: unknown; readonly name: string }): string | null {
  return isLocal && ssh === null && environment === 'local' ? null : `${name} is not local (${environment}).`
}
