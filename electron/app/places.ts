import { fileURLToPath } from 'node:url'

/** Where the program's own files are. */
export interface Places {
  /** The built pages. */
  readonly rendererFolder: string
  readonly preload: string
  /** Holds `demo/`. */
  readonly resourcesFolder: string
}

/**
 * Seen from an entry: `out/main/….js` of a build, or `electron/<shell>/….ts` when the sources run as they are.
 * @param entry `import.meta.url` of the entry
 */
export function placesOf(entry: string): Places {
  const out = new URL(entry.endsWith('.ts') ? '../../out/' : '../', entry)
  return {
    rendererFolder: fileURLToPath(new URL('renderer/', out)),
    preload: fileURLToPath(new URL('preload/index.cjs', out)),
    resourcesFolder: fileURLToPath(new URL('../resources/', out)),
  }
}
