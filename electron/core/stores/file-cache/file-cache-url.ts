import { readFolderUrl } from '../file/folder-url.ts'
import type { ReadStoreUrl } from '../store-url.ts'
import type { FileCachePlace } from './file-cache.ts'

export interface FileCacheProfile extends FileCachePlace {
  readonly kind: 'file-cache'
}

/** `djcache:///folder?prefix=&version=1` @throws REQUEST_INVALID */
export const readFileCacheUrl: ReadStoreUrl<FileCacheProfile> = (text) => {
  const { path, name, parameters, url } = readFolderUrl(text, 'djcache', ['prefix', 'version'])
  const { prefix = '', version = '1' } = parameters
  return { url, name, location: path, isLocal: true, kind: 'file', engine: 'cache', profile: { kind: 'file-cache', path, prefix, version } }
}
