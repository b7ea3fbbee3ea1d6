import { isFieldName } from './ast.ts'
import { formatQueryPath, nameStep } from './path.ts'
import type { SeenPath } from './seen-paths.ts'

/** What is typed of a path: its whole steps, and what has begun after them. */
interface Begun {
  readonly steps: SeenPath
  /** Where the last part begins: its `.` or `[`, or the end of the text. */
  readonly at: number
  /** `next`: after a closing bracket, where nothing has begun. */
  readonly kind: 'name' | 'bracket' | 'quoted' | 'next'
  readonly typed: string
}

export interface PathCompletion {
  readonly from: number
  readonly texts: readonly string[]
  /** What is typed is a path that was seen. */
  readonly isWhole: boolean
}

const NAME = /[^\s"|[\].=<>!:]*/y
const POSITION = /\[-?[0-9]*\]/y
const QUOTED = /\["((?:[^"\\]|\\.)*)"\]/y

/**
 * Paths that go on from the one that is typed, by one step; of a bare word also those that end in it. null: it is none. `isCompared`: an
 * operator follows, so that a name of a field stands in brackets. `from`: where `typed` begins; the texts replace all of it.
 */
export function completePath(typed: string, from: number, paths: readonly SeenPath[], { isCompared }: { readonly isCompared: boolean }): PathCompletion | null {
  const begun = readBegun(typed)
  if (begun === null) return null
  const isAlone = begun.steps.length === 0
  const spell = (step: string | null): string => {
    if (step === null) return '[]'
    const inBrackets = begun.kind === 'quoted' || begun.kind === 'bracket' || nameStep(step).kind === 'key' || (isAlone && isCompared && isFieldName(step))
    return inBrackets ? `[${JSON.stringify(step)}]` : isAlone ? step : `.${step}`
  }
  const head = typed.slice(0, begun.at)
  const next = nextSteps(paths, begun.steps).filter((step) => goesOn(begun, step)).map((step) => head + spell(step))
  const isName = begun.kind === 'name' && begun.typed !== ''
  // A whole name may be meant to go on.
  const below = isName ? nextSteps(paths, [...begun.steps, begun.typed]).map((step) => typed + (step === null ? '[]' : spellBelow(step))) : []
  const deep = isName && isAlone ? paths.filter((path) => path.length > 1 && startsWith(path.at(-1) ?? null, begun.typed)).map(spellPath).toSorted() : []
  const typedSteps = begun.kind === 'next' ? begun.steps : [...begun.steps, begun.typed]
  const isWhole = (isName || begun.kind === 'next') && paths.some((path) => path.length === typedSteps.length && typedSteps.every((step, index) => isSame(path[index] ?? null, step)))
  return { from, isWhole, texts: [...new Set([...next, ...below, ...deep])].filter((text) => text !== typed) }
}

/** null: it is no path, or has ended. */
function readBegun(typed: string): Begun | null {
  const steps: (string | null)[] = []
  for (let at = 0; ;) {
    if (at === typed.length) return { steps, at, kind: at === 0 ? 'name' : 'next', typed: '' }
    const isDot = typed.charAt(at) === '.'
    if (typed.charAt(at) === '[') {
      const quoted = match(QUOTED, typed, at)
      const bracket = quoted ?? match(POSITION, typed, at)
      if (bracket === null) return readOpen(steps, at, typed.slice(at + 1))
      steps.push(quoted === null ? null : unescape(quoted[1] ?? ''))
      at += bracket[0].length
      continue
    }
    if (isDot ? at === 0 : at > 0) return null
    const name = match(NAME, typed, isDot ? at + 1 : at)?.[0] ?? ''
    const end = at + (isDot ? 1 : 0) + name.length
    if (end === typed.length) return { steps, at, kind: 'name', typed: name }
    if (name === '') return null
    steps.push(name)
    at = end
  }
}

function readOpen(steps: SeenPath, at: number, inside: string): Begun | null {
  if (inside.startsWith('"')) return { steps, at, kind: 'quoted', typed: unescape(inside.slice(1)) }
  return /^-?[0-9]*$/.test(inside) ? { steps, at, kind: 'bracket', typed: inside } : null
}

const unescape = (text: string): string => text.replaceAll(/\\(["\\/])/g, '$1')

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** `[]` first, then names in their order. */
function nextSteps(paths: readonly SeenPath[], steps: SeenPath): readonly (string | null)[] {
  const found = new Set(paths.flatMap((path) => (path.length > steps.length && steps.every((step, index) => isSame(path[index] ?? null, step)) ? [path[steps.length] ?? null] : [])))
  const names = [...found].filter((step) => step !== null).toSorted()
  return found.has(null) ? [null, ...names] : names
}

/** A position, and what may be one, is one of each. */
const isSame = (seen: string | null, typed: string | null): boolean => seen === typed || (seen === null && typed !== null)

function goesOn({ kind, typed }: Begun, step: string | null): boolean {
  if (step === null) return kind === 'next' || typed === ''
  return kind === 'bracket' ? typed === '' : startsWith(step, typed)
}

const startsWith = (step: string | null, typed: string): boolean => step !== null && step.toLowerCase().startsWith(typed.toLowerCase())

const spellBelow = (name: string): string => (nameStep(name).kind === 'key' ? `[${JSON.stringify(name)}]` : `.${name}`)
const spellPath = (path: SeenPath): string => formatQueryPath(path.map((step) => (step === null ? { kind: 'every' } : nameStep(step))))
