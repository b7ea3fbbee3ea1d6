import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { StoreUrl } from '../store-url.ts'
import type { JarProfile } from './jar-store.ts'

/** Django's defaults: SESSION_COOKIE_NAME, SESSION_COOKIE_AGE. */
const COOKIE = { name: 'sessionid', ageSeconds: 14 * 86_400 }
const PARAMETERS = ['cookie_name', 'cookie_age']

/**
 * `jar:///abs/file.har?cookie_name=sessionid&cookie_age=1209600`: a HAR file, a cookies.txt or cookies.sqlite of Firefox.
 * @throws REQUEST_INVALID
 */
export function readJarUrl(text: string, clock: StoreClock): StoreUrl<JarProfile> {
  const url = URL.parse(text.trim())
  if (url?.protocol !== 'jar:' || url.host !== '' || url.pathname.length < 2) throw invalid('urls.notJar')
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name))
  if (unknown !== undefined) throw invalid('urls.unknownParameter')
  const cookieName = url.searchParams.get('cookie_name') ?? COOKIE.name
  const age = url.searchParams.get('cookie_age') ?? String(COOKIE.ageSeconds)
  if (cookieName === '') throw invalid('urls.cookieNameEmpty')
  if (!/^\d{1,10}$/.test(age)) throw invalid('urls.cookieAge')
  const path = toPath(url.pathname)
  const profile: JarProfile = { kind: 'jar', files: [path], pasted: [], cookieName, cookieAgeSeconds: Number(age), clock }
  return { url: url.href, name: basename(path), location: path, isLocal: true, kind: 'jar', engine: 'signed_cookies', cookieName, cookieAgeSeconds: Number(age), profile }
}

function toPath(pathname: string): string {
  try {
    return fileURLToPath(`file://${pathname}`)
  } catch (error) {
    throw invalid('urls.notEncoded', error)
  }
}

function invalid(why: Why, cause?: unknown): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeJar' }, cause)
}
