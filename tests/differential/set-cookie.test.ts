import { describe, expect, it } from 'vitest'
import { copyAs } from '../../shared/cookie/copy-as.ts'
import { setCookieHeader } from '../../shared/cookie/set-cookie.ts'
import type { SessionCookie } from '../../shared/model/cookie.ts'
import { findDjangos, runPython } from '../support/django.ts'

/** Cookies that Django's own SessionMiddleware and HttpResponse send, with the clock held. */
const SCRIPT = `
import json, sys, time
from unittest import mock
arg = json.load(sys.stdin)
import django
from django.conf import settings
settings.configure(SECRET_KEY="k", DATABASES={}, INSTALLED_APPS=[], SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
django.setup()
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.test import override_settings
class Store:
    accessed = modified = True
    def __init__(self, case): self.case = case; self.session_key = case["value"]
    def is_empty(self): return False
    def get_expire_at_browser_close(self): return self.case["maxAge"] is None
    def get_expiry_age(self): return self.case["maxAge"]
    def save(self): pass
answers = []
for case in arg["cases"]:
    names = dict(SESSION_COOKIE_NAME=case["name"], SESSION_COOKIE_DOMAIN=case["domain"], SESSION_COOKIE_PATH=case["path"], SESSION_COOKIE_SECURE=case["secure"], SESSION_COOKIE_HTTPONLY=case["httpOnly"], SESSION_COOKIE_SAMESITE=case["sameSite"] or False)
    request = HttpRequest(); request.session = Store(case)
    with override_settings(**names), mock.patch("time.time", lambda: arg["now"] / 1000):
        response = SessionMiddleware(lambda request: HttpResponse()).process_response(request, HttpResponse())
    header = response.cookies[case["name"]].OutputString()
    answers.append([header, parse_cookie(case["sent"]).get(case["name"])])
print(json.dumps(answers))
`
const NOW = Date.UTC(2026, 10, 21, 0, 11, 9, 250)
const base: SessionCookie = { name: 'sessionid', value: 'k3v9tab2c4d6e8f0k3v9tab2c4d6e8f0', maxAge: 1_209_600, domain: null, path: '/', secure: false, httpOnly: true, sameSite: 'Lax' }
const CASES: readonly SessionCookie[] = [
  base,
  { ...base, maxAge: null },
  { ...base, maxAge: 0 },
  { ...base, maxAge: -5 },
  { ...base, maxAge: 12.5 },
  { ...base, domain: '.example.com', path: '/shop', secure: true, httpOnly: false, sameSite: 'None' },
  { ...base, sameSite: null, name: '__Host-s', secure: true },
  { ...base, sameSite: 'Strict', value: '.eJyrVkosLcmIz0xRslJQMlJSqAUAJ3kEqw:1abcdE:Zq-_x9' },
  ...[' a b', 'a"b\\c', 'a;b,c', 'é', '(x)/<y>=?@[z]{}', ''].map((value) => ({ ...base, value })),
]

describe.each(findDjangos())('$label', (python) => {
  it('sends the session cookie in the same words, and reads back what is copied', async () => {
    const cases = CASES.map((cookie) => ({ ...cookie, sent: copyAs('header', { cookie, page: new URL('http://localhost/'), now: NOW }).slice('Cookie: '.length) }))
    const answers = JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ cases, now: NOW }) })) as [string, string][]
    for (const [index, cookie] of CASES.entries()) {
      const [header, value] = answers[index] ?? []
      expect(setCookieHeader(cookie, NOW), JSON.stringify(cookie)).toBe(header)
      expect(value, `sent back: ${cookie.value}`).toBe(cookie.value)
    }
  })
})
