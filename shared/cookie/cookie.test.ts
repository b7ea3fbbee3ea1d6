import { describe, expect, it } from 'vitest'
import type { SessionCookie } from '../model/cookie.ts'
import { DEFAULT_COOKIE } from '../model/cookie.ts'
import { judgeCookie } from './advice.ts'
import { COPY_FORMATS, copyAs } from './copy-as.ts'
import { setCookieHeader } from './set-cookie.ts'

const NOW = Date.UTC(2026, 10, 21, 10)
const cookie = (changes: Partial<SessionCookie> = {}): SessionCookie => ({ ...DEFAULT_COOKIE, name: 'sessionid', value: 'k3v9ta', maxAge: 1_209_600, ...changes })
const judge = (changes: Partial<SessionCookie>, page: string): ReturnType<typeof judgeCookie> => judgeCookie(cookie(changes), new URL(page), setCookieHeader(cookie(changes), NOW))
const ids = (changes: Partial<SessionCookie>, page: string): string[] => judge(changes, page).findings.map(({ id }) => id)

describe('whether browsers send the cookie', () => {
  it.each<[string, Partial<SessionCookie>, string, 'all' | 'some' | 'none', string[]]>([
    ['defaults on a site', {}, 'https://shop.example/', 'all', []],
    ['Secure over http', { secure: true }, 'http://shop.example/', 'none', ['secureHttp']],
    ['Secure over https', { secure: true }, 'https://shop.example/', 'all', []],
    ['Secure on localhost', { secure: true }, 'http://localhost:8000/', 'some', ['secureLocalhost', 'portsShare']],
    ['Secure on a loopback address', { secure: true }, 'http://127.0.0.1:8000/', 'some', ['secureLocalhost', 'portsShare']],
    ['SameSite=None without Secure', { sameSite: 'None' }, 'https://shop.example/', 'none', ['noneNeedsSecure']],
    ['no SameSite', { sameSite: null }, 'https://shop.example/', 'all', ['noSameSite']],
    ['a domain above the host', { domain: '.example.com' }, 'https://shop.example.com/', 'all', []],
    ['another domain', { domain: 'example.org' }, 'https://shop.example.com/', 'none', ['otherDomain']],
    ['a name that only ends alike', { domain: 'ample.com' }, 'https://example.com/', 'none', ['otherDomain']],
    ['a domain for an address', { domain: '0.0.1' }, 'http://10.0.0.1/', 'none', ['otherDomain']],
    ['a path above the page', { path: '/shop' }, 'https://h.example/shop/cart', 'all', []],
    ['a path that only begins alike', { path: '/shop' }, 'https://h.example/shopping', 'none', ['otherPath']],
    ['__Host- with a domain', { name: '__Host-s', secure: true, domain: 'h.example' }, 'https://h.example/', 'none', ['hostPrefix']],
    ['__Host- as it must be', { name: '__Host-s', secure: true }, 'https://h.example/', 'all', []],
    ['__Secure- without Secure', { name: '__Secure-s' }, 'https://h.example/', 'none', ['securePrefix']],
    ['a name with a space', { name: 'my session' }, 'https://h.example/', 'none', ['badName']],
    ['scripts can read it', { httpOnly: false }, 'https://h.example/', 'all', ['scriptsRead']],
    ['more than a cookie holds', { value: 'x'.repeat(4096) }, 'https://h.example/', 'none', ['tooLarge']],
  ])('%s', (_, changes, page, sent, findings) => {
    expect(ids(changes, page)).toEqual(findings)
    expect(judge(changes, page).sent).toBe(sent)
  })
})

describe('the session for other tools', () => {
  const request = { cookie: cookie(), page: new URL('http://localhost:8000/cart/'), now: NOW }

  it('as a header, for cURL and for HTTPie', () => {
    expect(copyAs('header', request)).toBe('Cookie: sessionid=k3v9ta')
    expect(copyAs('curl', request)).toBe("curl http://localhost:8000/cart/ \\\n  -H 'Cookie: sessionid=k3v9ta'")
    expect(copyAs('httpie', request)).toBe('http http://localhost:8000/cart/ Cookie:sessionid=k3v9ta')
  })

  it('for the console of the browser, without what a script cannot set', () => {
    expect(copyAs('document', request)).toBe('document.cookie = "sessionid=k3v9ta; path=/; max-age=1209600; samesite=lax"')
  })

  it('as storage of Playwright', () => {
    expect(JSON.parse(copyAs('playwright', request))).toEqual({
      cookies: [{ name: 'sessionid', value: 'k3v9ta', domain: 'localhost', path: '/', expires: NOW / 1000 + 1_209_600, httpOnly: true, secure: false, sameSite: 'Lax' }], origins: [],
    })
    expect(copyAs('playwright', { ...request, cookie: cookie({ maxAge: null }) })).toContain('"expires": -1')
  })

  it('never lets a value out of its quotes', () => {
    for (const format of COPY_FORMATS) {
      const text = copyAs(format, { ...request, cookie: cookie({ value: `a'b"c$(id)\`id\`\\` }) })
      expect(text, format).not.toMatch(/(?:^|[^\\'])'b"c/)
    }
    expect(copyAs('header', { ...request, cookie: cookie({ value: 'a\r\nX-Evil: 1' }) })).toBe('Cookie: sessionid="a\\015\\012X-Evil: 1"')
  })
})
