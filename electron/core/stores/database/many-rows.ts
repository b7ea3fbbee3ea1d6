import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { DeleteTarget, StoreImage } from '../session-store.ts'
import { rowOf } from './row-reader.ts'
import type { WholeRow } from './row-reader.ts'
import { joinSql, sql } from './sql-dialect.ts'
import type { SqlClient, SqlRow, SqlStatement, SqlTransaction } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, bytesOf, etagOf, fromImage } from './stored-value.ts'

type Client = Pick<SqlClient, 'dialect' | 'shape'>
type Query = (statement: SqlStatement) => Promise<readonly SqlRow[]>

/** Keys of one statement: far below what any database takes as parameters. */
export const STATEMENT_KEYS = 500

/**
 * Rows of up to `STATEMENT_KEYS` keys, by one statement. Missing: no such row, one that is too long, or one that takes the slow way (bytes
 * that are no UTF-8, a key of another type). `lock`: ends the SELECT.
 */
export async function readRows({ dialect, shape }: Client, query: Query, keys: readonly SessionKey[], lock: string): Promise<Map<SessionKey, WholeRow>> {
  const found = new Map<SessionKey, WholeRow>()
  const { wanted, candidates } = candidatesOf(shape.kind, keys)
  const columns = shape.columns.flatMap((name) => [dialect.plainly(name).kind, dialect.plainly(name).value])
  const size = shape.columns.map((name) => `COALESCE(${dialect.sizeOf(name)}, 0)`).join(' + ')
  const rows = await query(sql(`SELECT ${columns.join(', ')} FROM ${shape.from} WHERE ${dialect.quote(shape.kind.key)} IN (`, boundList({ dialect }, candidates), `) AND ${size} <= ${LIMITS.storedValueBytes} ${lock}`))
  for (const row of rows) {
    if (row.some((value) => dialect.isLossy(value))) continue
    const whole = rowOf(shape.columns, shape.columns.map((_, index) => dialect.toStored(row[index * 2], row[index * 2 + 1])))
    const key = wanted.get(spellExactly(whole.get(shape.kind.key)))
    // A collation may find a row whose key is not this one.
    if (key !== undefined && !found.has(key)) found.set(key, whole)
  }
  return found
}

interface Standing {
  readonly etag: Etag
  /** What the key column holds. */
  readonly key: StoredValue
}

/** What stands of many keys: rows are long, and of most no more is needed than this. */
async function readStanding(client: Client, query: Query, keys: readonly SessionKey[], lock: string): Promise<ReadonlyMap<SessionKey, Standing>> {
  const { dialect, shape: { kind } } = client
  const etag = dialect.etagOf(kind.data, kind.expire)
  const standing = new Map<SessionKey, Standing>()
  for (let from = 0; from < keys.length; from += STATEMENT_KEYS) {
    const some = keys.slice(from, from + STATEMENT_KEYS)
    if (etag !== null) await readEtags(client, query, some, { etag, lock, standing })
    else for (const [key, row] of await readRows(client, query, some, lock)) standing.set(key, { etag: rowEtag(client, row), key: row.get(kind.key) })
  }
  return standing
}

/** As the database itself makes them: of each row its key and 22 letters travel. */
async function readEtags({ dialect, shape }: Client, query: Query, keys: readonly SessionKey[], { etag, lock, standing }: { readonly etag: string; readonly lock: string; readonly standing: Map<SessionKey, Standing> }): Promise<void> {
  const { wanted, candidates } = candidatesOf(shape.kind, keys)
  const name = dialect.plainly(shape.kind.key)
  const rows = await query(sql(`SELECT ${name.kind}, ${name.value}, ${etag} FROM ${shape.from} WHERE ${dialect.quote(shape.kind.key)} IN (`, boundList({ dialect }, candidates), `) ${lock}`))
  for (const [kind, value, tag] of rows) {
    const stored = dialect.toStored(kind, value)
    const key = wanted.get(spellExactly(stored))
    const text = tag instanceof Uint8Array ? Buffer.from(tag).toString('latin1') : tag
    if (key !== undefined && typeof text === 'string' && !standing.has(key)) standing.set(key, { etag: text, key: stored })
  }
}

/** What the key column may hold for keys, and whose each is. */
function candidatesOf(kind: Client['shape']['kind'], keys: readonly SessionKey[]): { readonly wanted: ReadonlyMap<string, SessionKey>; readonly candidates: readonly StoredValue[] } {
  const wanted = new Map<string, SessionKey>()
  const candidates = keys.flatMap((key) => {
    const stored = kind.storedKeys(key)
    for (const candidate of stored) wanted.set(spellExactly(candidate), key)
    return stored
  })
  return { wanted, candidates }
}

/**
 * Deletes those that are as their etags say, in one statement behind one that locks them. A null outcome: to be settled one by one.
 * @throws what the database does; the transaction is then rolled back
 */
export async function deleteRows(client: Client, transaction: SqlTransaction, targets: readonly DeleteTarget[]): Promise<readonly (KeyOutcome | null)[]> {
  const { dialect, shape: { kind, from } } = client
  const standing = await readStanding(client, (statement) => transaction.query(statement), targets.map(({ key }) => key), dialect.lockRows)
  const outcomes = targets.map(({ key, ifEtag }): KeyOutcome | null => {
    const found = standing.get(key)
    if (found === undefined) return null
    return ifEtag === null || found.etag === ifEtag ? { key, outcome: 'done', etag: null, reason: null } : { key, outcome: 'conflict', etag: found.etag, reason: null }
  })
  const stored = outcomes.flatMap((outcome) => (outcome?.outcome === 'done' ? [standing.get(outcome.key)?.key ?? NULL] : []))
  for (let first = 0; first < stored.length; first += STATEMENT_KEYS) {
    const part = stored.slice(first, first + STATEMENT_KEYS)
    const deleted = await transaction.run(sql(`DELETE FROM ${from} WHERE ${dialect.quote(kind.key)} IN (`, boundList(client, part), ')'))
    // More or fewer than were looked at: no statement for many is safe in such a table.
    if (deleted !== part.length) throw new NotForMany()
  }
  return outcomes
}

/** Inserts those of which nothing stands, in one statement. A null outcome: to be settled one by one. */
export async function insertRows(client: Client, transaction: SqlTransaction, images: readonly StoreImage[]): Promise<readonly (KeyOutcome | null)[]> {
  const { dialect, shape } = client
  const keys = images.map(({ key }) => key)
  const query: Query = (statement) => transaction.query(statement)
  const standing = await readStanding(client, query, keys, '')
  const fresh = images.filter(({ key }) => !standing.has(key))
  const names = shape.insertable
  const perStatement = Math.max(1, Math.min(STATEMENT_KEYS, Math.floor(30_000 / names.length)))
  for (let first = 0; first < fresh.length; first += perStatement) {
    const rows = fresh.slice(first, first + perStatement).map((image) => {
      const values = names.map((name) => fromImage(image, name))
      if (values.some((value) => value === undefined)) throw new NotForMany()
      return sql('(', joinSql(values.map((value) => dialect.bind(value ?? NULL)), ', '), ')')
    })
    await transaction.run(sql(`INSERT INTO ${shape.from} (${names.map((name) => dialect.quote(name)).join(', ')}) VALUES`, joinSql(rows, ', ')))
  }
  const after = await readStanding(client, query, fresh.map(({ key }) => key), '')
  return images.map(({ key }) => {
    const before = standing.get(key)
    if (before !== undefined) return { key, outcome: 'exists', etag: before.etag, reason: null }
    return { key, outcome: 'done', etag: after.get(key)?.etag ?? null, reason: null }
  })
}

/** What a statement for many cannot do here; nothing of it stays. */
export class NotForMany extends Error {}

export function rowEtag({ shape: { kind } }: Client, row: WholeRow): Etag {
  return etagOf(row.get(kind.data), row.get(kind.expire))
}

function boundList({ dialect }: Pick<Client, 'dialect'>, values: readonly StoredValue[]): SqlStatement {
  return joinSql(values.map((value) => dialect.bind(value)), ', ')
}

/** Text that is no UTF-8 is bytes, and stands apart from any that is. */
const spellExactly = (stored: StoredValue): string => (typeof stored.value === 'string' ? `string:${stored.value}` : `${stored.kind}:${Buffer.from(bytesOf(stored)).toString('latin1')}`)
