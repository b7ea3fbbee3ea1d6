import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import envPaths from 'env-paths'

/** The program's own folder: `COATCHECK_DATA_FOLDER`, else where the system keeps such things. Made 0700 when it is not there. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['COATCHECK_DATA_FOLDER']
  const folder = chosen === undefined || chosen === '' ? envPaths('coatcheck', { suffix: '' }).data : resolve(chosen)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
