import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorDetails } from '../../../../shared/errors.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'
import type { ServerPlace } from './server-place.ts'
import { spellPlace } from './server-place.ts'

/** A sentence that is the same for every place; foreign messages may hold values, so none of their words are used. */
export const serverError = (code: ErrorCode, message: string, details: ErrorDetails = {}): Translation<ServerPlace> =>
  (place, cause) => new CoatcheckError(code, message, { subject: spellPlace(place), ...details }, cause)

const tls = (message: string): Translation<ServerPlace> =>
  serverError('CONNECT_TLS', message, { hint: 'sslrootcert=/path/to/ca.pem in the URL names the certificate to trust. Nothing was sent.' })

export const REFUSED = serverError('CONNECT_REFUSED', 'Nothing listens at this address.', { hint: 'Check host and port, and that the server runs.', retryable: true })
export const UNKNOWN_HOST = serverError('CONNECT_REFUSED', 'No server has this host name.', { hint: 'Check the host’s name.' })
export const TIMEOUT = serverError('CONNECT_TIMEOUT', 'The server does not answer in time.', { hint: 'Check that it runs and can be reached, then try again.', retryable: true })
export const LOST = serverError('CONNECT_LOST', 'The server has closed the connection.', { hint: 'Try again: a new connection is made.', retryable: true })
export const NO_TLS = serverError('CONNECT_TLS', 'The server does not offer TLS.', { hint: 'Coatcheck does not go on without it; sslmode=disable in the URL says that this is wanted.' })
export const OTHER_NAME = tls('The server’s certificate is for another host name.')
export const CLEARTEXT = serverError('CONNECT_AUTH', 'The server asks for the password in a form that others on the way can read.', { hint: 'Use TLS (sslmode=verify-full), or add cleartext=1 to the URL. The password was not sent.' })
export const BUSY = serverError('STORE_BUSY', 'Another transaction has locked this session or table.', { hint: 'Wait until its work is done, then try again.', retryable: true })

/** Errors of sockets, names and certificates: the same for every server. */
export const NETWORK_ERRORS: ErrorTable<ServerPlace> = {
  ECONNREFUSED: REFUSED,
  ENOENT: serverError('CONNECT_REFUSED', 'There is no socket at this path.', { hint: 'Check the path, and that the server runs.' }),
  EACCES: serverError('STORE_PERMISSION', 'You are not allowed to use this socket or certificate file.', { hint: 'Check its permissions.' }),
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: serverError('CONNECT_REFUSED', 'The host’s name cannot be looked up now.', { hint: 'Check the network, then try again.', retryable: true }),
  ETIMEDOUT: TIMEOUT,
  EHOSTUNREACH: serverError('CONNECT_REFUSED', 'There is no way to this host.', { hint: 'Check the network.' }),
  ENETUNREACH: serverError('CONNECT_REFUSED', 'There is no way to this network.', { hint: 'Check the network.' }),
  ECONNRESET: LOST,
  EPIPE: LOST,
  ERR_STREAM_DESTROYED: LOST,
  COATCHECK_LOST: LOST,
  COATCHECK_CLEARTEXT: CLEARTEXT,
  CERT_HAS_EXPIRED: tls('The server’s certificate has expired.'),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('The server’s certificate is signed by itself.'),
  SELF_SIGNED_CERT_IN_CHAIN: tls('The server’s certificate is signed by an authority that is not trusted here.'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('The server’s certificate is signed by an authority that is not known here.'),
  UNABLE_TO_GET_ISSUER_CERT: tls('The server’s certificate is signed by an authority that is not known here.'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: tls('The server’s certificate is signed by an authority that is not known here.'),
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  EPROTO: tls('The server speaks TLS in a way that is not understood.'),
  ERR_SSL: tls('The server speaks TLS in a way that is not understood.'),
}

/** An error of ours inside a client library, known by its code. */
export function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}
