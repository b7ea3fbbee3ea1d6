import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Query } from '../../../shared/query/ast.ts'
import { formatQuery } from '../../../shared/query/format.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { holds, SEED } from '../../support/property.ts'

const PARTS = [
  'user:', 'state:', 'expires<', 'key:', 'size>', 'has:', 'signed:', 'serializer:', 'cart', '.', '[]', '["', '"]', '[0]', '[-0]', '=', '!=', '<=', '|', '"', '\\', '\\u0041',
  '-', ' ', '+2h', '2k', 'live', 'bad', '#42', 'none', '*', '(', 'OR', 'é', '\ud800', '2026-12-01',
]
const queries = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => parts.join('')))

const withoutPlaces = ({ terms }: Query): unknown => JSON.parse(JSON.stringify(terms, (key, value: unknown) => (key === 'position' || key === 'length' ? undefined : value)))

test(`any text is a query or a fault inside of it, and a query written out reads back as itself, seed ${SEED}`, () => {
  holds(queries, (text) => {
    const result = parseQuery(text)
    if (!result.ok) {
      expect(result.problem.position).toBeGreaterThanOrEqual(0)
      expect(result.problem.position + result.problem.length).toBeLessThanOrEqual(text.length)
      return
    }
    const written = formatQuery(result.query)
    const again = parseQuery(written)
    expect(again.ok ? withoutPlaces(again.query) : [written, again.problem]).toEqual(withoutPlaces(result.query))
  }, { cost: 0.05 })
})
