import { mkdirSync, statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { dataFolder } from '../app/data-folder.ts'

const OTHERS_MAY_WRITE = 0o022

/**
 * What V8 compiled is kept for the next command, in the program's own folder: what lies there is run, so nobody else may write to it.
 * Where there can be no such folder everything is compiled anew.
 */
export function keepCompiled(environment: NodeJS.ProcessEnv): void {
  try {
    const own = dataFolder(environment)
    const folder = join(own, 'compiled')
    mkdirSync(folder, { mode: 0o700, recursive: true })
    if (isOursAlone(own) && isOursAlone(folder)) enableCompileCache(folder)
  } catch {
    // A command that only needs its arguments works without a folder, too.
  }
}

function isOursAlone(folder: string): boolean {
  const { mode, uid } = statSync(folder)
  return process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS_MAY_WRITE) === 0)
}
