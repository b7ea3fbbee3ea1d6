import { expect, test } from 'vitest'
import { parseQuery } from '../../../../shared/query/parse.ts'
import type { Term } from '../../../../shared/query/ast.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { isDataTerm } from '../../../../shared/query/plan.ts'
import { matchData } from './match-data.ts'
import { matchRow } from './match-row.ts'
import type { RowFacts } from './match-row.ts'
import { matchTexts } from './match-texts.ts'

const NOW = Date.UTC(2026, 0, 10) * 1000
const DAY = 86_400_000_000

const DATA = `{
  "_auth_user_id": "7", "visit_count": 12, "ratio": 0.5, "big": {"$int": "90071992547409931"}, "admin": true, "gone": null, "price": {"$decimal": "9.90"},
  "cart": [{"sku": "A1", "qty": 1}, {"sku": "B2", "qty": 3}], "odd key": {"x|y": "Größe"}, "since": {"$datetime": "2026-01-09T12:00:00+00:00"},
  "seen": "2026-01-08T00:00:00Z", "copy": {"$ref": "#/cart"}, "numbers": {"$dict": [[1, "one"]]}, "nan": {"$float": "nan"}, "inf": {"$float": "inf"}, "name": "5"
}`

function terms(text: string): readonly Term[] {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.problem.reason)
  return parsed.query.terms
}

function fits(query: string, data = DATA): boolean {
  const parsed = parseNotation(data)
  if (!parsed.ok) throw new Error(parsed.message)
  return matchData(terms(query).filter(isDataTerm), parsed.node, NOW)
}

test.each([
  'has:cart', 'has:nope|cart', 'has:cart[1].sku', 'has:cart.1.sku', 'has:cart[-1].qty', '-has:cart[2]', 'has:["odd key"]', 'has:["odd key"]["x|y"]', 'has:gone', 'has:numbers[1]', 'has:copy[].sku',
  'visit_count=12', 'visit_count>=12', 'visit_count>11.5', 'visit_count!=13', '-visit_count="12"', '-nope!=1', '-nope=1', 'name=5', 'name="5"', '-name>4',
  'ratio=0.50', 'ratio<1e0', 'big=90071992547409931', '-big=90071992547409930', 'big>90071992547409930', 'price=9.9', 'price<=9.90', 'inf>1e300', '-nan>0', '-nan<0',
  'admin=true', 'admin=True', '-admin=1', '-admin="true"', 'gone=null', 'gone=None', '-gone=""',
  'cart[].qty>1', 'cart[].sku=B2|C3', '-cart[].qty>3', 'cart[].qty!=1', 'copy[0].sku=A1', '-cart=A1',
  'since<now', 'since>-1d', '-since>-2h', 'since=2026-01-09T12:00:00Z', 'since>=2026-01-09', 'seen<-1d', '-seen>-1d', 'seen>"2026-01-07"',
  'größe', '"a1"', 'b2|zzz', '-zzz', 'visit', '90071992', 'cart[].sku=A1 visit_count>1', '12',
])('%s fits', (query) => {
  expect(fits(query)).toBe(true)
})

test('ways that double with every step are walked once', () => {
  expect(fits(`a${'[]'.repeat(1000)}=1`, '{"a": [{"$ref": "#/a"}, {"$ref": "#/a"}, 1]}')).toBe(true)
})

const ROW: RowFacts = {
  key: 'ab12cd', sizeBytes: 2048, expireDate: NOW + DAY, state: 'live', signature: { state: 'valid', verifiedBy: 'SECRET_KEY_FALLBACKS[0]', reason: null },
  serializer: 'json', userId: '42', topLevelKeys: ['cart'], keyCount: 1,
}

test.each([
  ['key:ab12*', {}], ['key:x|ab12cd', {}], ['-key:ab12', {}], ['size>=2k', {}], ['-size>2k', {}], ['expires<+2d', {}], ['expires>2026-01-10', {}], ['-expires<now', {}],
  ['state:expired|live', {}], ['signed:fallback', {}], ['signed:valid', {}], ['-signed:bad', {}], ['serializer:json', {}], ['user:#42', {}], ['user:any', {}], ['-user:none|#7', {}],
  ['user:none', { userId: null }], ['-user:any', { userId: null }], ['-signed:fallback', { signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null } }],
  ['signed:fallback1', {}], ['-signed:fallback2|key|none', {}], ['signed:none', { signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: 'wrong-salt' } }], ['signed:key', { signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null } }],
  ['login:unchecked', {}], ['login:valid', { login: 'valid' }], ['login:refused', { login: 'hash-differs' }], ['-login:valid|none', { login: 'other-backend' }], ['login:none', { state: 'expired', login: 'valid' }], ['login:none', { userId: null }],
  ['-is:empty|bot|ending', {}], ['is:ending', { expireDate: NOW + DAY - 1 }], ['-is:ending', { state: 'expired', expireDate: NOW - 1 }], ['is:empty', { userId: null, topLevelKeys: ['_session_expiry'] }],
  ['is:bot -is:empty', { userId: null, sizeBytes: 128 }], ['-is:bot', { userId: null, sizeBytes: 129 }], ['-is:bot', { userId: null, sizeBytes: 100, keyCount: 2 }],
] as const)('%s fits a row %o', (query, change) => {
  expect(matchRow(terms(query), { ...ROW, ...change }, NOW)).toBe(true)
})

test.each([
  ['expires<+2d', { expireDate: null }], ['-expires<+2d', { expireDate: null }], ['user:none', { topLevelKeys: null, userId: null }], ['-user:#42', { topLevelKeys: null, userId: null }],
  ['login:none', { topLevelKeys: null, userId: null }], ['-login:valid', { topLevelKeys: null, userId: null }], ['login:valid', {}],
  ['-serializer:pickle', { serializer: null }], ['is:bot', { topLevelKeys: null, userId: null }], ['-is:empty', { topLevelKeys: null, userId: null }],
] as const)('%s: what is not known fits neither a term nor its opposite %o', (query, change) => {
  expect(matchRow(terms(query), { ...ROW, ...change }, NOW)).toBe(false)
})

test('stored values are read as they are, whatever their signature says; what cannot be read is neither found nor left out', () => {
  const texts = ['eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4', 'eyJhIjoxfQ:1r31eq:forged', 'eyJhIjoyfQ:1r31eq:x', '!!!:1r31eq:x']
  const bytes = new TextEncoder().encode(texts.join(''))
  let end = 0
  const ends = Uint32Array.from(texts, ({ length }) => (end += length))
  const context = { keyring: [], place: 'row', salt: null, maxAgeSeconds: 1, now: NOW / 1000 } as const
  expect(matchTexts({ bytes, ends }, terms('a=1').filter(isDataTerm), context)).toEqual([true, true, false, null])
  expect(matchTexts({ bytes, ends }, terms('-a=1').filter(isDataTerm), context)).toEqual([false, false, true, null])
})
