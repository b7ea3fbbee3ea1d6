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

const tls = (why: Why): Translation<Address> =>
  error('CONNECT_TLS', why, { hint: 'next.tlscacert' })

const LOST = error('CONNECT_LOST', 'reach.closed', { hint: 'next.newConnection', retryable: true })
const TIMEOUT = error('CONNECT_TIMEOUT', reason('reach.noAnswerFor', { seconds: LIMITS.storeMs / 1000 }), { hint: 'next.checkRuns', retryable: true })
const NO_TLS = tls('reach.tlsNoneOrOdd')

const CONNECTION_ERRORS: ErrorTable<Address> = {
  ECONNREFUSED: error('CONNECT_REFUSED', 'reach.nothingListens', { hint: 'next.checkHostPortRedis', retryable: true }),
  ENOENT: error('CONNECT_REFUSED', 'reach.noSocket', { hint: 'next.checkSocketRedis' }),
  ENOTSOCK: error('CONNECT_REFUSED', 'reach.notSocket', { hint: 'next.checkPath' }),
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
  COATCHECK_CLEARTEXT: error('CONNECT_AUTH', 'reach.passwordWouldTravel', { hint: 'next.useRediss' }),
  COATCHECK_NOT_REDIS: error('STORE_UNSUPPORTED', 'redis.notRedis', { hint: 'next.usualPortRedis' }),
  COATCHECK_CA: error('CONNECT_TLS', 'reach.tlsCaUnread', { hint: 'next.checkPathPermissions' }),
  CERT_HAS_EXPIRED: tls('reach.certificateExpired'),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('reach.certificateOwn'),
  SELF_SIGNED_CERT_IN_CHAIN: tls('reach.certificateUntrusted'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('reach.certificateUnknown'),
  UNABLE_TO_GET_ISSUER_CERT: tls('reach.certificateUnknown'),
  ERR_TLS_CERT_ALTNAME_INVALID: tls('reach.certificateOtherHost'),
  EPROTO: NO_TLS,
  ERR_SSL: NO_TLS,
}

export function translateRedisError(foreign: unknown, address: Address): CoatcheckError {
  return translateError(foreign, CONNECTION_ERRORS, address)
}

const AUTH_HINT = { hint: 'next.checkUser' } as const
const LATER = { hint: 'next.inAMoment', retryable: true } as const
const MOVING = error('STORE_BUSY', 'redis.movingSlots', LATER)

/** First word of an error answer → what it means. */
const REFUSALS: ErrorTable<Address> = {
  NOAUTH: error('CONNECT_AUTH', 'redis.asksPassword', { hint: 'next.givePassword' }),
  WRONGPASS: error('CONNECT_AUTH', 'redis.wrongPassword', AUTH_HINT),
  DENIED: error('STORE_PERMISSION', 'redis.protectedMode', { hint: 'next.fromServerItself' }),
  NOPERM: error('STORE_PERMISSION', 'redis.acl', { hint: 'next.checkAcl' }),
  READONLY: error('STORE_READ_ONLY', 'redis.replica', { hint: 'next.master' }),
  OOM: error('STORE_READ_ONLY', 'redis.noMemory', { retryable: true }),
  MISCONF: error('STORE_READ_ONLY', 'redis.cannotSave', { retryable: true }),
  NOREPLICAS: error('STORE_READ_ONLY', 'redis.fewReplicas', { retryable: true }),
  LOADING: error('STORE_BUSY', 'redis.loading', LATER),
  BUSY: error('STORE_BUSY', 'redis.busyScript', LATER),
  MASTERDOWN: error('STORE_BUSY', 'redis.masterLost', LATER),
  MOVED: MOVING,
  ASK: MOVING,
  TRYAGAIN: MOVING,
  CLUSTERDOWN: MOVING,
  ERR: error('STORE_UNSUPPORTED', 'redis.command'),
}

const SENTINEL_HINT = { hint: 'next.sentinelPassword' } as const
const SENTINEL_REFUSALS: ErrorTable<Address> = {
  NOAUTH: error('CONNECT_AUTH', 'redis.sentinelAsksPassword', SENTINEL_HINT),
  WRONGPASS: error('CONNECT_AUTH', 'redis.sentinelWrongPassword', SENTINEL_HINT),
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
