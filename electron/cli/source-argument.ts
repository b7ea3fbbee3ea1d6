import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SourceTarget } from '../../shared/model/source.ts'
import type { Input } from '../../shared/rpc/contract.ts'
import { isJarName } from '../../shared/model/jar-name.ts'
import { DEMO } from '../../shared/demo.ts'

/** Which store of a project, and which settings of it. Who names a project on a command line wants the store it uses, wherever that is. */
export interface ProjectChoice {
  readonly store: string
  readonly module: string | undefined
}
const ACTIVE: ProjectChoice = { store: 'active', module: undefined }

/** SOURCE on the command line: `demo`, a folder, a SQLite file, a file of cookies, or the URL of a store. */
export function readSource(text: string, choice: ProjectChoice = ACTIVE): Input<'sources.open'>['target'] {
  if (text === DEMO) return { kind: 'demo' }
  if (/^[a-z][a-z0-9+]*:\/\//i.test(text)) return { kind: 'url', url: text }
  const path = resolve(text)
  if (isFolder(path)) return { kind: 'folder', path, store: choice.store, ...(choice.module === undefined ? {} : { module: choice.module }) }
  return isJarName(path) ? { kind: 'jar', path } : { kind: 'sqlite', path, table: 'django_session' }
}

/** The rows of cached_db, by a URL or as a SQLite file, and its cache. */
export function readPair(text: string, cache: string): SourceTarget {
  return { kind: 'pair', row: /^[a-z][a-z0-9+]*:\/\//i.test(text) ? text : resolve(text), cache }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
