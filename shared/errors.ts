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
  /** What to do next, one sentence. */
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

/** The only form in which an error leaves the core: no stack, no SQL, no secret. */
export interface SerializedError extends ErrorDetails {
  readonly code: ErrorCode
  /** One sentence, subject first. */
  readonly message: string
}

export class CoatcheckError extends Error {
  override readonly name = 'CoatcheckError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

export function serializeError(error: CoatcheckError): SerializedError {
  return { code: error.code, message: error.message, ...error.details }
}

export function deserializeError(error: SerializedError): CoatcheckError {
  const { code, message, ...details } = error
  return new CoatcheckError(code, message, details)
}

/** An abort is not a failure: whoever asked for it gets this one code. */
export function cancelled(): CoatcheckError {
  return new CoatcheckError('CANCELLED', 'Stopped.')
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled()
}
