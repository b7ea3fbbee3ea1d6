import { evaluate } from './evaluate.ts'
import { execute, executeModule } from './execute.ts'
import type { LoadedProject } from './load-modules.ts'
import { doubtScope } from './memory.ts'
import { importModule } from './modules.ts'
import type { ModuleFile, Run, World } from './run.ts'
import { NotFollowed, PythonRaise } from './run.ts'
import type { Scope } from './state.ts'
import { createScope, createState } from './state.ts'
import type { Statement } from '../python/ast.ts'
import type { Decision, Guide, Limits } from './worlds.ts'
import { BudgetSpent, readAll } from './worlds.ts'

/** How one way through the code ends. */
export interface Ending {
  /** Names of the settings module. null: it is not there, or stops. */
  readonly scope: Scope | null
  readonly stops: boolean
  readonly run: Run
  readonly decisions: readonly Decision[]
}

/** How the settings would end if some known conditions were otherwise. */
export interface Otherwise {
  /** Those conditions, in the project's words. */
  readonly when: string
  readonly env: readonly string[]
  readonly endings: readonly Ending[]
}

export interface Reading {
  /** All ways that Python may take: never none. */
  readonly endings: readonly Ending[]
  readonly others: readonly Otherwise[]
}

export interface Subject {
  readonly loaded: LoadedProject
  readonly module: string
  readonly environment: Readonly<Record<string, string>>
}

const MAX_STEPS = 1_500_000
/** As many ways as people write, then fewer, then one. */
const TRIES: readonly { readonly limits: Limits; readonly steps: number; readonly isLast: boolean }[] = [
  { limits: { open: Number.POSITIVE_INFINITY, worlds: 64, again: 0 }, steps: MAX_STEPS, isLast: false },
  { limits: { open: 4, worlds: 32, again: 30 }, steps: MAX_STEPS / 3, isLast: false },
  { limits: { open: 0, worlds: 1, again: 300 }, steps: MAX_STEPS, isLast: true },
]
const OTHERWISE: Limits = { open: 3, worlds: 8, again: 0 }
const MAX_OTHERS = 40
const MAX_FLIPS = 5

export function explore(subject: Subject): Reading {
  for (const { limits, steps, isLast } of TRIES) {
    const endings = readWays(subject, new Set(), limits, { left: steps }, isLast)
    if (endings !== null) return { endings, others: isLast ? [] : readOthers(subject, endings, steps) }
  }
  return { endings: [unread(subject)], others: [] }
}

function readWays(subject: Subject, flips: ReadonlySet<string>, limits: Limits, budget: { left: number }, isLast = false): readonly Ending[] | null {
  const without = new Set<Statement>()
  const endings = readAll({ flips, limits, without, read: (guide) => {
    const ending = readOnce(subject, guide, budget.left, isLast)
    budget.left = isLast ? budget.left : ending.run.stepsLeft
    return ending
  } })
  // A way that ends in an exception is none on which Django runs.
  const running = endings?.filter(({ stops }) => !stops) ?? []
  return running.length > 0 ? running : endings
}

/** Each known condition is turned around once, by itself; and those that come up only then. */
function readOthers(subject: Subject, endings: readonly Ending[], steps: number): readonly Otherwise[] {
  const budget = { left: steps }
  const seen = new Set(endings.flatMap(({ decisions }) => decisions.map(({ key }) => key)))
  const waiting = newFlips(endings, new Set(), []).reverse()
  const others: Otherwise[] = []
  for (let flip = waiting.pop(); flip !== undefined && others.length < MAX_OTHERS; flip = waiting.pop()) {
    const keys = new Set(flip.map(({ key }) => key))
    const found = readWays(subject, keys, OTHERWISE, budget)
    if (found === null || found.some(({ stops }) => stops)) continue
    others.push({ when: flip.map(({ when, taken }) => when[taken === 0 ? 1 : 0]).join(' and '), env: flip.flatMap(({ env }) => env), endings: found })
    if (flip.length < MAX_FLIPS) waiting.push(...newFlips(found, new Set([...seen, ...keys]), flip).reverse())
  }
  return others
}

function newFlips(endings: readonly Ending[], seen: ReadonlySet<string>, flip: readonly Decision[]): (readonly Decision[])[] {
  const found = new Map<string, Decision>()
  for (const { decisions } of endings) for (const decision of decisions) if (decision.isKnown && !seen.has(decision.key)) found.set(decision.key, decision)
  return [...found.values()].map((decision) => [...flip, decision])
}

function readOnce({ loaded: { world, problems, main }, module, environment }: Subject, guide: Guide, steps: number, isLast: boolean): Ending {
  const run: Run = {
    state: createState(environment), world, main, guide, problems: [...problems], asked: new Set(), stepsLeft: steps, depth: 0, loops: 0, guards: [], current: null, judged: new WeakSet(), deciding: [], isLast, evaluate, execute,
  }
  if (main !== null) runMain(run, main)
  const stops = runSettings(run, world, module)
  return { scope: run.state.modules.get(module) ?? null, stops, run, decisions: guide.decisions }
}

/** What `manage.py` does before Django reads the settings: some load an `.env` file there. */
function runMain(run: Run, main: ModuleFile): void {
  run.state.modules.set('__main__', createScope('__main__'))
  const problems = run.problems.length
  attempt(run, () => { executeModule(run, main) })
  run.problems.length = problems
}

function runSettings(run: Run, world: World, module: string): boolean {
  const found = world.findModule(module)
  if (found !== null && found !== 'namespace') return attempt(run, () => { importModule(run, module) })
  run.problems.push({ what: 'no-settings', file: `${module.replaceAll('.', '/')}.py`, line: 0, detail: module })
  return false
}

/** @returns whether Python raises: Django would stop there, which is told */
function attempt(run: Run, action: () => void): boolean {
  try {
    action()
  } catch (error) {
    if (error instanceof PythonRaise) {
      run.problems.push({ what: 'stops', file: '', line: error.line, detail: error.exception })
      return true
    }
    if (error instanceof BudgetSpent && !run.isLast) throw error
    if (!(error instanceof NotFollowed) && !(error instanceof BudgetSpent)) throw error
    for (const scope of run.state.modules.values()) doubtScope(scope, 'code that is not followed')
    run.state.environDoubt ??= 'code that is not followed'
  }
  return false
}

/** Not even given up statement by statement. */
function unread(subject: Subject): Ending {
  const nothing: Guide = { decisions: [], either: () => null, known: (taken) => taken, givesUp: () => true }
  const ending = readOnce(subject, nothing, 0, true)
  if (ending.scope !== null) doubtScope(ending.scope, 'settings that are too long to be read')
  return ending
}
