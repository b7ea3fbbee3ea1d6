import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodePaste } from '../../electron/core/codecs/paste.ts'
import type { PasteContext } from '../../electron/core/codecs/decoder.ts'
import { COOKIE_SALT, ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { PasteFinding } from '../../shared/model/decode.ts'
import { english } from '../../shared/words/reason.ts'
import { readForeignVectors } from '../support/foreign.ts'

const KEY = { name: 'SECRET_KEY', secret: 'paste-secret' }
const CONTEXT: PasteContext = { keyring: [KEY], place: null, salt: null, maxAgeSeconds: 1_209_600, now: 1_700_000_000_000, cookieNames: ['sessionid'] }
const sign = (data: string, salt: string): string => signData(Buffer.from(data), { key: KEY, salt, algorithm: 'sha256', compress: true, now: CONTEXT.now })
const LONG = `{"cart":[${Array.from({ length: 60 }, (_, n) => `"sku${n * 7919}"`).join(',')}]}`
const COOKIE = sign('{"a":1}', COOKIE_SALT)
const ROW1 = sign('{"a":1}', ROW_SALT)
const ROW2 = sign(LONG, ROW_SALT)
const KEY1 = 'abcdefghijklmnopqrstuvwxyz012345'
const KEY2 = '012345abcdefghijklmnopqrstuvwxyz'
const DATE = '2026-09-12 10:40:00.123456'
// pickle.dumps({'a': 1}, 4)
const PICKLE = Buffer.from('8004950a000000000000007d948c016194 4b01732e'.replace(' ', ''), 'hex')
const PICKLE_ESCAPED = '\\x80\\x04\\x95\\n\\x00\\x00\\x00\\x00\\x00\\x00\\x00}\\x94\\x8c\\x01a\\x94K\\x01s.'
// The session {"a":1} of Django 3.0, key reference-secret.
const LEGACY = 'OGFiZjgxZDI3NWMwMzcwNjMwMjYyMDQ4MDc0NzQzNzQ5ODZmMGZkNTp7ImEiOjF9'

const read = (paste: string, changes: Partial<PasteContext> = {}): PasteFinding[] => decodePaste(paste, { ...CONTEXT, ...changes })
/** Where, and what stands at the span: it must be the value itself, whenever the paste has it in one piece. */
const seen = (paste: string): [string, string][] => read(paste).map(({ where, span }) => [english(where), paste.slice(...span)])
const rows = (where: (row: number) => string): [string, string][] => [[where(1), ROW1], [where(2), ROW2]]

describe('rows of databases: every session, where it stands, as a row', () => {
  const cases: [string, string, (row: number) => string][] = [
    ['psql', `           session_key            |    session_data     |          expire_date\n------------+----------+--------\n ${KEY1} | ${ROW1} | ${DATE}+00\n ${KEY2} | ${ROW2}   | ${DATE}+00\n(2 rows)\n`, (row) => `column session_data of row ${row} in a psql table`],
    ['psql -A', `session_key|session_data|expire_date\n${KEY1}|${ROW1}|${DATE}\n${KEY2}|${ROW2}|${DATE}\n(2 rows)`, (row) => `column session_data of row ${row} in a table`],
    ['psql \\x', `-[ RECORD 1 ]+------\nsession_key  | ${KEY1}\nsession_data | ${ROW1}\nexpire_date  | ${DATE}\n-[ RECORD 2 ]+------\nsession_key  | ${KEY2}\nsession_data | ${ROW2}\n`, (row) => `column session_data of row ${row} in records of psql (\\x)`],
    ['sqlite3 column', `session_key                       session_data${' '.repeat(ROW2.length - 12)}  expire_date\n${'-'.repeat(32)}  ${'-'.repeat(ROW2.length)}  ----------\n${KEY1}  ${ROW1.padEnd(ROW2.length)}  ${DATE}\n${KEY2}  ${ROW2}  ${DATE}\n`, (row) => `column session_data of row ${row} in columns of sqlite3`],
    ['sqlite3 box', `┌──────┬──────┐\n│ session_key │ session_data │\n├──────┼──────┤\n│ ${KEY1} │ ${ROW1} │\n│ ${KEY2} │ ${ROW2} │\n└──────┴──────┘\n`, (row) => `column session_data of row ${row} in a table`],
    ['sqlite3 line', ` session_key = ${KEY1}\nsession_data = ${ROW1}\n expire_date = ${DATE}\n\n session_key = ${KEY2}\nsession_data = ${ROW2}\n expire_date = ${DATE}\n`, (row) => `column session_data of row ${row} in lines of sqlite3`],
    ['mysql', `+----+----+\n| session_key | session_data | expire_date |\n+----+----+\n| ${KEY1} | ${ROW1} | ${DATE} |\n| ${KEY2} | ${ROW2} | ${DATE} |\n+----+----+\n2 rows in set (0.00 sec)`, (row) => `column session_data of row ${row} in a table`],
    ['mysql \\G', `*************************** 1. row ***************************\n session_key: ${KEY1}\nsession_data: ${ROW1}\n*************************** 2. row ***************************\n session_key: ${KEY2}\nsession_data: ${ROW2}\n`, (row) => `column session_data of row ${row} in rows of mysql (\\G)`],
    ['CSV', `"session_key","session_data","expire_date"\r\n"${KEY1}","${ROW1}","${DATE}"\r\n${KEY2},${ROW2},${DATE}\r\n`, (row) => `column session_data of row ${row} in CSV`],
    ['TSV', `session_key\tsession_data\texpire_date\n${KEY1}\t${ROW1}\t${DATE}\n${KEY2}\t${ROW2}\t${DATE}\n`, (row) => `column session_data of row ${row} in tab-separated text`],
    ['pg_dump', `COPY public.django_session (session_key, session_data, expire_date) FROM stdin;\n${KEY1}\t${ROW1}\t${DATE}+00\n${KEY2}\t${ROW2}\t${DATE}+00\n\\.\n`, (row) => `column session_data of row ${row} in a COPY of psql`],
    ['INSERT', `INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES\n ('${KEY1}','${ROW1}','${DATE}'),\n ('${KEY2}', '${ROW2}', '${DATE}');`, (row) => `column session_data of row ${row} in an INSERT`],
    ['JSON', JSON.stringify([{ session_key: KEY1, session_data: ROW1 }, { session_key: KEY2, session_data: ROW2 }], null, 2), (row) => `session_data of row ${row} in JSON`],
    ['JSON Lines', `${JSON.stringify({ session_key: KEY1, session_data: ROW1 })}\n${JSON.stringify({ session_key: KEY2, session_data: ROW2 })}\n`, (row) => `session_data of row ${row} in JSON`],
    ['dumpdata', JSON.stringify([{ model: 'sessions.session', pk: KEY1, fields: { session_data: ROW1 } }, { model: 'sessions.session', pk: KEY2, fields: { session_data: ROW2 } }]), (row) => `session_data of row ${row} in JSON`],
  ]
  test.each(cases)('%s', (_, paste, where) => {
    expect(seen(paste)).toEqual(rows(where))
    for (const { decoded } of read(paste)) expect(decoded).toMatchObject({ salt: ROW_SALT, signature: { state: 'valid' } })
  })

  test.each([['sqlite3 list', `${KEY1}|${ROW1}|${DATE}\n`], ['CSV', `${KEY1},${ROW1},${DATE}`], ['sqlite3 quote', `'${KEY1}','${ROW1}','${DATE}'`], ['TSV', `${KEY1}\t${ROW1}\t${DATE}`]])('%s without a header: by its shape', (_, paste) => {
    expect(seen(paste)).toEqual([['column 2 of a row', ROW1]])
  })

  test('INSERT without names, quoted for MySQL, and two statements', () => {
    const paste = `INSERT INTO django_session VALUES('${KEY1}','${ROW1}','it''s; (here)');\nINSERT INTO \`django_session\` VALUES ('\\'x',"${ROW2}",NULL);`
    expect(seen(paste)).toEqual([['column 2 of row 1 in an INSERT', ROW1], ['column 2 of row 1 in an INSERT', ROW2]])
  })

  test('a cache table: base64 of a pickle is bytes', () => {
    const value = PICKLE.toString('base64')
    expect(seen(`cache_key | value | expires\n----+----+----\n :1:django.contrib.sessions.cache${KEY1} | ${value} | ${DATE}\n`)).toEqual([['column value of row 1 in a psql table', value]])
    expect(read(value)[0]).toMatchObject({ decoded: { packedBytes: PICKLE.length } })
  })
})

describe('HAR files', () => {
  const entry = (request: object, response: object = {}): object => ({ request: { headers: [], cookies: [], ...request }, response: { headers: [], cookies: [], content: { text: COOKIE }, ...response } })
  const har = (...entries: object[]): string => JSON.stringify({ log: { version: '1.2', entries } })

  test('cookies and headers, of requests and responses; what a browser repeats is shown once', () => {
    const other = sign('{"b":2}', COOKIE_SALT)
    const paste = har(
      entry({}),
      entry({ cookies: [{ name: 'sessionid', value: COOKIE }] }),
      entry({ headers: [{ name: 'Cookie', value: `csrftoken=x; sessionid=${COOKIE}` }] }, { headers: [{ name: 'set-cookie', value: `sessionid=${other}; Path=/; HttpOnly` }] }),
    )
    expect(seen(paste)).toEqual([['cookie sessionid in request 2 of a HAR file', COOKIE], ['cookie sessionid in the response to request 3 of a HAR file', other]])
    expect(read(paste)[0]?.decoded.salt).toBe(COOKIE_SALT)
  })

  test('a HAR file may be longer than other pastes, and has its own limit', () => {
    const big = har(entry({}, { content: { text: 'x'.repeat(LIMITS.pasteChars) } }), entry({ cookies: [{ name: 'sessionid', value: COOKIE }] }))
    expect(seen(big)).toHaveLength(1)
    expect(() => read('x'.repeat(LIMITS.pasteChars + 1))).toThrow(/limit/)
    expect(() => read(`{"log":${' '.repeat(LIMITS.harChars)}}`)).toThrow(/limit/)
  })
})

describe('cookies.txt', () => {
  test('the session cookies of its lines, with the domain; the rest of it is left out', () => {
    const line = (domain: string, name: string, value: string): string => `${domain}\tTRUE\t/\tFALSE\t1800000000\t${name}\t${value}`
    const text = `# Netscape HTTP Cookie File\n${line('#HttpOnly_.shop.example', 'sessionid', COOKIE)}\n${line('shop.example', 'theme', 'dark')}\n`
    expect(seen(text)).toEqual([['cookie sessionid in cookies.txt, shop.example', COOKIE]])
    expect(read(text)).toMatchObject([{ cookie: 'sessionid', format: 'django-signed' }])
  })
})

describe('cURL', () => {
  test.each([
    ['cmd, with carets', `curl ^"http://localhost/^" ^\r\n  -H ^"accept: */*^" ^\r\n  -b ^"csrftoken=x; sessionid=${COOKIE}^"`],
    ['cmd, with doubled quotes', `curl "http://localhost/" ^\n -H "Cookie: a=""b""; sessionid=${COOKIE}" ^\n --compressed`],
    ['bash', `curl 'http://localhost/' \\\n  -H 'Cookie: csrftoken=x; sessionid=${COOKIE}' \\\n --compressed`],
  ])('%s', (_, paste) => {
    expect(seen(paste)).toEqual([['cookie sessionid in a cURL command', COOKIE]])
  })
})

describe('mail, chat and code', () => {
  test.each([
    ['quoted mail', `On Monday she wrote:\n> Cookie: sessionid=${COOKIE}\n> and more\n`],
    ['a code fence', `Look:\n\`\`\`\nCookie: sessionid=${COOKIE}\n\`\`\`\n`],
    ['fetch', `fetch("/", {\n  "headers": {\n    "cookie": "csrftoken=x; sessionid=${COOKIE}",\n  }\n})`],
    ['curl -v', `> GET / HTTP/1.1\n> Host: x\n> Cookie: sessionid=${COOKIE}\n`],
  ])('%s', (_, paste) => {
    expect(seen(paste)).toEqual([['cookie sessionid in Cookie header', COOKIE]])
  })

  test('a value wrapped into lines is put together, and its span covers all of them', () => {
    const wrapped = ROW2.replace(/.{60}/g, '$&\n')
    expect(seen(`Here it is:\n\n${wrapped}\n\nBye`)).toEqual([['bare text over several lines', wrapped]])
    expect(read(wrapped)[0]?.decoded.text).toBe(ROW2)
  })

  test('quoted-printable mail: soft ends and =3D', () => {
    const line = `sessionid=3D${ROW2}`
    const soft = line.replace(/.{75}/g, '$&=\n')
    expect(read(`Hello,\n${soft}\nBye`)[0]?.decoded.text).toBe(ROW2)
  })

  test('JSON text in quotes', () => {
    expect(seen(`"${ROW1}"`)).toEqual([['a quoted text', ROW1]])
    expect(seen(JSON.stringify({ token: `${ROW1}` }))).toEqual([['token in JSON', ROW1]])
  })
})

describe('bytes', () => {
  const value = (paste: string): [string, number | null | undefined] => {
    const [found] = read(paste)
    return [found === undefined ? '' : english(found.where), found?.decoded.packedBytes]
  }
  test.each([
    ['redis-cli GET', `127.0.0.1:6379> GET :1:django.contrib.sessions.cache${KEY1}\n"${PICKLE_ESCAPED}"\n`, `value of :1:django.contrib.sessions.cache${KEY1} in redis-cli`],
    ['redis-cli MGET', `1) "${PICKLE_ESCAPED}"\n`, 'a value in redis-cli'],
    ['Python', `b'${PICKLE_ESCAPED}'`, 'bytes in Python'],
    ['Python in code', `value = r.get("x")  # b"${PICKLE_ESCAPED}"`, 'bytes in Python'],
    ['bytea', `\\x${PICKLE.toString('hex')}`, 'bytea in hexadecimal'],
    ['0x', `0x${PICKLE.toString('hex').toUpperCase()}`, 'bytes in hexadecimal'],
    ['xxd', '00000000: 8004 950a 0000 0000 0000 007d 948c 0161  ...........}...a\n00000010: 944b 0173 2e                             .K.s.\n', 'a hex dump'],
    ['hexdump -C', '00000000  80 04 95 0a 00 00 00 00  00 00 00 7d 94 8c 01 61  |...........}...a|\n00000010  94 4b 01 73 2e                                    |.K.s.|\n00000015\n', 'a hex dump'],
  ])('%s', (_, paste, where) => {
    expect(value(paste)).toEqual([where, PICKLE.length])
    expect(read(paste)[0]?.decoded).toMatchObject({ format: 'django-cache', serializer: 'pickle', data: '{\n  "a": 1\n}' })
  })

  test('zlib around JSON is unpacked, up to the limit', () => {
    expect(read(`0x${deflateSync('{"a":1}').toString('hex')}`)[0]?.decoded).toMatchObject({ data: '{\n  "a": 1\n}' })
  })

  test('signed text in redis is text', () => {
    expect(seen(`1) "${ROW1}"`)).toEqual([['a quoted text', ROW1]])
  })
})

describe('what is not Django, wherever it stands', () => {
  const lone = readForeignVectors().filter(({ name, cookie }) => !/Signer|set_signed|signing.dumps|messages/.test(name) && cookie === null)
  test.each(lone)('$name bare, and between words', ({ text, format }) => {
    expect(read(text).map((found) => found.format)).toEqual([format])
    if (format !== 'php') expect(read(`token: ${text} and so on`, { keyring: [] }).map((found) => found.format)).toEqual([format])
  })
  test.each(readForeignVectors().filter(({ cookie }) => cookie !== null))('$name in a Cookie header, beside a Django session', ({ text, format, cookie, signatureCookie, secret }) => {
    const sibling = typeof signatureCookie === 'string' ? `; ${cookie ?? ''}.sig=${signatureCookie}` : ''
    const encoded = format === 'php' ? text : encodeURIComponent(text)
    const found = read(`Cookie: _ga=GA1.2.123.456; ${cookie ?? ''}=${encoded}${sibling}; sessionid=${COOKIE}`, { keyring: [KEY, { name: 'OTHER', secret }] })
    expect(found.map((each) => each.format)).toEqual(['django-signed', format])
    expect(found[0]?.decoded.signature.state).toBe('valid')
  })
})

test.each([['alone', LEGACY], ['in words', `It was ${LEGACY} then`], ['in a row', `${KEY1}|${LEGACY}|${DATE}`], ['in a column', `session_key,session_data\n${KEY1},${LEGACY}\n`]])('a session of Django before 3.1, %s', (_, paste) => {
  expect(seen(paste).map(([, text]) => text)).toEqual([LEGACY])
})

test('several kinds in one paste are all found, in order', () => {
  const found = seen(`psql says\n session_key | session_data\n----+----\n ${KEY1} | ${ROW1}\n\nand the browser:\ncurl 'http://x/' -b 'sessionid=${COOKIE}'\n${ROW2}\n`)
  expect(found.map(([, text]) => text)).toEqual([ROW1, COOKIE, ROW2])
})

test('at most 500 findings', () => {
  expect(read(`${ROW1}\n\n`.repeat(700))).toHaveLength(LIMITS.pasteFindings)
})
