import { isSecretKey, looksSecret } from '../../../../shared/secrets.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { dataChanges } from '../tree/data-changes.ts'
import { pathText } from '../tree/data-path.ts'
import { MASK } from '../tree/secret-keys.ts'
import { typedLine } from '../tree/value-text.ts'

/** One value that you, the app, or both changed since the session was read. */
export interface ConflictRow {
  readonly path: string
  readonly before: string
  readonly after: string
  readonly by: 'you' | 'app'
  /** Both changed it. */
  readonly clashes: boolean
}

export function conflictRows(base: DataNode, mine: DataNode, theirs: DataNode): readonly ConflictRow[] {
  const yours = changedValues(base, mine)
  const apps = changedValues(base, theirs)
  const paths = new Set(yours.map((row) => row.path))
  const clashing = new Set(apps.map((row) => row.path).filter((path) => paths.has(path)))
  return [
    ...yours.map((row) => ({ ...row, by: 'you' as const, clashes: clashing.has(row.path) })),
    ...apps.map((row) => ({ ...row, by: 'app' as const, clashes: clashing.has(row.path) })),
  ]
}

function changedValues(before: DataNode, after: DataNode): { readonly path: string; readonly before: string; readonly after: string }[] {
  return dataChanges(before, after).map((change) => {
    const path = change.kind === 'removed' ? pathText(before, change.beforePath) : pathText(after, change.path)
    const values = change.kind === 'renamed' ? [] : [...('before' in change ? [change.before] : []), ...('after' in change ? [change.after] : [])]
    if (isSecretKey(path) || values.some((value) => looksSecret(null, value))) return { path, before: MASK, after: MASK }
    switch (change.kind) {
      case 'added': return { path, before: '–', after: short(change.after) }
      case 'removed': return { path, before: short(change.before), after: '–' }
      case 'renamed': return { path, before: pathText(before, change.beforePath), after: path }
      default: return { path, before: short(change.before), after: short(change.after) }
    }
  })
}

function short(node: DataNode): string {
  return typedLine(node)
}
