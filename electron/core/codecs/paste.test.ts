import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../../shared/limits.ts'
import { english } from '../../../shared/words/reason.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'
import type { PasteContext } from './decoder.ts'
import { decodePaste } from './paste.ts'
import { signData } from './signing.ts'

const KEY = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
const NOW = 1_788_000_000_000
const CONTEXT: PasteContext = { keyring: [KEY], place: null, salt: null, maxAgeSeconds: 1_209_600, now: NOW, cookieNames: ['sessionid', 'shop_session'] }
const ROW = signData(Buffer.from('{"_auth_user_id":"42"}'), { key: KEY, salt: ROW_SALT, compress: true, now: NOW })
const COOKIE = signData(Buffer.from('{"_auth_user_id":"7"}'), { key: KEY, salt: COOKIE_SALT, compress: true, now: NOW })

interface Found {
  readonly where: string
  readonly value: string
  readonly spanned: string
  readonly verdict: string
}
function find(paste: string, context: PasteContext = CONTEXT): readonly Found[] {
  return decodePaste(paste, context).map(({ where, span, decoded }) => ({ where: english(where), value: decoded.text, spanned: paste.slice(...span), verdict: decoded.verdict.id.replace('verdicts.', '') }))
}

describe('where sessions are found', () => {
  test.each([
    ['a bare value', ROW, 'bare text', 'bareRow'], ['a quoted value', `"${ROW}"`, 'a quoted text', 'bareRow'], ['a value in a line of a table', `| abcdef | ${ROW} | 2026-09-12 10:40:00 |`, 'column 2 of a row', 'verified'],
    ['JSON', `{"session_data": "${ROW}", "x": 1}`, 'session_data of row 1 in JSON', 'verified'], ['spaces and line ends', `\r\n  ${ROW}  \r\n`, 'bare text', 'bareRow'],
  ])('%s', (_, paste, where, verdict) => {
    expect(find(paste)).toEqual([{ where, value: ROW, spanned: ROW, verdict }])
  })

  test.each([
    ['Cookie header', `Cookie: csrftoken=x; sessionid=${COOKIE}; theme=dark`], ['Cookie header', `> cookie: sessionid="${COOKIE}"`], ['Cookie header', `Cookie\nsessionid=${COOKIE}`], ['Cookie header', `GET / HTTP/1.1\r\nHost: x\r\nCookie: sessionid=${COOKIE}\r\n\r\n`],
    ['Set-Cookie header', `Set-Cookie: sessionid=${COOKIE}; expires=Sat, 12 Sep 2026 10:40:00 GMT; HttpOnly; Path=/`], ['a cookie list', `csrftoken=x; sessionid=${COOKIE}`], ['a cookie list', `sessionid=${COOKIE}`],
    ['a cURL command', `curl https://x -H 'Cookie: csrftoken=x; sessionid=${COOKIE}' --compressed`], ['a cURL command', `$ curl "https://x" -b "sessionid=${COOKIE}"`], ['a cURL command', `curl --cookie=sessionid=${COOKIE} https://x`],
    ['a cURL command', `curl https://x \\\n  -H 'accept: */*' \\\n  -H $'cookie: a=\\'; sessionid=${COOKIE}'`], ['a cURL command', `curl -X POST x -H'Cookie:sessionid=${COOKIE}' -d 'a=b;c'`], ['a cURL command', `/usr/bin/curl x --header "Cookie: t=\\"q\\"; sessionid=${COOKIE}"`],
  ])('%s: %s', (place, paste) => {
    expect(find(paste)).toEqual([{ where: `cookie sessionid in ${place}`, value: COOKIE, spanned: COOKIE, verdict: 'verified' }])
  })

  test('URL escapes are undone, and the span is of what was pasted', () => {
    const escaped = encodeURIComponent(COOKIE)
    expect(find(`Cookie: sessionid=${escaped}`)).toEqual([{ where: 'cookie sessionid in Cookie header', value: COOKIE, spanned: escaped, verdict: 'verified' }])
    expect(find(escaped)).toMatchObject([{ value: COOKIE, spanned: escaped }])
    expect(find('Cookie: sessionid=%zz')).toMatchObject([{ value: '%zz' }])
  })

  test('a value broken up by shell quoting is put together', () => {
    const [head, tail] = [COOKIE.slice(0, 20), COOKIE.slice(20)]
    expect(find(`curl -b 'sessionid=${head}'"${tail}" x`)).toEqual([{ where: 'cookie sessionid in a cURL command', value: COOKIE, spanned: `${head}'"${tail}`, verdict: 'verified' }])
    expect(find(`curl -b $'sessionid=${COOKIE.replace(':', '\\x3a')}' x`)).toMatchObject([{ value: COOKIE, spanned: COOKIE.replace(':', '\\x3a') }])
  })

  test('several values, in their order', () => {
    const paste = `curl x -b 'sessionid=${COOKIE}'; echo\n${ROW}\nSet-Cookie: sessionid="${ROW}"; Path=/\nnothing here\n'${COOKIE}'\n`
    expect(find(paste).map(({ where, verdict }) => [where, verdict])).toEqual([
      ['cookie sessionid in a cURL command', 'verified'], ['bare text', 'bareRow'], ['cookie sessionid in Set-Cookie header', 'wrongSaltRow'], ['bare text', 'verified'],
    ])
  })

  test('known names come first, then other cookies of the shape of a session, then what else Django signs', () => {
    expect(find(`Cookie: other=${COOKIE}; messages=${COOKIE}; csrftoken=${COOKIE}; theme=dark; shop_session=${COOKIE}`).map(({ where }) => where)).toEqual(
      ['shop_session', 'other', 'messages', 'csrftoken'].map((name) => `cookie ${name} in Cookie header`),
    )
  })

  test('a place that is known holds for bare text', () => {
    expect(find(ROW, { ...CONTEXT, place: 'cookie' })).toMatchObject([{ verdict: 'wrongSaltRow' }])
    expect(find(ROW, { ...CONTEXT, place: 'row' })).toMatchObject([{ verdict: 'verified' }])
  })
})

describe('what is no session', () => {
  test('an empty paste has no findings', () => {
    expect(['', ' \n\t\r\n '].map((paste) => find(paste))).toEqual([[], []])
  })

  test.each([
    ['hello world', 'notSession'], ['q81zx0q81zx0q81zx0q81zx0q81zx0q8', 'sessionKey'], ['Cookie: sessionid=q81zx0q81zx0q81zx0q81zx0q81zx0q8', 'sessionKey'], ['Set-Cookie: sessionid=""; Max-Age=0', 'empty'],
    ['Cookie: theme=dark', 'notSession'], ['curl https://x', 'notSession'], ['12:30:45', 'notSession'],
  ])('%s is named', (paste, verdict) => {
    expect(find(paste)).toMatchObject([{ verdict }])
    expect(decodePaste(paste, CONTEXT)[0]).toMatchObject({ format: 'unknown', decoded: { problem: { step: 'shape' } } })
  })

  test('what other software wrote is named after it', () => {
    expect(decodePaste('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.Qd0', CONTEXT)).toMatchObject([{ format: 'jwt', decoded: { verdict: { id: 'foreign.jwt' } } }])
  })

  test('a damaged value among lines of text is found', () => {
    expect(find(`see this:\n${COOKIE.slice(0, -4)}\nbye`)).toMatchObject([{ value: COOKIE.slice(0, -4), verdict: 'truncated' }])
  })
})

describe('hostile pastes', () => {
  test('one over the limit is refused with its size', () => {
    expect(() => decodePaste('x'.repeat(LIMITS.pasteChars + 1), CONTEXT)).toThrow(`${LIMITS.pasteChars + 1} characters; the limit is ${LIMITS.pasteChars}`)
  })

  // Each of these takes hours when any step is quadratic; the time limit of the test is the assertion.
  const CHARS = 1_000_000
  const many = (piece: string): string => piece.repeat(Math.floor(CHARS / piece.length))
  test.each([
    ['spaces', `${many(' ')}x`], ['line ends', `${many('\n')}x`], ['quotes', many("'")], ['open quotes of curl', `curl ${many("'")}`], ['backslashes', `curl ${many('\\')}`], ['escapes', `curl -b $'${many('\\x41')}`],
    ['pairs', many('a=b;')], ['equals', many('=')], ['colons', many(':')], ['escaped pairs', `curl -b $'${many('\\x61=b;')}'`], ['values in a header', `Cookie: ${many(`k=${COOKIE};`)}`], ['spaces before the end of a cookie', `a=${' '.repeat(CHARS)};(`],
    ['digits', many('9')], ['percent signs', many('%3A')], ['dots', `eyJ${many('.')}`], ['headers', many('cookie: ')], ['curl', many('curl ')], ['lines of curl', many('curl\n')], ['known cookies', many('sessionid=;')], ['brackets', many('[{"a":')],
  ])('%s end quickly', (_, paste) => {
    const findings = decodePaste(paste, CONTEXT)
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.length).toBeLessThanOrEqual(1000)
  })
})
