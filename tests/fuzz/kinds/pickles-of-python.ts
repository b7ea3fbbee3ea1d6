import fc from 'fast-check'
import { readPickle } from '../../../electron/core/codecs/pickle/read.ts'
import { writePickle } from '../../../electron/core/codecs/pickle/write.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { PICKLE_ANSWERS } from '../../differential/pickle-script.ts'
import type { Ask, FuzzKind, Outcome } from '../fuzz-kind.ts'
import { AGREE } from '../fuzz-kind.ts'

interface Case {
  /** Python makes a session of any kind of value from it. */
  readonly seed: number
  readonly protocol: number
}
type Made = readonly [seed: number, protocol: number, base64: string | null, error?: string]
type Wrong = readonly [seed: number, protocol: number, message: string]

/** Sessions of every type, pickled by Python, to the notation and back to a pickle: Python loads both to equal things, shared alike. */
export const picklesOfPython: FuzzKind<Case> = {
  name: 'pickles of Python',
  share: 20,
  answers: PICKLE_ANSWERS,
  suits: () => true,
  cases: () => fc.record({ seed: fc.nat(), protocol: fc.integer({ min: 0, max: 5 }) }).map((each) => each),
  async compare(ask, cases) {
    const made: Made[] = []
    for (const { seed, protocol } of cases) made.push(...(await ask<readonly Made[]>({ op: 'make', seeds: [seed], protocols: [protocol] })))
    return compareMade(ask, made, (each) => smallestPart(ask, each))
  },
  show: ({ seed, protocol }) => `session ${seed} in protocol ${protocol}`,
}

async function compareMade(ask: Ask, made: readonly Made[], explain: (made: Made) => Promise<string>): Promise<readonly Outcome[]> {
  const ours = made.map(throughNotation)
  const items = made.flatMap(([seed, protocol, base64], index) => (base64 === null || ours[index]?.error !== null ? [] : [[seed, protocol, base64, ours[index]?.text]]))
  const wrong = new Map((await ask<readonly Wrong[]>({ op: 'check', items })).map(([seed, protocol, message]) => [`${seed} ${protocol}`, message]))
  const outcomes: Outcome[] = []
  for (const [index, each] of made.entries()) {
    const message = each[2] === null ? null : (ours[index]?.error ?? wrong.get(`${each[0]} ${each[1]}`) ?? null)
    if (each[2] === null) outcomes.push(null)
    else outcomes.push(message === null ? AGREE : { agree: false, detail: `${message}\n${await explain(each)}` })
  }
  return outcomes
}

function throughNotation([seed, , base64]: Made): { readonly text: string; readonly error: string | null } {
  if (base64 === null) return { text: '', error: null }
  const read = readPickle(Buffer.from(base64, 'base64'))
  if (!read.ok) return { text: '', error: `we: ${read.reason} at ${read.offset}` }
  if (read.facts.danger === 'dangerous') return { text: '', error: `we: dangerous, ${JSON.stringify(read.facts.calls)}` }
  const layout = { interchange: seed % 2 === 0, indent: seed % 3 }
  const parsed = parseNotation(formatNotation(read.node, layout))
  if (!parsed.ok) return { text: '', error: `we: ${parsed.message}` }
  try {
    return { text: writePickle(parsed.node, { ...read.facts, positions: parsed.positions }).toString('base64'), error: null }
  } catch (error) {
    return { text: '', error: `we: ${String(error)}` }
  }
}

/** Which entry of the session it is, alone: the whole is long. */
async function smallestPart(ask: Ask, [seed, protocol]: Made): Promise<string> {
  const parts = await ask<readonly Made[]>({ op: 'parts', seed, protocol })
  const outcomes: { readonly part: Made; readonly outcome: Outcome }[] = []
  for (const part of parts) {
    const [outcome = null] = await compareMade(ask, [part], () => Promise.resolve(''))
    outcomes.push({ part, outcome })
  }
  const [smallest] = outcomes.filter(({ outcome }) => outcome?.agree === false).toSorted((a, b) => (a.part[2]?.length ?? 0) - (b.part[2]?.length ?? 0))
  return smallest === undefined ? 'no entry of it alone' : `entry alone: ${smallest.part[2]}`
}
