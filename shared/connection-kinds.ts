/** Kinds of stores as people choose them, and how what they enter becomes a URL (docs/cli.md). Plain data: a new store is a line here. */
export type ConnectionKindId = 'postgresql' | 'mysql' | 'sqlite' | 'redis' | 'memcached' | 'dbcache' | 'djcache' | 'file'

export type FieldId =
  | 'path' | 'host' | 'port' | 'hosts' | 'user' | 'password' | 'database' | 'master' | 'number' | 'socketNumber' | 'sentinelUser' | 'sentinelPassword' | 'replicas'
  | 'table' | 'cacheTable' | 'tls' | 'ca' | 'redisCa' | 'prefix' | 'version' | 'format' | 'pattern' | 'cookieName'

export interface ConnectionField {
  /**
   * Part of the URL. Segments follow the host, in the order of the fields. A secret is read out of its parameter, as a password is out of
   * its place, and never written: it goes apart from the URL.
   */
  readonly at: 'path' | 'host' | 'port' | 'hosts' | 'user' | 'password' | 'segment' | { readonly query: string } | { readonly secret: string }
  /** Quarters of the form's width. */
  readonly span: 1 | 2 | 3 | 4
  /** Values to choose from; the empty one leaves the parameter out. */
  readonly choices?: readonly string[]
  /** What is meant when nothing is entered; shown as such. */
  readonly usual?: string
  /** Without it there is no URL. */
  readonly needed?: true
  /** Stands behind "More". */
  readonly more?: true
}

export const CONNECTION_FIELDS: Readonly<Record<FieldId, ConnectionField>> = {
  path: { at: 'path', span: 4, needed: true },
  host: { at: 'host', span: 3, usual: 'localhost' },
  port: { at: 'port', span: 1 },
  hosts: { at: 'hosts', span: 4, needed: true },
  user: { at: 'user', span: 2 },
  password: { at: 'password', span: 2 },
  database: { at: 'segment', span: 2, needed: true },
  master: { at: 'segment', span: 2, needed: true },
  number: { at: 'segment', span: 1, usual: '0' },
  socketNumber: { at: { query: 'db' }, span: 1, usual: '0' },
  sentinelUser: { at: { query: 'sentinel_user' }, span: 2, more: true },
  replicas: { at: { query: 'read_from_replicas' }, span: 2, choices: ['', '1'], more: true },
  sentinelPassword: { at: { secret: 'sentinel_password' }, span: 2, more: true },
  table: { at: { query: 'table' }, span: 2, usual: 'django_session' },
  cacheTable: { at: { query: 'table' }, span: 2, needed: true },
  tls: { at: { query: 'sslmode' }, span: 2, choices: ['', 'verify-full', 'disable'], more: true },
  ca: { at: { query: 'sslrootcert' }, span: 2, more: true },
  redisCa: { at: { query: 'tlscacert' }, span: 2, more: true },
  prefix: { at: { query: 'prefix' }, span: 2, more: true },
  version: { at: { query: 'version' }, span: 1, usual: '1', more: true },
  format: { at: { query: 'format' }, span: 1, choices: ['', 'django', 'django-redis', 'json'], more: true },
  pattern: { at: { query: 'pattern' }, span: 2, usual: 'session:*', more: true },
  cookieName: { at: { query: 'cookie_name' }, span: 2, usual: 'sessionid' },
}

/** One form of a kind: a scheme, and what is entered for it. */
export interface ConnectionVariant {
  readonly id: string
  readonly kind: ConnectionKindId
  readonly scheme: string
  /** Schemes that mean the same. */
  readonly aliases?: readonly string[]
  readonly fields: readonly FieldId[]
  readonly port?: string
}

const SQL: readonly FieldId[] = ['host', 'port', 'user', 'password', 'database', 'table', 'tls', 'ca']
const SQL_CACHE: readonly FieldId[] = ['host', 'port', 'user', 'password', 'database', 'cacheTable', 'tls', 'ca', 'prefix', 'version']
const REDIS: readonly FieldId[] = ['prefix', 'version', 'format', 'pattern']
const SENTINEL: readonly FieldId[] = ['sentinelUser', 'sentinelPassword']

export const CONNECTION_VARIANTS = [
  { id: 'postgresql', kind: 'postgresql', scheme: 'postgresql', aliases: ['postgres'], port: '5432', fields: SQL },
  { id: 'mysql', kind: 'mysql', scheme: 'mysql', aliases: ['mariadb'], port: '3306', fields: SQL },
  { id: 'sqlite', kind: 'sqlite', scheme: 'sqlite', fields: ['path', 'table'] },
  { id: 'redis', kind: 'redis', scheme: 'redis', port: '6379', fields: ['host', 'port', 'user', 'password', 'number', ...REDIS] },
  { id: 'rediss', kind: 'redis', scheme: 'rediss', port: '6379', fields: ['host', 'port', 'user', 'password', 'number', 'redisCa', ...REDIS] },
  { id: 'unix', kind: 'redis', scheme: 'unix', fields: ['path', 'user', 'password', 'socketNumber', ...REDIS] },
  { id: 'sentinel', kind: 'redis', scheme: 'redis+sentinel', fields: ['hosts', 'master', 'number', 'user', 'password', ...SENTINEL, ...REDIS] },
  { id: 'sentinelTls', kind: 'redis', scheme: 'rediss+sentinel', fields: ['hosts', 'master', 'number', 'user', 'password', 'redisCa', ...SENTINEL, ...REDIS] },
  { id: 'cluster', kind: 'redis', scheme: 'redis+cluster', fields: ['hosts', 'user', 'password', 'replicas', ...REDIS] },
  { id: 'clusterTls', kind: 'redis', scheme: 'rediss+cluster', fields: ['hosts', 'user', 'password', 'redisCa', 'replicas', ...REDIS] },
  { id: 'memcached', kind: 'memcached', scheme: 'memcached', fields: ['hosts', 'prefix', 'version'] },
  { id: 'dbcachePostgresql', kind: 'dbcache', scheme: 'dbcache+postgresql', port: '5432', fields: SQL_CACHE },
  { id: 'dbcacheMysql', kind: 'dbcache', scheme: 'dbcache+mysql', port: '3306', fields: SQL_CACHE },
  { id: 'dbcacheSqlite', kind: 'dbcache', scheme: 'dbcache+sqlite', fields: ['path', 'cacheTable', 'prefix', 'version'] },
  { id: 'djcache', kind: 'djcache', scheme: 'djcache', fields: ['path', 'prefix', 'version'] },
  { id: 'file', kind: 'file', scheme: 'file', fields: ['path', 'cookieName'] },
] as const satisfies readonly ConnectionVariant[]

export type VariantId = (typeof CONNECTION_VARIANTS)[number]['id']

export const CONNECTION_KINDS: readonly ConnectionKindId[] = [...new Set(CONNECTION_VARIANTS.map(({ kind }) => kind))]

export function variantOf(id: VariantId): ConnectionVariant & { readonly id: VariantId } {
  return CONNECTION_VARIANTS.find((variant) => variant.id === id) ?? CONNECTION_VARIANTS[0]
}

/** Only what has a host of its own can be reached through SSH. */
export const canTunnel = ({ fields }: Pick<ConnectionVariant, 'fields'>): boolean => fields.includes('host')

/** Kinds of which cached_db can be made: rows, and the cache in front of them. */
export const PAIR_ROWS: readonly ConnectionKindId[] = ['postgresql', 'mysql', 'sqlite']
export const PAIR_CACHES: readonly ConnectionKindId[] = ['redis', 'memcached', 'dbcache', 'djcache']
