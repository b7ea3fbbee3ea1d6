// npm run fuzz [-- --seed N] [--cases N] [--kind NAME]: our codecs beside Python's and Django's, in both directions. Exit 1 where they differ.
import { parseArgs } from 'node:util'
import { findDjangos } from '../support/django.ts'
import { fuzz } from './fuzz.ts'
import type { Tally } from './fuzz.ts'
import type { FuzzKind } from './fuzz-kind.ts'
import { forKinds } from './kinds.ts'

const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string', default: '50000' }, kind: { type: 'string' } } })
/** The command before it makes the whole again. */
const MOST_CHARS = 1000
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed)
const cases = Number(values.cases)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(cases) || cases < 1) throw new Error('--seed and --cases take whole numbers.')
const djangos = findDjangos()
if (djangos.length === 0) process.exit(1)

console.log(`seed ${seed}, ${cases} cases, ${djangos.map(({ label }) => label).join(', ')}\n`)
const tallies = await forKinds(djangos, cases, values.kind ?? '', runKind)
const sum = (count: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + count(tally), 0)
const wrong = sum(({ disagreements }) => disagreements.length)
console.log(`\n${sum(({ agreed }) => agreed)} agree, ${wrong} disagree, ${sum(({ leftOut }) => leftOut)} left out (this Python lacks a module, or nothing is to be compared)`)
process.exitCode = wrong === 0 ? 0 : 1

async function runKind<Case>(kind: FuzzKind<Case>, share: number, django: (typeof djangos)[number]): Promise<Tally> {
  const tally = await fuzz(kind, { django, seed, cases: share })
  console.log(`${String(tally.agreed).padStart(8)} agree  ${tally.kind}, ${django.label}${tally.leftOut > 0 ? `, ${tally.leftOut} left out` : ''}`)
  for (const { seed: at, found, detail, smallest } of tally.disagreements) {
    console.log(`\nDISAGREE: npm run fuzz -- --seed ${at} --cases 1 --kind '${kind.name}'\n${cut(found)}\n${cut(detail)}\nsmallest: ${cut(smallest)}\n`)
  }
  return tally
}

function cut(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}… (${text.length} characters)` : text
}
