import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'

/** `scheme:///absolute/folder?name=value`, read with the parameters that are known. */
export interface FolderUrl {
  readonly path: string
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  /** The same place, spelled one way. */
  readonly url: string
}

/** @throws REQUEST_INVALID */
export function readFolderUrl(text: string, scheme: string, known: readonly string[]): FolderUrl {
  const example = `${scheme}:///absolute/folder${known.length === 0 ? '' : `?${known[0]}=…`}`
  const invalid = (why: Why): CoatcheckError => new CoatcheckError('REQUEST_INVALID', why, { hint: reason('next.writeUrl', { example }) })
  const url = URL.parse(text.trim())
  if (url === null || url.protocol !== `${scheme}:`) throw invalid(reason('urls.notFolder', { scheme }))
  if ((url.host !== '' && url.host !== 'localhost') || url.username !== '' || url.password !== '') throw invalid('urls.folderHost')
  const path = pathOf(url, invalid)
  const parameters: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) throw invalid('urls.unknownParameter')
    if (Object.hasOwn(parameters, name)) throw invalid(reason('urls.twice', { name }))
    parameters[name] = value
  }
  const query = new URLSearchParams(parameters).toString()
  return { path, name: basename(path), parameters, url: `${scheme}://${pathToFileURL(path).pathname}${query === '' ? '' : `?${query}`}` }
}

function pathOf(url: URL, invalid: (why: Why) => CoatcheckError): string {
  const path = toPath(url)
  if (path === null || path.includes('\0')) throw invalid('urls.notFolderPath')
  return path
}

function toPath(url: URL): string | null {
  try {
    return fileURLToPath(`file://${url.pathname}`)
  } catch {
    return null
  }
}
