import { reason } from '../../../shared/words/reason.ts'

/** Why a store on another machine is not written to until people unlock it. */
export const FAR_AWAY = reason('stores.farAway')
/** The same where the name says this machine, and the server does not. */
export const BEHIND_TUNNEL = reason('stores.behindTunnel')
