import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'
import { CoatcheckError } from '../../shared/errors.ts'

/** Where the program's own files are. */
export interface Places {
  readonly workers: { readonly store: URL; readonly decode: URL }
  readonly rendererFolder: string
  readonly preload: string
  readonly resourcesFolder: string
}

/**
 * Seen from an entry: beside each other in `out/main` when built; in their rooms when the sources run as they are.
 * @param entry `import.meta.url` of a file in `out/main` or in `electron/<shell>`
 */
export function placesOf(entry: string): Places {
  const built = !entry.endsWith('.ts')
  const at = (path: string): URL => new URL(path, entry)
  return {
    workers: {
      store: at(built ? './store-worker.js' : '../core/connections/store-worker.ts'),
      decode: at(built ? './decode-worker.js' : '../core/workers/decode-worker.ts'),
    },
    rendererFolder: fileURLToPath(at(built ? '../renderer/' : '../../out/renderer/')),
    preload: fileURLToPath(at(built ? '../preload/index.cjs' : '../../out/preload/index.cjs')),
    resourcesFolder: fileURLToPath(at('../../resources/')),
  }
}

/**
 * The folder that holds preferences, journals and the demo: made for this user alone.
 * @param asked by option or `COATCHECK_DATA_FOLDER`; null: the system's usual place
 * @throws STORE_PERMISSION when every user of the machine could put files there
 */
export function openDataFolder(asked: string | null): string {
  const folder = asked === null ? envPaths('coatcheck', { suffix: '' }).data : resolve(asked)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return folder
  if (asked === null) chmodSync(folder, 0o700)
  else if ((statSync(folder).mode & 0o002) !== 0) {
    throw new CoatcheckError('STORE_PERMISSION', `Every user can write to the data folder ${folder}.`, { hint: 'Name a folder of your own.', subject: folder })
  }
  return folder
}
