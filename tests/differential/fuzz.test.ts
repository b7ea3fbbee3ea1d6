import { describe, expect, test } from 'vitest'
import { fuzz } from '../fuzz/fuzz.ts'
import { forKinds } from '../fuzz/kinds.ts'
import { findDjangos } from '../support/django.ts'

/** A part of `npm run fuzz` that is the same in every run. */
const SEED = 20_261_121
const CASES = 3000

const djangos = findDjangos()

describe.skipIf(djangos.length === 0).each(djangos)('$label', (django) => {
  test(`random cases of every kind, seed ${SEED}: we and Python agree`, async () => {
    const tallies = await forKinds([django], CASES, '', (kind, cases) => fuzz(kind, { django, seed: SEED, cases }))
    expect(tallies.flatMap(({ kind, disagreements }) => disagreements.map((each) => ({ kind, ...each })))).toEqual([])
    expect(tallies.reduce((sum, { agreed }) => sum + agreed, 0)).toBeGreaterThan(CASES * 0.75)
  })

  test('a disagreement is found, told with its seed, and made small', async () => {
    const [tally] = await forKinds([django], 40, 'texts of ours', (kind, cases) =>
      fuzz({ ...kind, compare: async (ask, batch, peer) => (await kind.compare(ask, batch, peer)).map((outcome, index) => (kind.show(batch[index] ?? fail()).includes('null') ? { agree: false, detail: 'planted' } : outcome)) }, { django, seed: SEED, cases }))
    const [first] = tally?.disagreements ?? []
    expect(first).toMatchObject({ seed: expect.any(Number), detail: 'planted' })
    expect(first?.smallest.length).toBeLessThanOrEqual(first?.found.length ?? 0)
    expect(first?.smallest).toContain('null')
  })
})

function fail(): never {
  throw new Error('There is no such case.')
}
