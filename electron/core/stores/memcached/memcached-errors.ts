import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorFacts } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'

/** The address of a server, for people. */
type Address = string

const error = (code: ErrorCode, why: Why, details: ErrorFacts = {}): Translation<Address> =>
  (address, cause) => new CoatcheckError(code, why, { subject: address, ...details }, cause)

const LOST = error('CONNECT_LOST', 'reach.closed', { hint: 'next.newConnection', retryable: true })
const TIMEOUT = error('CONNECT_TIMEOUT', reason('reach.noAnswerFor', { seconds: LIMITS.storeMs / 1000 }), { hint: 'next.checkRuns', retryable: true })

const MEMCACHED_ERRORS: ErrorTable<Address> = {
  ECONNREFUSED: error('CONNECT_REFUSED', 'reach.nothingListens', { hint: 'next.checkHostPortMemcached', retryable: true }),
  ENOENT: error('CONNECT_REFUSED', 'reach.noSocket', { hint: 'next.checkSocketMemcached' }),
  EACCES: error('STORE_PERMISSION', 'reach.socketForbidden', { hint: 'next.checkPermissions' }),
  ENOTFOUND: error('CONNECT_REFUSED', 'reach.noHost', { hint: 'next.checkHost' }),
  EAI_AGAIN: error('CONNECT_REFUSED', 'reach.lookUpFailed', { hint: 'next.checkNetworkAgain', retryable: true }),
  EHOSTUNREACH: error('CONNECT_REFUSED', 'reach.noWayToHost', { hint: 'next.checkNetwork' }),
  ENETUNREACH: error('CONNECT_REFUSED', 'reach.noWayToNetwork', { hint: 'next.checkNetwork' }),
  ETIMEDOUT: TIMEOUT,
  COATCHECK_SILENT: TIMEOUT,
  ECONNRESET: LOST,
  EPIPE: LOST,
  COATCHECK_LOST: LOST,
  COATCHECK_NOT_MEMCACHED: error('STORE_UNSUPPORTED', 'memcached.notMemcached', { hint: 'next.usualPortMemcached' }),
}

export function translateMemcachedError(foreign: unknown, address: Address): CoatcheckError {
  return translateError(foreign, MEMCACHED_ERRORS, address)
}

/** An error line of the server. Its words may quote keys, so none of them are used. */
export function serverRefusal(line: string, address: Address): CoatcheckError {
  if (/^CLIENT_ERROR unauth/i.test(line)) return new CoatcheckError('CONNECT_AUTH', 'memcached.asksPassword', { subject: address })
  if (/too large/.test(line)) return new CoatcheckError('SESSION_TOO_LARGE', 'memcached.tooLong', { subject: address })
  if (/out of memory/.test(line)) return new CoatcheckError('STORE_READ_ONLY', 'memcached.noMemory', { subject: address, retryable: true })
  if (/^BUSY/.test(line)) return new CoatcheckError('STORE_BUSY', 'memcached.listing', { hint: 'next.inAMoment', subject: address, retryable: true })
  return new CoatcheckError('STORE_UNSUPPORTED', 'redis.command', { subject: address })
}

export const coded = (code: string): Error => Object.assign(new Error(code), { code })
