import type { EngineId, StoreClock } from '../../../shared/model/store.ts'

/** What the URL of a store says, worked out without connecting. Each driver's folder reads its own schemes. */
export interface StoreUrl<Profile> {
  /** Without any secret: fit to be kept and shown. */
  readonly url: string
  /** Short name: the database, the folder, the host. */
  readonly name: string
  /** Where it is, for people. */
  readonly location: string
  /** Nobody but this machine is reached. */
  readonly isLocal: boolean
  readonly kind: 'server' | 'file' | 'jar'
  readonly engine: EngineId
  /** SESSION_COOKIE_NAME and SESSION_COOKIE_AGE (seconds), where the URL tells. */
  readonly cookieName?: string
  readonly cookieAgeSeconds?: number
  readonly profile: Profile
}

/** @throws REQUEST_INVALID, never quoting the URL, which may hold a password */
export type ReadStoreUrl<Profile> = (text: string, clock: StoreClock) => StoreUrl<Profile>
