import type { PathStep, QueryPath } from './ast.ts'
import { Fault } from './fault.ts'
import { readQuoted } from './scan.ts'

const NAME = /[^\s"|[\].=<>!:]+/y
const INDEX = /\[(-?[0-9]{1,9})\]/y
const PLAIN_NAME = /^[^\s"|[\].=<>!:]+$/

/**
 * `cart.items[0].sku`, `cart[].qty`, `["odd key"].x` from `start` to `end` of a text.
 * @throws Fault where it is none
 */
export function readPath(text: string, start: number, end: number): QueryPath {
  const steps: PathStep[] = []
  let at = start
  while (at < end) {
    const step = readStep(text, at, end, steps.length === 0)
    steps.push(step.step)
    at = step.end
  }
  if (steps.length === 0) throw new Fault('bad-path', start, 1)
  return steps
}

function readStep(text: string, at: number, end: number, isFirst: boolean): { readonly step: PathStep; readonly end: number } {
  if (text.startsWith('[]', at)) return { step: { kind: 'every' }, end: at + 2 }
  const index = match(INDEX, text, at)
  if (index?.[1] !== undefined) return { step: { kind: 'index', index: Number(index[1]) + 0 }, end: at + index[0].length }
  if (text.startsWith('["', at)) {
    const { text: name, length } = readQuoted(text, at + 1)
    if (text.charAt(at + 1 + length) !== ']') throw new Fault('bad-path', at, Math.min(1 + length, end - at))
    return { step: { kind: 'key', name }, end: at + length + 2 }
  }
  const from = isFirst ? at : at + 1
  const name = isFirst || text.charAt(at) === '.' ? match(NAME, text, from)?.[0] : undefined
  if (name === undefined || from + name.length > end) throw new Fault('bad-path', at, Math.max(Math.min(end - at, 1), 1))
  return { step: { kind: 'name', name }, end: from + name.length }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** The spelling that reads back as the same path. */
export function formatQueryPath(path: QueryPath): string {
  let text = ''
  for (const step of path) {
    if (step.kind === 'every') text += '[]'
    else if (step.kind === 'index') text += `[${step.index}]`
    else if (step.kind === 'key') text += `[${JSON.stringify(step.name)}]`
    else text += text === '' ? step.name : `.${step.name}`
  }
  return text
}

/** A step to a key of this name, quoted where it has to be. */
export function nameStep(name: string): PathStep {
  return PLAIN_NAME.test(name) ? { kind: 'name', name } : { kind: 'key', name }
}
