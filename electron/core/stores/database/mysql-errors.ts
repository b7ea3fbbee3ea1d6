import { CoatcheckError } from '../../../../shared/errors.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'
import { BUSY, CLEARTEXT, LOST, NETWORK_ERRORS, NO_TLS, OTHER_NAME, TIMEOUT, serverError } from './server-errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { ServerPlace } from './server-place.ts'

const AUTH = serverError('CONNECT_AUTH', 'reach.refusedUser', { hint: 'next.checkUserFrom' })
const READ_ONLY = serverError('STORE_READ_ONLY', 'sql.readOnlyServer', { hint: 'next.primary' })
const CROWDED = serverError('CONNECT_REFUSED', 'sql.tooManyConnections', { hint: 'next.later', retryable: true })

const UNTRUSTED = serverError('CONNECT_TLS', 'reach.certificateRefused', { hint: 'next.sslrootcert' })

const PERMISSION: Translation<ServerPlace> = ({ user, table }, cause) =>
  new CoatcheckError('STORE_PERMISSION', reason('sql.notAllowed', { user, table }), { hint: 'next.grant', subject: table }, cause)
const NOT_DJANGO: Translation<ServerPlace> = ({ table }, cause) =>
  new CoatcheckError('STORE_NOT_DJANGO', reason('sql.unreadable', { table }), { hint: 'next.openDatabaseAgain', subject: table }, cause)
/** Tells the number only: the server's sentence quotes values. */
const REFUSED_ROW: Translation<ServerPlace> = ({ table }, cause) =>
  new CoatcheckError('STORE_UNSUPPORTED', reason('sql.rowRefused', { table, problem: 'code' in cause ? String(cause.code) : 'refused' }), { subject: table }, cause)

/** Names of server errors (MySQL error reference; MariaDB shares them), and those of the library. */
const MYSQL_ERRORS: ErrorTable<ServerPlace> = {
  ...NETWORK_ERRORS,
  ER_ACCESS_DENIED_ERROR: AUTH,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: AUTH,
  ER_NOT_SUPPORTED_AUTH_MODE: AUTH,
  ER_MUST_CHANGE_PASSWORD: AUTH,
  ER_HOST_NOT_PRIVILEGED: AUTH,
  AUTH_SWITCH_PLUGIN_ERROR: AUTH,
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: CLEARTEXT,
  ER_BAD_DB_ERROR: ({ database }, cause) => new CoatcheckError('STORE_NOT_FOUND', 'sql.noDatabase', { hint: 'next.checkDatabaseName', subject: database }, cause),
  ER_DBACCESS_DENIED_ERROR: PERMISSION,
  ER_TABLEACCESS_DENIED_ERROR: PERMISSION,
  ER_COLUMNACCESS_DENIED_ERROR: PERMISSION,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: PERMISSION,
  ER_NO_SUCH_TABLE: NOT_DJANGO,
  ER_BAD_FIELD_ERROR: NOT_DJANGO,
  ER_LOCK_WAIT_TIMEOUT: BUSY,
  ER_LOCK_DEADLOCK: BUSY,
  ER_OPTION_PREVENTS_STATEMENT: READ_ONLY,
  ER_READ_ONLY_MODE: READ_ONLY,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: READ_ONLY,
  ER_QUERY_TIMEOUT: TIMEOUT,
  ER_STATEMENT_TIMEOUT: TIMEOUT,
  ER_QUERY_INTERRUPTED: TIMEOUT,
  ER_CON_COUNT_ERROR: CROWDED,
  ER_TOO_MANY_USER_CONNECTIONS: CROWDED,
  ER_USER_LIMIT_REACHED: CROWDED,
  ER_SERVER_SHUTDOWN: LOST,
  ER_CONNECTION_KILLED: LOST,
  PROTOCOL_CONNECTION_LOST: LOST,
  ER_NET_PACKET_TOO_LARGE: serverError('SESSION_TOO_LARGE', 'sql.packetTooLong'),
  ER_DUP_ENTRY: serverError('SESSION_EXISTS', 'sql.rowExists'),
  ER_DATA_TOO_LONG: REFUSED_ROW,
  ER_TRUNCATED_WRONG_VALUE: REFUSED_ROW,
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: REFUSED_ROW,
  ER_BAD_NULL_ERROR: REFUSED_ROW,
  ER_NO_DEFAULT_FOR_FIELD: REFUSED_ROW,
  ER_ROW_IS_REFERENCED: REFUSED_ROW,
  ER_ROW_IS_REFERENCED_2: REFUSED_ROW,
  ER_NO_REFERENCED_ROW: REFUSED_ROW,
  ER_NO_REFERENCED_ROW_2: REFUSED_ROW,
  ER_CONSTRAINT_FAILED: REFUSED_ROW,
  ER_CHECK_CONSTRAINT_VIOLATED: REFUSED_ROW,
  HANDSHAKE_NO_SSL_SUPPORT: NO_TLS,
  // The library's code stands in the place of the system's; what a check of the name adds to its error is left.
  HANDSHAKE_SSL_ERROR: (place, cause) => ('reason' in cause && 'cert' in cause ? OTHER_NAME : UNTRUSTED)(place, cause),
  ER_SECURE_TRANSPORT_REQUIRED: serverError('CONNECT_TLS', 'reach.tlsRequired', { hint: 'next.useTls' }),
}

/** MariaDB's own, which the library has no names for. */
const NUMBERS: Readonly<Record<number, string>> = { 1927: 'ER_CONNECTION_KILLED', 1969: 'ER_STATEMENT_TIMEOUT', 4025: 'ER_CONSTRAINT_FAILED' }

export function translateMysqlError(foreign: unknown, place: ServerPlace): CoatcheckError {
  if (foreign instanceof CoatcheckError || !(foreign instanceof Error)) return translateError(foreign, {}, place)
  // The library gives every error of a password plugin a code of its own.
  if (foreign.message === 'COATCHECK_CLEARTEXT') return CLEARTEXT(place, foreign)
  const code = 'errno' in foreign && typeof foreign.errno === 'number' ? NUMBERS[foreign.errno] : undefined
  const known = code === undefined ? undefined : MYSQL_ERRORS[code]
  return known?.(place, foreign) ?? translateError(foreign, MYSQL_ERRORS, place)
}
