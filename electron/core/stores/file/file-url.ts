import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ReadStoreUrl } from '../store-url.ts'
import type { FilePlace } from './file.ts'
import { readFolderUrl } from './folder-url.ts'

export interface FileProfile extends FilePlace {
  readonly kind: 'file'
}

/** Django's default SESSION_COOKIE_AGE. */
const TWO_WEEKS = 1_209_600

/** `file:///folder?cookie_name=sessionid&cookie_age=1209600` @throws REQUEST_INVALID */
export const readFileUrl: ReadStoreUrl<FileProfile> = (text) => {
  const { path, name, parameters, url } = readFolderUrl(text, 'file', ['cookie_name', 'cookie_age'])
  const { cookie_name: cookieName = 'sessionid', cookie_age: age = String(TWO_WEEKS) } = parameters
  // RFC 6265's token: what a cookie can be called; no `/` is in it.
  if (!/^[\w!#$%&'*+\-.^`|~]{1,128}$/.test(cookieName)) throw new CoatcheckError('REQUEST_INVALID', 'urls.cookieName', { hint: 'next.cookieNameSetting' })
  if (!/^\d{1,9}$/.test(age)) throw new CoatcheckError('REQUEST_INVALID', 'urls.cookieAge', { hint: 'next.cookieAgeSetting' })
  const cookieAgeSeconds = Number(age)
  return { url, name, location: path, isLocal: true, kind: 'file', engine: 'file', cookieName, cookieAgeSeconds, profile: { kind: 'file', path, cookieName, cookieAgeSeconds } }
}
