import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { throwIfAborted } from '../../../../shared/errors.ts'

/** Folders that hold no project of their own, or too much. */
const SKIPPED = new Set(['node_modules', '__pycache__', 'site-packages', 'dist-packages', 'bower_components', 'static', 'staticfiles', 'media', 'htmlcov', 'build', 'dist'])
const MAX_DEPTH = 5
const MAX_FOLDERS = 3000
const MAX_ENTRIES = 2000

export interface Walk {
  /** Folders with a `manage.py` of their own. */
  readonly withManage: readonly string[]
  /** Folders with a settings module and no `manage.py` above. */
  readonly withSettings: readonly string[]
  readonly truncated: boolean
}

/** Looks below a folder, near things first. Links are not followed; what cannot be read is left out. */
export async function walkDown(start: string, signal: AbortSignal): Promise<Walk> {
  const withManage: string[] = []
  const withSettings: string[] = []
  const waiting: { folder: string; depth: number }[] = [{ folder: start, depth: 0 }]
  let folders = 0
  let truncated = false
  for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
    throwIfAborted(signal)
    folders += 1
    if (folders > MAX_FOLDERS) {
      truncated = true
      break
    }
    const entries = await entriesOf(item.folder)
    const files = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name))
    // A virtual environment says what it is.
    if (files.has('pyvenv.cfg') || entries.some((entry) => entry.name === 'conda-meta')) continue
    if (files.has('manage.py')) withManage.push(item.folder)
    if (files.has('settings.py') && (files.has('wsgi.py') || files.has('asgi.py') || files.has('urls.py'))) withSettings.push(join(item.folder, '..'))
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue
      if (item.depth + 1 > MAX_DEPTH) truncated = true
      else waiting.push({ folder: join(item.folder, entry.name), depth: item.depth + 1 })
    }
  }
  return { withManage, withSettings, truncated }
}

/** Entries of a folder, by name; at most so many. Empty: it may not be read. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_ENTRIES)
}

export function isRepositoryTop(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.name === '.git' || entry.name === '.hg')
}

export function nameOf(folder: string): string {
  return basename(folder)
}
