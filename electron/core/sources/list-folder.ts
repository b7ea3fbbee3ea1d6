import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CoatcheckError, throwIfAborted } from '../../../shared/errors.ts'
import type { FolderEntry, FolderListing } from '../../../shared/model/app.ts'
import { isJarName } from '../../../shared/model/jar-name.ts'

const MAX_ENTRIES = 2000
const SQLITE_HEADER = 'SQLite format 3\0'
const SQLITE_NAME = /\.(?:sqlite3?|db3?)$/i

/**
 * Folders, SQLite files and cookie jars of a folder, for a face without the system's own file dialog.
 * A SQLite file is known by its first 16 bytes, a jar by its name; a Django project by its `manage.py`.
 */
export async function listFolder(folder: string, signal: AbortSignal): Promise<FolderListing> {
  const path = resolve(folder)
  const found = await readFolder(path)
  const entries: FolderEntry[] = []
  for (const item of found.slice(0, MAX_ENTRIES)) {
    throwIfAborted(signal)
    const entry = await toEntry(path, item)
    if (entry !== null) entries.push(entry)
  }
  const parent = dirname(path)
  return { folder: path, parent: parent === path ? null : parent, entries, truncated: found.length > MAX_ENTRIES }
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    const items = await readdir(path, { withFileTypes: true })
    return items.filter((item) => !item.name.startsWith('.')).sort((a, b) => a.name.localeCompare(b.name))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EACCES' || code === 'EPERM') throw new CoatcheckError('STORE_PERMISSION', 'files.folderMayNotRead', { hint: 'next.otherFolder', subject: path }, error)
    throw new CoatcheckError('STORE_NOT_FOUND', code === 'ENOTDIR' ? 'files.fileNotFolder' : 'files.noSuchFolder', { hint: 'next.checkPath', subject: path }, error)
  }
}

async function toEntry(folder: string, item: Dirent): Promise<FolderEntry | null> {
  const path = join(folder, item.name)
  // stat, not Dirent: a link to a folder is a folder here. It fails for what may not be looked at, which is then left out.
  const facts = await stat(path).catch(() => null)
  if (facts === null) return null
  if (facts.isDirectory()) {
    const isProject = await stat(join(path, 'manage.py')).then((file) => file.isFile(), () => false)
    return { name: item.name, path, kind: isProject ? 'project' : 'folder', sizeBytes: null, modifiedAt: facts.mtimeMs }
  }
  // isFile keeps FIFOs and devices out: opening one of those would wait, or act.
  if (facts.isFile() && isJarName(path)) return { name: item.name, path, kind: 'jar', sizeBytes: facts.size, modifiedAt: facts.mtimeMs }
  if (!facts.isFile() || !(SQLITE_NAME.test(item.name) || (await hasSqliteHeader(path)))) return null
  return { name: item.name, path, kind: 'sqlite', sizeBytes: facts.size, modifiedAt: facts.mtimeMs }
}

async function hasSqliteHeader(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null)
  if (handle === null) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    return bytesRead === 16 && buffer.toString('latin1') === SQLITE_HEADER
  } catch {
    return false
  } finally {
    await handle.close()
  }
}
