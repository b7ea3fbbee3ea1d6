import { readVariable } from './environment.ts'
import { hasMore } from './merge-dicts.ts'
import { parentOf, whyOf } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { mayRaise, missing, notKnown, place } from './run.ts'
import type { Py } from './values.ts'
import { keyOf, list, settle, str, tuple } from './values.ts'

/** `of[key]`. A missing key raises where something catches it. */
export function itemOf(run: Run, frame: Frame, of: Py, key: Py, line: number): Py {
  const where = place(frame, line)
  if (of.t === 'ref' && of.name === 'os.environ') return itemOfEnvironment(run, frame, key, line)
  const settled = settle(of)
  if (settled.t === 'dict') {
    const name = keyOf(key)
    const entry = name === null ? undefined : settled.cell.entries.get(name)
    if (entry !== undefined) return entry.value
    return name === null || hasMore(settled) ? notKnown(run, whyOf(key) ?? `computed at ${where}`, of) : missing(run, 'KeyError', line, `a missing key at ${where}`)
  }
  if (settled.t === 'method' && settled.name === 'parents' && settled.of.t === 'path' && key.t === 'int' && key.v >= 0n && key.v < 100n) {
    let path = settled.of.v
    for (let index = 0n; index <= key.v; index += 1n) path = parentOf(path)
    return { t: 'path', v: path }
  }
  if ((settled.t === 'list' || settled.t === 'tuple') && (key.t === 'int' || key.t === 'bool')) {
    const item = (settled.t === 'tuple' ? settled.items : settled.cell.items).at(Number(key.v))
    return item ?? missing(run, 'IndexError', line, `a missing item at ${where}`)
  }
  if (settled.t === 'str' && key.t === 'int') {
    const letter = [...settled.v].at(Number(key.v))
    return letter === undefined ? missing(run, 'IndexError', line, `a missing item at ${where}`) : str(letter)
  }
  return notKnown(run, whyOf(settled, key) ?? `computed at ${where}`, of)
}

function itemOfEnvironment(run: Run, frame: Frame, key: Py, line: number): Py {
  if (key.t !== 'str') return notKnown(run, `computed at ${place(frame, line)}`)
  const held = readVariable(run, key.v)
  // Whether it is set at all may not be known: then it may raise here.
  if (held?.t === 'unknown') mayRaise(run, `environment ${key.v}`)
  return held ?? { ...missing(run, 'KeyError', line, `environment ${key.v} is not set`), env: [key.v] }
}


export function sliceOf(run: Run, given: Py, bounds: readonly Py[], where: string): Py {
  const of = settle(given)
  const numbers = bounds.map((bound) => (bound.t === 'none' ? undefined : bound.t === 'int' ? Number(bound.v) : null))
  const [from, to, step] = numbers
  if (from === null || to === null || (step !== undefined && step !== 1)) return notKnown(run, `computed at ${where}`, given)
  if (of.t === 'str') return str([...of.v].slice(from, to).join(''))
  if (of.t === 'list') return list(of.cell.items.slice(from, to))
  if (of.t === 'tuple') return tuple(of.items.slice(from, to))
  return notKnown(run, whyOf(of) ?? `computed at ${where}`, given)
}
