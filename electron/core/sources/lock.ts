import type { Environment } from '../../../shared/model/environment.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import { FAR_AWAY } from '../stores/far-away.ts'
import type { StoreDescription } from '../stores/session-store.ts'

const LABELLED = { staging: reason('stores.labelledStaging'), production: reason('stores.labelledProduction') } as const

/** Why a source opens locked: it is not this machine, or not taken for it. null: it is, and nobody says otherwise. */
export function lockReasonOf({ isLocal, environment }: { readonly isLocal: boolean; readonly environment: Environment }, { lockReason }: Pick<StoreDescription, 'lockReason'>): Reason | null {
  if (lockReason !== undefined && lockReason !== null) return lockReason
  if (!isLocal) return FAR_AWAY
  return environment === 'local' ? null : LABELLED[environment]
}

/** Why nobody may be logged in by a new session of it, unlocked or not. null: it is a site of this machine. */
export function notLocalReasonOf({ isLocal, environment, ssh, name }: { readonly isLocal: boolean; readonly environment: Environment; readonly ssh: unknown; readonly name: string }): Reason | null {
  return isLocal && ssh === null && environment === 'local' ? null : reason('stores.notLocal', { name, environment })
}
