import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../../shared/query/parse.ts'
import { isDataTerm } from '../../../../shared/query/plan.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { MOST_HITS, findHits } from './find-hits.ts'
import { matchData } from './match-data.ts'

const DATA = '{"_auth_user_id": "42", "cart": {"items": [{"sku": "A1", "qty": 2}, {"sku": "B2", "qty": 9}]}, "A1": null, "note": "an a1 of it"}'

function hits(where: string, data = DATA): readonly (readonly number[])[] {
  const [query, parsed] = [parseQuery(where), parseNotation(data)]
  if (!query.ok || !parsed.ok) throw new Error(where)
  const terms = query.query.terms.filter(isDataTerm)
  const found = findHits(terms, parsed.node, 0)
  // What is found somewhere, and is not turned around, fits.
  if (terms.length === 1 && terms[0]?.negated === false) expect(found.length > 0).toBe(matchData(terms, parsed.node, 0))
  return found
}

describe('places that answer to a query', () => {
  it.each([
    ['cart.items[].sku="A1"', [[1, 0, 0, 0]]],
    ['cart.items[].qty>1', [[1, 0, 0, 1], [1, 0, 1, 1]]],
    ['cart.items[-1].qty=9', [[1, 0, 1, 1]]],
    ['has:cart|note', [[1], [3]]],
    ['has:missing', []],
    ['a1', [[1, 0, 0, 0], [2], [3]]],
    ['-cart.items[].sku="A1"', []],
    ['has:cart "of it"', [[1], [3]]],
    ['state:live', []],
  ])('%s: %o', (where, places) => {
    expect(hits(where)).toEqual(places)
  })

  it('are none in what is shown only on demand; its name is one', () => {
    const data = '{"api_token": {"of": "a mug", "mug": 1}, "note": "mug", "link": "https://ana:mug@example.com/"}'
    expect(hits('mug', data)).toEqual([[0, 1], [1]])
    expect(hits('api_token.of="a mug"', data)).toEqual([[0, 0]])
    expect(hits('token', data)).toEqual([[0]])
  })

  it('are many, but not without end', () => {
    expect(hits('x', JSON.stringify({ list: Array.from({ length: 3000 }, () => 'x') }))).toHaveLength(MOST_HITS)
  })
})
