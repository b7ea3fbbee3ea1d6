import type { Reason } from '../words/reason.ts'
import { z } from 'zod'
import type { SerializedError } from '../errors.ts'
import type { Environment } from './environment.ts'
import { CONNECTION_COLORS, ENVIRONMENTS } from './environment.ts'
import { sourceTarget, storeClock } from './source.ts'

export const environment = z.enum(ENVIRONMENTS)

/** A connection as people enter it. No field holds a secret; a password in the target's URL is taken out before anything is kept. */
export const connectionDraft = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** Heading under which it is listed; empty: none. */
  group: z.string().trim().max(100),
  color: z.enum(CONNECTION_COLORS),
  environment,
  target: sourceTarget,
  /** How dates are written there; null: as Django does without being told. */
  clock: storeClock.nullable(),
})
export type ConnectionDraft = z.infer<typeof connectionDraft>

export const connectionId = z.string().min(1).max(64)

export interface SavedConnection extends ConnectionDraft {
  readonly id: string
  /** For people: host and database, or the file. */
  readonly location: string
  /** Whether the vault holds its password, what its SSH server asks for, and the same of Sentinels and of the cache of a pair. */
  readonly keeps: { readonly password: boolean; readonly ssh: boolean; readonly sentinel?: boolean; readonly cache?: boolean; readonly cacheSsh?: boolean }
}

/** Where secrets are kept, told as it is. */
export type VaultState =
  /** The system's own: Keychain, DPAPI, a keyring. */
  | { readonly kind: 'keychain'; readonly name: string; readonly locked: false }
  /** A file of our own, encrypted with a passphrase that is asked for once in each run. */
  | { readonly kind: 'passphrase'; readonly locked: boolean }
  /** Nowhere: secrets stay in memory until Coatcheck ends. `why`: no keychain takes part, or only one that protects nothing. */
  | { readonly kind: 'memory'; readonly why: 'no-keychain' | 'unprotected'; readonly locked: false }

export interface SavedConnections {
  readonly connections: readonly SavedConnection[]
  readonly vault: VaultState
}

/** What the URL of a store says, before anything is connected to. */
export interface ConnectionPreview {
  /** Without a password. */
  readonly url: string
  readonly name: string
  readonly location: string
  readonly isLocal: boolean
  readonly environment: Environment
  /** The word in its name that made it staging; null: nothing did. */
  readonly guessedFrom: string | null
}

/** The way to a store's sessions, in the order in which it is gone. `cache`: of a pair, the cache in front of its rows. */
export const TEST_STEPS = ['ssh', 'name', 'port', 'tls', 'sign-in', 'place', 'sessions', 'values', 'cache', 'write'] as const
export type TestStepId = (typeof TEST_STEPS)[number]

export interface TestStep {
  readonly id: TestStepId
  /** `warn`: reached, with something to know. `skipped`: not reached. */
  readonly state: 'ok' | 'warn' | 'failed' | 'skipped'
  /** A fact for people: an address, a version, a table; or why not all of it can be done. */
  readonly detail: string | Reason | null
  /** null: not measured apart. */
  readonly ms: number | null
}

export interface ConnectionReport {
  readonly steps: readonly TestStep[]
  /** What was in the way; null: nothing. */
  readonly error: SerializedError | null
  readonly elapsedMs: number
}
