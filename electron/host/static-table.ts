import { readFileSync, readdirSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

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
  const table = new Map<string, StaticFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    table.set(`/${relative(folder, file).split(sep).join('/')}`, { type, body: readFileSync(file) })
  }
  const index = table.get('/index.html')
  if (index !== undefined) table.set('/', index)
  return table
}
