import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CoatcheckError, throwIfAborted } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { probeSqlite } from '../stores/database/sqlite-probe.ts'
import type { ProbeResult } from '../stores/database/sqlite-probe.ts'

/** Where Django projects put their database, seen from their folder. */
const PLACES = ['.', 'data', 'db', 'database', 'var', 'instance', 'src', 'storage']
const TABLE = 'django_session'
/** Files of one folder that are looked at. */
const MOST_FILES = 2000

interface Candidate {
  readonly path: string
  readonly probe: ProbeResult
}

/**
 * The one SQLite file of a project with a session table in it. Found by content, not by name; folders below are not walked through.
 * @throws STORE_NOT_FOUND: no SQLite file; STORE_NOT_DJANGO: none with sessions; REQUEST_INVALID: several, named;
 * or what keeps the only one from being read
 */
export async function findSqlite(folder: string, signal: AbortSignal): Promise<string> {
  await checkFolder(folder)
  const candidates: Candidate[] = []
  const seen = new Set<string>()
  for (const place of PLACES) candidates.push(...(await probeFolder(join(folder, place), seen, signal)))
  const holding = candidates.filter(({ probe }) => probe.kind === 'database' && probe.sessionTables.includes(TABLE))
  const [only] = holding
  if (only !== undefined && holding.length === 1) return only.path
  if (holding.length > 1) throw several(folder, holding.map(({ path }) => path))
  // Locked or damaged: opening it will say so, and a retry may help.
  const unreadable = candidates.find(({ probe }) => probe.kind === 'unreadable')
  if (unreadable?.probe.kind === 'unreadable') throw unreadable.probe.error
  throw candidates.length === 0 ? nothing(folder) : noSessions(folder, candidates.map(({ path }) => path))
}

async function probeFolder(folder: string, seen: Set<string>, signal: AbortSignal): Promise<readonly Candidate[]> {
  throwIfAborted(signal)
  const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((entry) => !/-(?:wal|shm|journal)$/.test(entry.name))
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  // Files before links, which may lead to one of them.
  const names = [...sorted.filter((entry) => entry.isFile()), ...sorted.filter((entry) => entry.isSymbolicLink())].map((entry) => entry.name)
  const found: Candidate[] = []
  for (const name of names.slice(0, MOST_FILES)) {
    throwIfAborted(signal)
    const path = join(folder, name)
    const real = await realpath(path).catch(() => path)
    if (seen.has(real)) continue
    seen.add(real)
    const probe = await probeSqlite(path)
    if (probe.kind === 'database' || (probe.kind === 'unreadable' && looksLikeDatabase(name))) found.push({ path, probe })
  }
  return found
}

async function checkFolder(folder: string): Promise<void> {
  const facts = await stat(folder).catch(() => null)
  if (facts === null) throw new CoatcheckError('STORE_NOT_FOUND', 'files.noFolder', { hint: 'next.checkPath', subject: folder })
  if (!facts.isDirectory()) throw new CoatcheckError('STORE_NOT_FOUND', 'files.fileNotFolder', { hint: 'next.openAsFile', subject: folder })
}

/** A file that cannot be read has no content to go by. */
const looksLikeDatabase = (name: string): boolean => /\.(?:sqlite3?|db3?)$/i.test(name)

function several(folder: string, paths: readonly string[]): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', reason('sqlite.several', { files: list(folder, paths) }), { hint: 'next.openOne', subject: folder })
}

function nothing(folder: string): CoatcheckError {
  return new CoatcheckError('STORE_NOT_FOUND', 'sqlite.noneInFolder', { hint: 'next.openFolderOrFile', subject: folder })
}

function noSessions(folder: string, paths: readonly string[]): CoatcheckError {
  return new CoatcheckError('STORE_NOT_DJANGO', reason('sqlite.noneWithTable', { table: TABLE, files: list(folder, paths) }), { hint: 'next.migrateOrTable', subject: folder })
}

function list(folder: string, paths: readonly string[]): string {
  const names = paths.slice(0, 10).map((path) => path.slice(folder.length).replace(/^[/\\]/, ''))
  return paths.length > 10 ? `${names.join(', ')} and ${paths.length - 10} more` : names.join(', ')
}
