/** Columns that hold Django's session text (django_session, and the tables of qsessions and user_sessions). */
const DATA_COLUMNS: readonly string[] = ['session_data']
/** Columns of those tables, and of a cache table, that tell that a line is a header. */
const COLUMNS: readonly string[] = [...DATA_COLUMNS, 'session_key', 'expire_date', 'cache_key', 'value', 'expires', 'user_id', 'user_agent', 'last_activity', 'created_at', 'updated_at', 'ip']
/** DatabaseCache keeps a base64 pickle under this name; too common a word to count without its neighbours. */
const CACHE_COLUMN = 'value'

export function isDataColumn(name: string): boolean {
  return DATA_COLUMNS.includes(bare(name))
}

export function isKnownColumn(name: string): boolean {
  return COLUMNS.includes(bare(name))
}

/** Index of the column that holds the session; -1: these are no columns of a table with sessions. */
export function findDataColumn(names: readonly string[]): number {
  const bares = names.map(bare)
  const data = bares.findIndex((name) => DATA_COLUMNS.includes(name))
  return data < 0 && bares.includes('cache_key') ? bares.indexOf(CACHE_COLUMN) : data
}

/** `"django_session"."session_data"` → `session_data`. */
function bare(name: string): string {
  return name.trim().replaceAll(/["'`[\]]/g, '').replace(/^.*\./, '').toLowerCase()
}
