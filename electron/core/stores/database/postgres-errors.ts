import { CoatcheckError } from '../../../../shared/errors.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'
import { BUSY, LOST, NETWORK_ERRORS, NO_TLS, TIMEOUT, serverError } from './server-errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { ServerPlace } from './server-place.ts'

const AUTH = serverError('CONNECT_AUTH', 'reach.refusedUser', { hint: 'next.checkUserDatabases' })
const GOING = serverError('CONNECT_LOST', 'sql.shuttingDown', { hint: 'next.inAMoment', retryable: true })

/** Names a constraint or column, never a value. */
const refusedRow: Translation<ServerPlace> = ({ table }, cause) => {
  const name = (['constraint', 'column'] as const).map((field) => (field in cause ? (cause as Error & Record<typeof field, unknown>)[field] : undefined)).find((value) => typeof value === 'string')
  const what = typeof name === 'string' ? name : `SQLSTATE ${codeOf(cause)}`
  return new CoatcheckError('STORE_UNSUPPORTED', reason('sql.rowRefused', { table, problem: what }), { subject: table }, cause)
}

/** SQLSTATE codes (PostgreSQL, appendix A); two characters stand for the rest of a class. */
const POSTGRES_ERRORS: ErrorTable<ServerPlace> = {
  '08': LOST,
  '22': refusedRow,
  '23': refusedRow,
  '23505': serverError('SESSION_EXISTS', 'sql.rowExists'),
  '25006': serverError('STORE_READ_ONLY', 'sql.readOnlyServer', { hint: 'next.primary' }),
  '28': AUTH,
  '3D000': ({ database }, cause) => new CoatcheckError('STORE_NOT_FOUND', 'sql.noDatabase', { hint: 'next.checkDatabaseName', subject: database }, cause),
  '40001': BUSY,
  '40P01': BUSY,
  '42': ({ table }, cause) => new CoatcheckError('STORE_NOT_DJANGO', reason('sql.unreadable', { table }), { hint: 'next.openDatabaseAgain', subject: table }, cause),
  '42501': ({ user, table }, cause) => new CoatcheckError('STORE_PERMISSION', reason('sql.notAllowed', { user, table }), { hint: 'next.grant', subject: table }, cause),
  '53': serverError('CONNECT_REFUSED', 'sql.noResources', { hint: 'next.later', retryable: true }),
  '55P03': BUSY,
  '57014': TIMEOUT,
  '57P': GOING,
  '58': GOING,
}

/** What the library itself says, without a code. */
const MESSAGES: readonly (readonly [RegExp, Translation<ServerPlace>])[] = [
  [/does not support SSL/, NO_TLS],
  [/establishing an SSL/, NO_TLS],
  [/timeout/i, TIMEOUT],
  [/password|SASL|SCRAM/, AUTH],
  [/terminated|not queryable|Connection ended|was closed/i, LOST],
]

export function translatePostgresError(foreign: unknown, place: ServerPlace): CoatcheckError {
  if (foreign instanceof CoatcheckError || !(foreign instanceof Error)) return translateError(foreign, {}, place)
  const code = codeOf(foreign)
  const state = [code, code.slice(0, 3), code.slice(0, 2)].find((part) => code.length === 5 && Object.hasOwn(POSTGRES_ERRORS, part))
  const known = state === undefined ? undefined : POSTGRES_ERRORS[state]
  const said = code === '' ? MESSAGES.find(([pattern]) => pattern.test(foreign.message))?.[1] : undefined
  return (known ?? said)?.(place, foreign) ?? translateError(foreign, NETWORK_ERRORS, place)
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
