import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SourceTarget } from '../../shared/model/source.ts'
import { DEMO } from '../../shared/demo.ts'

/** SOURCE on the command line: `demo`, a folder, a SQLite file, or the URL of a store. */
export function readSource(text: string): SourceTarget {
  if (text === DEMO) return { kind: 'demo' }
  if (/^[a-z][a-z0-9+]*:\/\//i.test(text)) return { kind: 'url', url: text }
  const path = resolve(text)
  return isFolder(path) ? { kind: 'folder', path } : { kind: 'sqlite', path, table: 'django_session' }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
