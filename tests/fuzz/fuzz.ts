import fc from 'fast-check'
import type { DjangoPython } from '../support/django.ts'
import { PeerEnded, startPeer } from '../support/python-peer.ts'
import type { PythonPeer } from '../support/python-peer.ts'
import type { Ask, FuzzKind, Outcome } from './fuzz-kind.ts'

export interface FuzzOptions {
  readonly django: DjangoPython
  /** The first case; each case has a number of its own, and is made from it alone. */
  readonly seed: number
  readonly cases: number
}

export interface Tally {
  readonly kind: string
  readonly django: string
  readonly agreed: number
  /** Cases that this Python could not judge, or did not survive. */
  readonly leftOut: number
  readonly disagreements: readonly Disagreement[]
}

export interface Disagreement {
  /** `--seed` of this case alone. */
  readonly seed: number
  readonly found: string
  readonly detail: string
  /** The smallest case that still disagrees, with what is said of it. */
  readonly smallest: string
}

const BATCH = 200
/** Enough to see what is wrong. */
const MOST_DISAGREEMENTS = 3

/** Compares as many cases as asked for, and makes each disagreement small. Never throws over what it finds. */
export async function fuzz<Case>(kind: FuzzKind<Case>, { django, seed, cases }: FuzzOptions): Promise<Tally> {
  await using python = new Restarted(() => startPeer(django, kind.answers))
  const made = kind.cases(django)
  const disagreements: Disagreement[] = []
  let [agreed, leftOut] = [0, 0]
  for (let first = 0; first < cases && disagreements.length < MOST_DISAGREEMENTS; first += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, cases - first) }, (_, index) => seed + first + index)
    const batch = seeds.map((each) => caseOf(made, each))
    const outcomes = await python.survive(batch, (cases) => kind.compare(python.ask, cases, django))
    if (outcomes.length !== batch.length) throw new Error(`${kind.name} compared ${outcomes.length} of ${batch.length} cases.`)
    for (const [index, outcome] of outcomes.entries()) {
      const [at, found] = [seeds[index] ?? seed, batch[index]]
      if (outcome === null) leftOut++
      else if (outcome.agree) agreed++
      else if (found !== undefined && disagreements.length < MOST_DISAGREEMENTS) {
        disagreements.push({ seed: at, found: kind.show(found), detail: outcome.detail, smallest: await shrink(kind, { ask: python.ask, django, made, seed: at }) })
      }
    }
  }
  return { kind: kind.name, django: django.label, agreed, leftOut, disagreements }
}

/** Python that is started again when a case kills it: damaged pickles have crashed its interpreter. */
class Restarted implements AsyncDisposable {
  readonly #start: () => PythonPeer
  #peer: PythonPeer
  readonly ask: Ask = (question) => this.#peer.ask(question)

  constructor(start: () => PythonPeer) {
    this.#start = start
    this.#peer = start()
  }

  /** Leaves out the case that kills it, found by halves. */
  async survive<Case>(cases: readonly Case[], compare: (cases: readonly Case[]) => Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
    try {
      return await compare(cases)
    } catch (error) {
      if (!(error instanceof PeerEnded)) throw error
      await this.#peer[Symbol.asyncDispose]()
      this.#peer = this.#start()
      if (cases.length === 1) return [null]
      const middle = cases.length >> 1
      return [...(await this.survive(cases.slice(0, middle), compare)), ...(await this.survive(cases.slice(middle), compare))]
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]()
  }
}

/** Small and odd data from even seeds, any data from odd ones. */
function paramsOf(seed: number): { readonly seed: number; readonly numRuns: 1; readonly unbiased: boolean } {
  return { seed, numRuns: 1, unbiased: seed % 2 === 1 }
}

function caseOf<Case>(made: fc.Arbitrary<Case>, seed: number): Case {
  const [only] = fc.sample(made, paramsOf(seed))
  if (only === undefined) throw new Error(`Seed ${seed} makes no case.`)
  return only
}

async function shrink<Case>(kind: FuzzKind<Case>, { ask, django, made, seed }: { readonly ask: Ask; readonly django: DjangoPython; readonly made: fc.Arbitrary<Case>; readonly seed: number }): Promise<string> {
  const last: { outcome: Outcome } = { outcome: null }
  const run = fc.asyncProperty(made, async (each) => {
    const [outcome = null] = await kind.compare(ask, [each], django)
    if (outcome?.agree === false) last.outcome = outcome
    return outcome?.agree !== false
  })
  const { counterexample } = await fc.check(run, paramsOf(seed))
  const detail = last.outcome?.agree === false ? `\n${last.outcome.detail}` : ''
  return counterexample === null ? 'only beside the other cases of its batch' : kind.show(counterexample[0]) + detail
}
