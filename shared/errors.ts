import type { Reason, Why } from './words/reason.ts'
import { english, toReason, verbatim } from './words/reason.ts'

/** The closed list of error codes. A new code needs a text in `words/en.ts` (`errors.*`), which the compiler asks for. */
export const ERROR_CODES = [
  // reaching a store
  'CONNECT_REFUSED', 'CONNECT_AUTH', 'CONNECT_TLS', 'CONNECT_TIMEOUT', 'CONNECT_LOST',
  // the SSH server on the way
  'SSH_UNREACHABLE', 'SSH_AUTH', 'SSH_HOST_UNKNOWN', 'SSH_HOST_CHANGED', 'SSH_FORWARD',
  // what the store is, or allows
  'STORE_NOT_FOUND', 'STORE_NOT_DATABASE', 'STORE_NOT_DJANGO', 'STORE_DAMAGED', 'STORE_BUSY', 'STORE_READ_ONLY', 'STORE_UNSUPPORTED', 'STORE_PERMISSION',
  // one session
  'SESSION_GONE', 'SESSION_CONFLICT', 'SESSION_TOO_LARGE', 'SESSION_EXISTS',
  // session data
  'DATA_UNKNOWN_FORMAT', 'DATA_CORRUPT', 'DATA_UNSAFE', 'DATA_TOO_LARGE', 'DATA_INVALID',
  // signing
  'SIGNATURE_BAD', 'SIGNATURE_KEY_MISSING', 'SIGNATURE_EXPIRED',
  // changing things
  'PLAN_EXPIRED', 'CONFIRMATION_REQUIRED', 'NOTHING_TO_CHANGE', 'JOURNAL_INVALID',
  // keeping secrets
  'VAULT_LOCKED', 'VAULT_UNAVAILABLE',
  // the app itself
  'ACCESS_DENIED', 'HOST_PORT_TAKEN', 'HOST_RUNNING', 'REQUEST_INVALID', 'CANCELLED', 'WORKER_LOST', 'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

export interface ErrorDetails {
  /** What to do next, one sentence, in English. */
  readonly hint?: string
  /** What it is about: a file name, a table, a masked session key. Never a secret. */
  readonly subject?: string
  /** Whether the same call may succeed later with nothing changed by the user. */
  readonly retryable?: boolean
  /** Position in the text the user gave: 0-based offset in UTF-16 units. */
  readonly position?: number
  /** How many units from there are meant. */
  readonly length?: number
}

/** As an error is made: its hint is of the catalogue too. */
export interface ErrorFacts extends Omit<ErrorDetails, 'hint'> {
  readonly hint?: Why
}

/** The only form in which an error leaves the core: no stack, no SQL, no secret. */
export interface SerializedError extends ErrorDetails {
  readonly code: ErrorCode
  /** One sentence, subject first, in English. */
  readonly message: string
  /** The same as a sentence of the catalogue, for a face that speaks another language; so is `next`, of `hint`. */
  readonly reason: Reason
  readonly next?: Reason
}

/** Why it failed is a sentence of the catalogue: an id of it that needs no parameters, or what `reason` makes. `message` says it in English. */
export class CoatcheckError extends Error {
  override readonly name = 'CoatcheckError'
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly reason: Reason
  /** What to do next; null: nothing is known to help. */
  readonly next: Reason | null

  constructor(code: ErrorCode, why: Why, { hint, ...facts }: ErrorFacts = {}, cause?: unknown) {
    const reason = toReason(why)
    super(english(reason), cause === undefined ? undefined : { cause })
    this.code = code
    this.reason = reason
    this.next = hint === undefined ? null : toReason(hint)
    this.details = this.next === null ? facts : { ...facts, hint: english(this.next) }
  }
}

export function serializeError({ code, message, details, reason, next }: CoatcheckError): SerializedError {
  return { code, message, ...details, reason, ...(next === null ? {} : { next }) }
}

export function deserializeError({ code, reason, next, subject, retryable, position, length }: SerializedError): CoatcheckError {
  return new CoatcheckError(code, reason, {
    ...(next === undefined ? {} : { hint: next }),
    ...(subject === undefined ? {} : { subject }),
    ...(retryable === undefined ? {} : { retryable }),
    ...(position === undefined ? {} : { position }),
    ...(length === undefined ? {} : { length }),
  })
}

/** What was thrown as something else: a mistake of ours, in its own words. */
export function unexpected(error: unknown): CoatcheckError {
  return new CoatcheckError('INTERNAL', verbatim(String(error)), {}, error)
}

/** An abort is not a failure: whoever asked for it gets this one code. */
export function cancelled(): CoatcheckError {
  return new CoatcheckError('CANCELLED', 'app.stopped')
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled()
}
