import { expect, test } from 'vitest'
import { de } from '../../shared/words/de.ts'
import { en } from '../../shared/words/en.ts'

type Leaf = readonly [id: string, text: string]

function leaves(room: object, path = ''): Leaf[] {
  return Object.entries(room).flatMap(([name, item]: [string, unknown]): Leaf[] => {
    if (typeof item === 'string') return [[`${path}${name}`, item]]
    return typeof item === 'object' && item !== null ? leaves(item, `${path}${name}.`) : []
  })
}

const ENGLISH = new Map(leaves(en))
const GERMAN = leaves(de)
const english = (id: string): string => ENGLISH.get(id) ?? ''

const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? ''))].sort()
const forms = (text: string): number => text.split('|').length
const unlike = (differ: (text: string, other: string) => boolean): Leaf[] => GERMAN.filter(([id, text]) => differ(text, english(id)))

test('German has every text of the window, and no other', () => {
  const ofTheWindow = [...ENGLISH.keys()].filter((id) => !id.startsWith('cli.') && !id.startsWith('host.'))
  expect(GERMAN.map(([id]) => id).sort()).toEqual(ofTheWindow.sort())
})

test('each text has the placeholders and the plural forms of the English one', () => {
  expect(unlike((text, other) => placeholders(text).join() !== placeholders(other).join())).toEqual([])
  expect(unlike((text, other) => forms(text) !== forms(other))).toEqual([])
})

test('each plural form of a text has the placeholders of the English form', () => {
  const perForm = (text: string): string => text.split('|').map((form) => placeholders(form).join()).join('|')
  expect(unlike((text, other) => perForm(text) !== perForm(other))).toEqual([])
})

test('no text links to another by accident, or is empty where English says something', () => {
  expect([...GERMAN, ...ENGLISH].filter(([, text]) => /@[.:]/.test(text))).toEqual([])
  expect(unlike((text, other) => (text === '') !== (other === ''))).toEqual([])
})

test('a sentence ends as the English one does', () => {
  const last = (text: string): string => /[.?:…]$/.exec(text)?.[0] ?? ''
  expect(unlike((text, other) => last(text) !== last(other))).toEqual([])
})

/** "Row in django_session: replaced…" is shown in two columns, cut at its first colon. */
test('a layer of a change says its place, a colon, and what happens to it', () => {
  expect([...GERMAN, ...ENGLISH].filter(([id]) => id.startsWith('changes.layers.')).filter(([, text]) => !/^[^:]+: \S/.test(text))).toEqual([])
})

/** The doctor's last line is code to paste, except where it is advice. */
test('code to paste is the same in every language', () => {
  const isCode = (text: string): boolean => /^[A-Z_]+(\[|\.| \+?= )|^(mkdir|chmod|python) /.test(text)
  expect(unlike((text, other) => isCode(other) && text !== other).filter(([id]) => id.startsWith('doctor.'))).toEqual([])
})

/** Names, code, units, and words that both languages have. */
const ALIKE: readonly string[] = [
  // names
  'Coatcheck', 'Coatcheck {version}', 'Django', 'Django {version}', 'Django: clearsessions', 'HTTPie', 'HerdClient', 'JSON', 'Memcached', 'MessagePack', 'MySQL', 'PHP', 'Playwright', 'PostgreSQL', 'Python', 'Redis', 'SQLite', 'Session {key}',
  'Sentinel', 'Sentinel, TLS', 'Cluster', 'Cluster, TLS', 'CSV', 'TLS', 'URL', 'UTF-8', 'cURL', 'conda', 'django-redis', 'pyenv', 'pytest', 'redis-cli', 'unix', 'zlib', 'base62', 'Deutsch', 'English',
  // code
  '/home/ana/code/corner-shop', 'cookies.txt, {domain}', 'JSONSerializer', 'PickleSerializer', 'KEY_PREFIX', 'VERSION', 'SECRET_KEY', 'SECRET_KEY_FALLBACKS', 'SESSION_COOKIE_AGE, {age}', 'SESSION_COOKIE_NAME', 'TIME_ZONE', 'USE_TZ = False', 'USE_TZ = True',
  '_session_expiry = {seconds}', '_session_expiry = {text}', 'document.cookie', 'empty, bot, ending', 'expire_date', 'json, pickle, msgpack', 'live, expired, undecodable', 'postgresql://user{\'@\'}host:5432/database',
  'Decimal', 'UUID', 'bool', 'bytearray', 'bytes', 'complex', 'date', 'datetime', 'dict', 'float', 'frozenset', 'int', 'list', 'null', 'set', 'string', 'time', 'timedelta', 'tuple',
  // units and forms
  '{ms} ms', '{time} UTC', '{local} ({zone})\n{utc} UTC', 'in {name}', '{name} in JSON',
  // words of both languages
  'Base64', 'Bytes', 'Cache', 'Cookie', 'Decoder', 'Demo', 'Fallback {n}', 'Fallback {number}', 'Format', 'Frames', 'Hash', 'Hex', 'Host', 'Key', 'Keys', 'Name', 'Orange', 'Pause', 'Payload', 'Pickle', 'Port', 'Rate', 'Salt', 'Serializer', 'Sessions', 'Settings', 'Shell', 'Staging', 'Status', 'Store', 'Stores', 'System', 'Text', 'Version',
]

test('what reads the same in both languages is a name, code or a unit', () => {
  const words = (text: string): string => text.replace(/\{[^}]*\}/g, '').replace(/[^\p{L}]/gu, '')
  const same = unlike((text, other) => text === other && words(text) !== '').filter(([id]) => !(id.startsWith('doctor.') && id.endsWith('.fix')))
  expect([...new Set(same.map(([, text]) => text))].sort()).toEqual([...ALIKE].sort())
})
