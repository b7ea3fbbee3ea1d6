import { readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface StaticFile {
  readonly type: string
  readonly body: Buffer
}
export type StaticTable = ReadonlyMap<string, StaticFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Reads the built pages once: `/index.html`, `/assets/…`, and `/` for the first of them.
 * Requests are looked up here by their exact path and never reach the file system, so no path can lead out of the folder.
 * Links and files of unknown kinds are left out.
 */
export function readStaticTable(folder: string): StaticTable {
  const table = new Map(filesIn(folder, ''))
  const index = table.get('/index.html')
  if (index !== undefined) table.set('/', index)
  return table
}

/** Walks by itself: Node's own recursive listing follows links to folders. */
function* filesIn(folder: string, path: string): Generator<[string, StaticFile]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const type = TYPES[extname(entry.name)]
    const file = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(file, `${path}/${entry.name}`)
    else if (entry.isFile() && type !== undefined) yield [`${path}/${entry.name}`, { type, body: readFileSync(file) }]
  }
}
