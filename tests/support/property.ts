import fc from 'fast-check'

/** The same data in every run, unless COATCHECK_SEED names another seed; a failure prints it, with the smallest data that fails. */
export const SEED = Number(process.env['COATCHECK_SEED'] ?? 20_261_121)
const RUNS = Number(process.env['COATCHECK_RUNS'] ?? 200)

/** Runs a property on seeded data. `cost`: how many times dearer than most one run is. @throws with seed, path and counterexample */
export function holds<Data>(data: fc.Arbitrary<Data>, property: (data: Data) => void, { cost = 1 }: { readonly cost?: number } = {}): void {
  const run = fc.property(data, (each) => {
    property(each)
  })
  fc.assert(run, { seed: SEED, numRuns: Math.max(Math.ceil(RUNS / cost), 20) })
}
