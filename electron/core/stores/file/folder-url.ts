import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CoatcheckError } from '../../../../shared/errors.ts'

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
  const example = `Write ${scheme}:///absolute/folder${known.length === 0 ? '' : `?${known[0]}=…`}.`
  const invalid = (message: string): CoatcheckError => new CoatcheckError('REQUEST_INVALID', message, { hint: example })
  const url = URL.parse(text.trim())
  if (url === null || url.protocol !== `${scheme}:`) throw invalid(`This is no ${scheme}:// URL.`)
  if ((url.host !== '' && url.host !== 'localhost') || url.username !== '' || url.password !== '') throw invalid('The URL names a host; a folder is of this machine.')
  const path = pathOf(url, invalid)
  const parameters: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) throw invalid('The URL has a parameter that is not known here.')
    if (Object.hasOwn(parameters, name)) throw invalid(`The URL names ${name} twice.`)
    parameters[name] = value
  }
  const query = new URLSearchParams(parameters).toString()
  return { path, name: basename(path), parameters, url: `${scheme}://${pathToFileURL(path).pathname}${query === '' ? '' : `?${query}`}` }
}

function pathOf(url: URL, invalid: (message: string) => CoatcheckError): string {
  const path = toPath(url)
  if (path === null || path.includes('\0')) throw invalid('The path of the URL is not one of a folder.')
  return path
}

function toPath(url: URL): string | null {
  try {
    return fileURLToPath(`file://${url.pathname}`)
  } catch {
    return null
  }
}
