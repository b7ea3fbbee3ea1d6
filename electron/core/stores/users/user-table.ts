import { throwIfAborted } from '../../../../shared/errors.ts'
import type { Owner, UserColumns, UserTable } from '../../../../shared/model/owner.ts'
import type { RawValue } from '../session-store.ts'
import type { Credentials, UserDirectory } from '../user-directory.ts'
import type { SqlRow, SqlStatement } from '../database/sql-dialect.ts'

/** What one database does differently from the next, for reading a table of users. */
export interface UserDatabase extends AsyncDisposable {
  query(statement: SqlStatement, signal: AbortSignal): Promise<readonly SqlRow[]>
  quote(name: string): string
  /** Where a key goes in a statement; its type must be said where the server would else guess it. */
  readonly keyParameter: Readonly<Record<KeyKind, string>>
  /** The table's columns with their types, in lower case; empty: there is no such table. */
  columns(table: UserTable, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
}

export type KeyKind = 'integer' | 'uuid' | 'text'

interface Found {
  readonly columns: UserColumns
  readonly keyKind: KeyKind
  readonly from: string
}

/** Keys that one statement asks for. */
const KEYS_AT_ONCE = 500
const INTEGER = /^[+-]?\d{1,18}$/
/** What `int()` of Python takes, as far as digits go. */
const PYTHON_INT = /^\s*[+-]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** Users of a table, found by primary key, which the database has an index for. */
export function createUserTable(database: UserDatabase, table: UserTable): UserDirectory {
  let finding: Promise<Found | null> | null = null

  /** Looked for once; a failure is no answer. */
  function find(signal: AbortSignal): Promise<Found | null> {
    finding ??= look(database, table, signal).catch((error: unknown) => {
      finding = null
      throw error
    })
    return finding
  }

  return {
    async describe(signal) {
      return (await find(signal)) === null ? null : table.table
    },

    async byIds(ids, signal) {
      const found = await find(signal)
      if (found === null) return ids.map((id) => noUser(id, 'gone'))
      const keys = keysOf(ids, found.keyKind)
      const owners = await readOwners(database, found, keys, signal)
      return ids.map((id) => {
        const owner = owners.get(keys.get(id) ?? '')
        return owner === undefined ? noUser(id, canBeKey(id, found.keyKind) ? 'gone' : 'no-key') : { ...owner, id }
      })
    },

    async credentialsOf(ids, signal) {
      const found = await find(signal)
      const credentials = new Map<string, Credentials | 'no-key'>()
      if (found === null) return credentials
      const keys = keysOf(ids, found.keyKind)
      const byKey = new Map<string, Credentials>()
      const { id, isActive, password } = found.columns
      for await (const [key = null, active = null, text = null] of readByKey(database, found, { columns: [id, isActive, password], keys }, signal)) {
        byKey.set(toKey(fromKey(key, found.keyKind), found.keyKind) ?? '', { isActive: isActive === null ? null : toFlag(active) === true, password: toText(text) })
      }
      for (const [one, key] of keys) {
        const known = byKey.get(key)
        if (known !== undefined) credentials.set(one, known)
      }
      for (const one of ids) if (!canBeKey(one, found.keyKind)) credentials.set(one, 'no-key')
      return credentials
    },

    async idsOf(name, limit, signal) {
      const found = await find(signal)
      if (found === null || found.columns.username === null) return []
      const { quote } = database
      const column = quote(found.columns.username)
      const isStart = name.endsWith('*')
      const text = isStart ? name.slice(0, -1) : name
      const where = isStart ? `${column} LIKE ? ESCAPE '!'` : `${column} = ?`
      const rows = await database.query({ sql: `SELECT ${quote(found.columns.id)} FROM ${found.from} WHERE ${where} ORDER BY 1 LIMIT ${Math.trunc(limit)}`, params: [isStart ? `${text.replaceAll(/[!%_]/g, '!$&')}%` : text] }, signal)
      return rows.map(([id]) => fromKey(id ?? null, found.keyKind))
    },

    async search(text, limit, signal) {
      const found = await find(signal)
      return found === null ? [] : searchOwners(database, found, text, limit, signal)
    },

    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** null: the table, or its primary key, is not there. Other columns may be missing. */
async function look(database: UserDatabase, table: UserTable, signal: AbortSignal): Promise<Found | null> {
  const types = await database.columns(table, signal)
  const has = (name: string | null): string | null => (name !== null && types.has(name.toLowerCase()) ? name : null)
  const id = has(table.columns.id)
  if (id === null) return null
  const { username, email, isActive, isStaff, isSuperuser, password } = table.columns
  const from = table.schema === null ? database.quote(table.table) : `${database.quote(table.schema)}.${database.quote(table.table)}`
  return {
    from,
    keyKind: keyKindOf(types.get(id.toLowerCase()) ?? ''),
    columns: { id, username: has(username), email: has(email), isActive: has(isActive), isStaff: has(isStaff), isSuperuser: has(isSuperuser), password: has(password) },
  }
}

/** Django keeps a UUID as `uuid` (PostgreSQL, MariaDB 10.7) or as `char(32)` without dashes. */
function keyKindOf(type: string): KeyKind {
  if (/int|serial/.test(type)) return 'integer'
  return type === 'uuid' || /^char(?:acter)?\(32\)$/.test(type) ? 'uuid' : 'text'
}

/** The key in the words of the database's column. null: no user can have such a key there. */
function toKey(id: string, kind: KeyKind): string | null {
  if (!canBeKey(id, kind)) return null
  const digits = id.trim().replaceAll('_', '')
  if (kind === 'integer') return INTEGER.test(digits) ? String(BigInt(digits)) : null
  if (kind === 'uuid') return bareUuid(id).replaceAll('-', '').toLowerCase()
  return id.includes('\0') ? null : id
}

/** `to_python` of the primary key (AutoField, UUIDField, CharField of django/db/models/fields/__init__.py); false: a ValidationError. */
function canBeKey(id: string, kind: KeyKind): boolean {
  if (kind === 'integer') return PYTHON_INT.test(id)
  return kind === 'text' || UUID.test(bareUuid(id))
}

/** As `uuid.UUID` of Python has it. */
const bareUuid = (id: string): string => id.replaceAll('urn:', '').replaceAll('uuid:', '').replace(/^[{}]+|[{}]+$/g, '')

/** Ids that can be keys there, with their keys. */
function keysOf(ids: readonly string[], kind: KeyKind): ReadonlyMap<string, string> {
  return new Map(ids.flatMap((id) => {
    const key = toKey(id, kind)
    return key === null ? [] : [[id, key] as const]
  }))
}

async function readOwners(database: UserDatabase, found: Found, keys: ReadonlyMap<string, string>, signal: AbortSignal): Promise<ReadonlyMap<string, Owner>> {
  const owners = new Map<string, Owner>()
  for await (const row of readByKey(database, found, { columns: ownerColumns(found.columns), keys }, signal)) {
    const owner = toOwner(row, found.keyKind)
    owners.set(toKey(owner.id, found.keyKind) ?? owner.id, owner)
  }
  return owners
}

/** Columns of the users with these keys; a missing column is NULL. */
async function* readByKey(database: UserDatabase, { columns: { id }, keyKind, from }: Found, { columns, keys }: { readonly columns: readonly (string | null)[]; readonly keys: ReadonlyMap<string, string> }, signal: AbortSignal): AsyncGenerator<SqlRow> {
  const { quote } = database
  const wanted = [...new Set(keys.values())]
  for (let start = 0; start < wanted.length; start += KEYS_AT_ONCE) {
    throwIfAborted(signal)
    const part = wanted.slice(start, start + KEYS_AT_ONCE)
    const params = part.map((key): RawValue => (keyKind === 'integer' ? BigInt(key) : key))
    yield* await database.query({ sql: `SELECT ${selected(columns, quote)} FROM ${from} WHERE ${quote(id)} IN (${part.map(() => database.keyParameter[keyKind]).join(', ')})`, params }, signal)
  }
}

/** Reads no more rows than are shown. Letter case is the database's own: SQLite knows that of ASCII only. */
async function searchOwners(database: UserDatabase, { columns, keyKind, from }: Found, text: string, limit: number, signal: AbortSignal): Promise<readonly Owner[]> {
  const { quote, keyParameter } = database
  const like = (column: string): string => `LOWER(${quote(column)}) LIKE LOWER(?) ESCAPE '!'`
  const escaped = text.replaceAll(/[!%_]/g, '!$&')
  const key = toKey(text.replace(/^#/, ''), keyKind)
  const named = [columns.username, columns.email].filter((column) => column !== null)
  const tests = [...named.map(like), ...(key === null ? [] : [`${quote(columns.id)} = ${keyParameter[keyKind]}`])]
  const params: RawValue[] = [...named.map(() => `%${escaped}%`), ...(key === null ? [] : [keyKind === 'integer' ? BigInt(key) : key])]
  const order = columns.username === null ? [] : [`CASE WHEN ${like(columns.username)} THEN 0 ELSE 1 END`, quote(columns.username)]
  const where = text === '' ? '' : ` WHERE ${tests.length === 0 ? '1 = 0' : tests.join(' OR ')}`
  const sql = `SELECT ${selected(ownerColumns(columns), quote)} FROM ${from}${where} ORDER BY ${[...order, quote(columns.id)].join(', ')} LIMIT ${Math.trunc(limit)}`
  const used = [...(text === '' ? [] : params), ...(order.length === 0 ? [] : [`${escaped}%`])]
  return (await database.query({ sql, params: used }, signal)).map((row) => toOwner(row, keyKind))
}

const ownerColumns = ({ id, username, email, isActive, isStaff, isSuperuser }: UserColumns): readonly (string | null)[] => [id, username, email, isActive, isStaff, isSuperuser]
const selected = (columns: readonly (string | null)[], quote: UserDatabase['quote']): string => columns.map((name) => (name === null ? 'NULL' : quote(name))).join(', ')

function toOwner([key = null, username = null, email = null, isActive = null, isStaff = null, isSuperuser = null]: SqlRow, keyKind: KeyKind): Owner {
  return { id: fromKey(key, keyKind), state: 'known', username: toText(username), email: toText(email), isActive: toFlag(isActive), isStaff: toFlag(isStaff), isSuperuser: toFlag(isSuperuser) }
}

/** As `value_to_string` of the primary key has it: a UUID with its dashes. */
function fromKey(key: RawValue, kind: KeyKind): string {
  const text = toText(key) ?? ''
  return kind === 'uuid' ? text.replaceAll('-', '').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : text
}

const toText = (value: RawValue): string | null => (value === null ? null : value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value))

/** Booleans: `t` of PostgreSQL, 1 of the others. */
function toFlag(value: RawValue): boolean | null {
  return value === null ? null : ['1', 't', 'true'].includes((toText(value) ?? '').toLowerCase())
}

function noUser(id: string, state: 'gone' | 'no-key'): Owner {
  return { id, state, username: null, email: null, isActive: null, isStaff: null, isSuperuser: null }
}
