import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Jar, JarCookie } from './jar-cookie.ts'
import { unquote } from './jar-cookie.ts'

/**
 * Cookies of a HAR file (HTTP Archive 1.2), in the order of its requests: from the lists of cookies, else from the headers.
 * @throws STORE_NOT_DATABASE when the JSON is broken or holds no log
 */
export function readHar(text: string): Jar {
  const entries = list(property(property(parse(text), 'log'), 'entries'))
  return { form: 'HAR file', cookies: entries.flatMap((entry, index) => [...requestCookies(entry, index + 1), ...responseCookies(entry, index + 1)]) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CoatcheckError('STORE_NOT_DATABASE', 'files.harBroken', { hint: 'next.exportAgain' }, error)
  }
}

function requestCookies(entry: unknown, number: number): readonly JarCookie[] {
  const request = property(entry, 'request')
  const where = `request ${number}`
  const domain = hostOf(property(request, 'url'))
  const listed = list(property(request, 'cookies')).flatMap((item) => readListed(item, domain, where))
  if (listed.length > 0) return listed
  return headersOf(request, 'cookie').flatMap((header) => splitPairs(header)).map(([name, value]) => ({ name, value, domain, path: null, expiresAt: null, attributes: [], where }))
}

function responseCookies(entry: unknown, number: number): readonly JarCookie[] {
  const response = property(entry, 'response')
  const where = `response to request ${number}`
  const domain = hostOf(property(property(entry, 'request'), 'url'))
  const listed = list(property(response, 'cookies')).flatMap((item) => readListed(item, domain, where))
  if (listed.length > 0) return listed
  return headersOf(response, 'set-cookie').flatMap((header) => splitPairs(header.split(';')[0] ?? '')).map(([name, value]) => ({ name, value, domain, path: null, expiresAt: null, attributes: [], where }))
}

function readListed(item: unknown, host: string | null, where: string): readonly JarCookie[] {
  const [name, value] = [text(property(item, 'name')), text(property(item, 'value'))]
  // A deleted cookie is sent once more, empty.
  if (name === null || value === null || value === '') return []
  const expires = text(property(item, 'expires'))
  const at = expires === null || expires === '' ? Number.NaN : Date.parse(expires)
  const flags = ([['httpOnly', 'HttpOnly'], ['secure', 'Secure']] as const).flatMap(([flag, word]) => (property(item, flag) === true ? [word] : []))
  const domain = text(property(item, 'domain'))?.replace(/^\./, '') ?? null
  return [{ name, value: unquote(value), domain: domain === null || domain === '' ? host : domain, path: text(property(item, 'path')), expiresAt: Number.isNaN(at) ? null : at, attributes: flags, where }]
}

function headersOf(message: unknown, name: string): readonly string[] {
  return list(property(message, 'headers')).flatMap((header) => {
    const value = text(property(header, 'value'))
    return text(property(header, 'name'))?.toLowerCase() === name && value !== null ? [value] : []
  })
}

function splitPairs(header: string): readonly (readonly [name: string, value: string])[] {
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at <= 0 ? [] : [[pair.slice(0, at).trim(), unquote(pair.slice(at + 1).trim())] as const]
  })
}

function hostOf(url: unknown): string | null {
  return typeof url === 'string' ? (URL.parse(url)?.hostname ?? null) : null
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
