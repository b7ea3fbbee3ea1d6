import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorDetails } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'

/** The address of a server, for people. */
type Address = string

const error = (code: ErrorCode, message: string, details: ErrorDetails = {}): Translation<Address> =>
  (address, cause) => new CoatcheckError(code, message, { subject: address, ...details }, cause)

const tls = (message: string): Translation<Address> =>
  error('CONNECT_TLS', message, { hint: 'tlscacert=/path/to/ca.pem in the URL names the certificate to trust. Nothing was sent.' })

const LOST = error('CONNECT_LOST', 'The server has closed the connection.', { hint: 'Try again: a new connection is made.', retryable: true })
const TIMEOUT = error('CONNECT_TIMEOUT', `The server has not answered for ${LIMITS.storeMs / 1000} seconds.`, { hint: 'Check that it runs and can be reached, then try again.', retryable: true })
const NO_TLS = tls('The server does not speak TLS, or in a way that is not understood.')

const CONNECTION_ERRORS: ErrorTable<Address> = {
  ECONNREFUSED: error('CONNECT_REFUSED', 'Nothing listens at this address.', { hint: 'Check host and port, and that Redis runs.', retryable: true }),
  ENOENT: error('CONNECT_REFUSED', 'There is no socket at this path.', { hint: 'Check the path, and that Redis runs.' }),
  ENOTSOCK: error('CONNECT_REFUSED', 'What is at this path is no socket.', { hint: 'Check the path.' }),
  EACCES: error('STORE_PERMISSION', 'You are not allowed to use this socket.', { hint: 'Check its permissions.' }),
  ENOTFOUND: error('CONNECT_REFUSED', 'No server has this host name.', { hint: 'Check the host’s name.' }),
  EAI_AGAIN: error('CONNECT_REFUSED', 'The host’s name cannot be looked up now.', { hint: 'Check the network, then try again.', retryable: true }),
  EHOSTUNREACH: error('CONNECT_REFUSED', 'There is no way to this host.', { hint: 'Check the network.' }),
  ENETUNREACH: error('CONNECT_REFUSED', 'There is no way to this network.', { hint: 'Check the network.' }),
  ETIMEDOUT: TIMEOUT,
  COATCHECK_SILENT: TIMEOUT,
  ECONNRESET: LOST,
  EPIPE: LOST,
  COATCHECK_LOST: LOST,
  COATCHECK_CLEARTEXT: error('CONNECT_AUTH', 'The password would travel where others can read it.', { hint: 'Use TLS (rediss://), or add cleartext=1 to the URL. The password was not sent.' }),
  COATCHECK_NOT_REDIS: error('STORE_UNSUPPORTED', 'What listens at this address does not speak Redis’s protocol.', { hint: 'Check the port: Redis’s usual one is 6379, and TLS needs rediss://.' }),
  COATCHECK_CA: error('CONNECT_TLS', 'The file of tlscacert cannot be read.', { hint: 'Check its path and permissions.' }),
  CERT_HAS_EXPIRED: tls('The server’s certificate has expired.'),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('The server’s certificate is signed by itself.'),
  SELF_SIGNED_CERT_IN_CHAIN: tls('The server’s certificate is signed by an authority that is not trusted here.'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('The server’s certificate is signed by an authority that is not known here.'),
  UNABLE_TO_GET_ISSUER_CERT: tls('The server’s certificate is signed by an authority that is not known here.'),
  ERR_TLS_CERT_ALTNAME_INVALID: tls('The server’s certificate is for another host name.'),
  EPROTO: NO_TLS,
  ERR_SSL: NO_TLS,
}

export function translateRedisError(foreign: unknown, address: Address): CoatcheckError {
  return translateError(foreign, CONNECTION_ERRORS, address)
}

const AUTH_HINT = { hint: 'Check user and password.' }
const LATER = { hint: 'Try again in a moment.', retryable: true }
const MOVING = error('STORE_BUSY', 'The cluster is moving sessions between its servers, or not all of them are there.', LATER)

/** First word of an error answer → what it means. */
const REFUSALS: ErrorTable<Address> = {
  NOAUTH: error('CONNECT_AUTH', 'The server asks for a password.', { hint: 'Give one, in the URL or by --password-env.' }),
  WRONGPASS: error('CONNECT_AUTH', 'The server does not take this user and password.', AUTH_HINT),
  DENIED: error('STORE_PERMISSION', 'The server is in protected mode and takes nobody from elsewhere.', { hint: 'Connect from the server itself, or give it a password.' }),
  NOPERM: error('STORE_PERMISSION', 'This user of Redis may not do this, or not with these keys.', { hint: 'Check the ACL of the user.' }),
  READONLY: error('STORE_READ_ONLY', 'The server is a replica, which cannot be written to.', { hint: 'Connect to its master.' }),
  OOM: error('STORE_READ_ONLY', 'The server has no memory left; nothing was written.', { retryable: true }),
  MISCONF: error('STORE_READ_ONLY', 'The server cannot save to its disk and takes no writes; nothing was written.', { retryable: true }),
  NOREPLICAS: error('STORE_READ_ONLY', 'The server has too few replicas to take writes; nothing was written.', { retryable: true }),
  LOADING: error('STORE_BUSY', 'The server is still loading its data.', LATER),
  BUSY: error('STORE_BUSY', 'The server is busy with a script.', LATER),
  MASTERDOWN: error('STORE_BUSY', 'The replica has lost its master.', LATER),
  MOVED: MOVING,
  ASK: MOVING,
  TRYAGAIN: MOVING,
  CLUSTERDOWN: MOVING,
  ERR: error('STORE_UNSUPPORTED', 'The server does not take this command.'),
}

const SENTINEL_HINT = { hint: 'Sentinels have a password of their own: give it by --sentinel-password-env, and their user as sentinel_user in the URL.' }
const SENTINEL_REFUSALS: ErrorTable<Address> = {
  NOAUTH: error('CONNECT_AUTH', 'The Sentinel asks for a password.', SENTINEL_HINT),
  WRONGPASS: error('CONNECT_AUTH', 'The Sentinel does not take this user and password.', SENTINEL_HINT),
}

/** An error answer of the server. Its words may quote keys and users, so none of them are used. */
export class RedisRefusal {
  /** Its first word: `WRONGTYPE`, `NOPERM`, `MOVED`… */
  readonly code: string

  constructor(message: string) {
    // What a script calls may be refused too, in other words.
    this.code = /user executing the script can't/.test(message) ? 'NOPERM' : /^[A-Z]+/.exec(message)?.[0] ?? 'ERR'
  }

  toError(address: Address): CoatcheckError {
    const error = translateError(coded(this.code), REFUSALS, address)
    return error.code === 'INTERNAL' ? translateError(coded('ERR'), REFUSALS, address) : error
  }
}

/** A Sentinel’s refusal of who asks it: the user and password of the server are none of its own. */
export function ofSentinel(error: unknown): unknown {
  if (!(error instanceof CoatcheckError) || !(error.cause instanceof Error) || !('code' in error.cause)) return error
  const { cause, details: { subject = '' } } = error
  return cause.code === 'NOAUTH' || cause.code === 'WRONGPASS' ? translateError(cause, SENTINEL_REFUSALS, subject) : error
}

export const coded = (code: string): Error => Object.assign(new Error(code), { code })
