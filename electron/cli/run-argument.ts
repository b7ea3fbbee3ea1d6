import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'

/** The run that a folder is, or the one run that a folder holds; null: it is none, and may be the journal of one change. */
export function findRun(path: string): { readonly folder: string; readonly runId: string } | null {
  const whole = resolve(path)
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory() !== true) return null
  if (isRun(whole)) return { folder: dirname(whole), runId: basename(whole) }
  const runs = readdirSync(whole).filter((name) => isRun(join(whole, name)))
  return runs.length === 1 && runs[0] !== undefined ? { folder: whole, runId: runs[0] } : null
}

/** A run goes into a folder of its own. @throws JOURNAL_INVALID where something is there already */
export function assertFree(path: string | boolean | undefined): void {
  if (typeof path !== 'string' || !existsSync(path)) return
  if (statSync(path).isDirectory() && readdirSync(path).length === 0) return
  throw new CoatcheckError('JOURNAL_INVALID', verbatim('Something is there already, where the journal would go. Nothing was changed.'), { hint: verbatim('Name a path that is not there yet.'), subject: path })
}

const isRun = (folder: string): boolean => existsSync(join(folder, 'run.json'))
