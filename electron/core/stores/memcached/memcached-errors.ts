import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorDetails } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'

/** The address of a server, for people. */
type Address = string

const error = (code: ErrorCode, message: string, details: ErrorDetails = {}): Translation<Address> =>
  (address, cause) => new CoatcheckError(code, message, { subject: address, ...details }, cause)

const LOST = error('CONNECT_LOST', 'The server has closed the connection.', { hint: 'Try again: a new connection is made.', retryable: true })
const TIMEOUT = error('CONNECT_TIMEOUT', `The server has not answered for ${LIMITS.storeMs / 1000} seconds.`, { hint: 'Check that it runs and can be reached, then try again.', retryable: true })

const MEMCACHED_ERRORS: ErrorTable<Address> = {
  ECONNREFUSED: error('CONNECT_REFUSED', 'Nothing listens at this address.', { hint: 'Check host and port, and that memcached runs.', retryable: true }),
  ENOENT: error('CONNECT_REFUSED', 'There is no socket at this path.', { hint: 'Check the path, and that memcached runs.' }),
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
  COATCHECK_NOT_MEMCACHED: error('STORE_UNSUPPORTED', 'What listens at this address does not speak memcached’s text protocol.', { hint: 'Check the port: memcached’s usual one is 11211.' }),
}

export function translateMemcachedError(foreign: unknown, address: Address): CoatcheckError {
  return translateError(foreign, MEMCACHED_ERRORS, address)
}

/** An error line of the server. Its words may quote keys, so none of them are used. */
export function serverRefusal(line: string, address: Address): CoatcheckError {
  if (/^CLIENT_ERROR unauth/i.test(line)) return new CoatcheckError('CONNECT_AUTH', 'The server asks for a password (ASCII or SASL authentication), which is not supported.', { subject: address })
  if (/too large/.test(line)) return new CoatcheckError('SESSION_TOO_LARGE', 'The session is longer than the server takes (its limit for one item, 1 MB unless set otherwise).', { subject: address })
  if (/out of memory/.test(line)) return new CoatcheckError('STORE_READ_ONLY', 'The server has no memory left for this session; nothing was written.', { subject: address, retryable: true })
  if (/^BUSY/.test(line)) return new CoatcheckError('STORE_BUSY', 'The server is listing its keys for somebody else.', { hint: 'Try again in a moment.', subject: address, retryable: true })
  return new CoatcheckError('STORE_UNSUPPORTED', 'The server does not take this command.', { subject: address })
}

export const coded = (code: string): Error => Object.assign(new Error(code), { code })
