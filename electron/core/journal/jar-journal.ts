import type { SourceTarget } from '../../../shared/model/source.ts'
import type { Journal } from './journal.ts'

/**
 * Keeps changes of a jar in `passing`, all others in `kept`. A jar holds its cookies in memory and ends with the app:
 * a file could never be undone, and would hold a login for nothing.
 */
export function keepJarsApart(kept: Journal, passing: Journal): Journal {
  const holderOf = (changeId: string): Journal => (kept.fileOf(changeId) === null ? passing : kept)
  return {
    begin: (entry) => (isJar(entry.target) ? passing : kept).begin(entry),
    finish: (changeId, outcomes) => holderOf(changeId).finish(changeId, outcomes),
    markUndone: (changeId) => holderOf(changeId).markUndone(changeId),
    open: (file) => kept.open(file),
    read: async (changeId) => (await passing.read(changeId)) ?? kept.read(changeId),
    list: async () => [...(await passing.list()), ...(await kept.list())].sort((a, b) => b.at - a.at),
    fileOf: (changeId) => kept.fileOf(changeId),
  }
}

/** A file of cookies, pasted ones, and those of a project that keeps its sessions in cookies. */
function isJar(target: SourceTarget): boolean {
  switch (target.kind) {
    case 'jar': case 'pasted': return true
    case 'url': return /^\s*jar:/i.test(target.url)
    case 'folder': return target.store === 'signed_cookies'
    default: return false
  }
}
