import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorFacts } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'
import type { ServerPlace } from './server-place.ts'
import { spellPlace } from './server-place.ts'

/** A sentence that is the same for every place; foreign messages may hold values, so none of their words are used. */
export const serverError = (code: ErrorCode, why: Why, details: ErrorFacts = {}): Translation<ServerPlace> =>
  (place, cause) => new CoatcheckError(code, why, { subject: spellPlace(place), ...details }, cause)

const tls = (why: Why): Translation<ServerPlace> =>
  serverError('CONNECT_TLS', why, { hint: 'next.sslrootcert' })

export const REFUSED = serverError('CONNECT_REFUSED', 'reach.nothingListens', { hint: 'next.checkHostPort', retryable: true })
export const UNKNOWN_HOST = serverError('CONNECT_REFUSED', 'reach.noHost', { hint: 'next.checkHost' })
export const TIMEOUT = serverError('CONNECT_TIMEOUT', 'reach.noAnswerInTime', { hint: 'next.checkRuns', retryable: true })
export const LOST = serverError('CONNECT_LOST', 'reach.closed', { hint: 'next.newConnection', retryable: true })
export const NO_TLS = serverError('CONNECT_TLS', 'reach.tlsNotOffered', { hint: 'next.sslmodeDisable' })
export const OTHER_NAME = tls('reach.certificateOtherHost')
export const CLEARTEXT = serverError('CONNECT_AUTH', 'reach.passwordReadable', { hint: 'next.useTlsOrCleartext' })
export const BUSY = serverError('STORE_BUSY', 'sql.locked', { hint: 'next.waitUnlocked', retryable: true })

/** Errors of sockets, names and certificates: the same for every server. */
export const NETWORK_ERRORS: ErrorTable<ServerPlace> = {
  ECONNREFUSED: REFUSED,
  ENOENT: serverError('CONNECT_REFUSED', 'reach.noSocket', { hint: 'next.checkSocket' }),
  EACCES: serverError('STORE_PERMISSION', 'reach.socketOrCertificateForbidden', { hint: 'next.checkPermissions' }),
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: serverError('CONNECT_REFUSED', 'reach.lookUpFailed', { hint: 'next.checkNetworkAgain', retryable: true }),
  ETIMEDOUT: TIMEOUT,
  EHOSTUNREACH: serverError('CONNECT_REFUSED', 'reach.noWayToHost', { hint: 'next.checkNetwork' }),
  ENETUNREACH: serverError('CONNECT_REFUSED', 'reach.noWayToNetwork', { hint: 'next.checkNetwork' }),
  ECONNRESET: LOST,
  EPIPE: LOST,
  ERR_STREAM_DESTROYED: LOST,
  COATCHECK_LOST: LOST,
  COATCHECK_CLEARTEXT: CLEARTEXT,
  CERT_HAS_EXPIRED: tls('reach.certificateExpired'),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('reach.certificateOwn'),
  SELF_SIGNED_CERT_IN_CHAIN: tls('reach.certificateUntrusted'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('reach.certificateUnknown'),
  UNABLE_TO_GET_ISSUER_CERT: tls('reach.certificateUnknown'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: tls('reach.certificateUnknown'),
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  EPROTO: tls('reach.tlsOdd'),
  ERR_SSL: tls('reach.tlsOdd'),
}

/** An error of ours inside a client library, known by its code. */
export function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}
