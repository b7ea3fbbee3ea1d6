import type { DataNode, OpaqueNode } from '../../../../shared/values/node.ts'
import { namesInOpcodes } from './opcode-names.ts'
import { refPointer, refSteps, stepInto } from './ref-target.ts'
import type { RefSteps } from './ref-target.ts'

/** Where what stood at some steps stands after an edit. null: nowhere any more. */
export type Move = (steps: RefSteps) => RefSteps | null

type RefNode = Extract<DataNode, { kind: 'ref' }>

interface Placed {
  readonly node: RefNode | OpaqueNode
  readonly steps: RefSteps
}

/**
 * The data after an edit, with its references naming the same objects as before. Where the place that held a shared object is gone,
 * the first reference holds it from now on: Python's `del d["a"]` leaves `d["b"]` what it was.
 * Opcodes of objects hold such names, too, which nobody can change here: one that would name another object is not written any more.
 */
export function settleRefs(before: DataNode, after: DataNode, move: Move): DataNode {
  const found = placedIn(after, [])
  if (found.length === 0) return after
  const { moved, promoted, targets } = follow(before, found, move)
  const whole = rebuild(after, promoted)
  const settled = new Map<DataNode, DataNode>()
  for (const [node, steps] of targets) {
    const path = refPointer(whole, steps)
    if (path !== node.path) settled.set(node, { kind: 'ref', path })
  }
  for (const { node } of found) {
    if (node.kind !== 'opaque' || node.raw === null) continue
    const isKept = namesInOpcodes(node.raw).every((name) => {
      const steps = refSteps(before, name)
      const now = steps === null ? null : moved(steps)
      return now !== null && refPointer(whole, now) === name
    })
    if (!isKept) settled.set(node, { ...node, raw: null })
  }
  return settled.size === 0 ? whole : rebuild(whole, settled)
}

interface Followed {
  readonly moved: Move
  /** References that hold now what they named. */
  readonly promoted: ReadonlyMap<DataNode, DataNode>
  /** Where the others lead. */
  readonly targets: ReadonlyMap<RefNode, RefSteps>
}

function follow(before: DataNode, found: readonly Placed[], move: Move): Followed {
  const promoted = new Map<DataNode, DataNode>()
  const targets = new Map<RefNode, RefSteps>()
  const rescued: { readonly from: RefSteps; readonly to: RefSteps; readonly node: DataNode }[] = []
  const moved: Move = (steps) => {
    const place = rescued.find(({ from }) => isWithin(steps, from))
    return place === undefined ? move(steps) : [...place.to, ...steps.slice(place.from.length)]
  }
  const waiting = found.toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, steps } = next
    if (node.kind === 'opaque') continue
    const from = refSteps(before, node.path)
    if (from === null) continue
    const to = moved(from)
    const lost = to === null ? from.reduce<DataNode | undefined>((at, step) => (at === undefined ? undefined : stepInto(at, step)), before) : undefined
    if (to !== null) targets.set(node, to)
    else if (lost !== undefined) {
      // A part of it may be held elsewhere already.
      for (const part of rescued.filter((each) => isWithin(each.from, from))) {
        const again: RefNode = { kind: 'ref', path: '' }
        promoted.set(part.node, again)
        targets.set(again, part.to)
      }
      promoted.set(node, lost)
      rescued.push({ from, to: steps, node: lost })
      waiting.push(...placedIn(lost, steps).reverse())
    }
  }
  return { moved, promoted, targets }
}

function isWithin(steps: RefSteps, place: RefSteps): boolean {
  return place.length <= steps.length && place.every((step, index) => steps[index] === step)
}

/** References and objects, in reading order. Walks, because data may be nested deeper than the stack. */
function placedIn(root: DataNode, base: RefSteps): Placed[] {
  const found: Placed[] = []
  const path: number[] = []
  const frames: { readonly parts: readonly Part[]; next: number }[] = []
  const visit = (node: DataNode): void => {
    if (node.kind === 'ref' || node.kind === 'opaque') found.push({ node, steps: [...base, ...path] })
    const parts = partsOf(node)
    if (parts.length > 0) frames.push({ parts, next: 0 })
    else path.pop()
  }
  visit(root)
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const part = frame.parts[frame.next++]
    if (part === undefined) {
      frames.pop()
      path.pop()
      continue
    }
    path.push(part.step)
    visit(part.node)
  }
  return found
}

interface Part {
  readonly step: number
  readonly node: DataNode
}

/** Scalars within a list are no parts: there may be very many of them. */
function partsOf(node: DataNode): readonly Part[] {
  if (node.kind === 'dict') return node.entries.flatMap(({ key, value }, index) => [{ step: -1 - index, node: key }, { step: index, node: value }])
  if ('items' in node) return node.items.map((item, step) => ({ step, node: item }))
  return node.kind === 'opaque' ? [{ step: 0, node: node.state }] : []
}

/** The same data with some nodes in place of others; what is not touched is shared. */
function rebuild(root: DataNode, replaced: ReadonlyMap<DataNode, DataNode>): DataNode {
  const frames: { readonly node: DataNode; readonly parts: readonly Part[]; readonly built: DataNode[] }[] = []
  let done: DataNode | null = null
  const begin = (given: DataNode): void => {
    const node = replaced.get(given) ?? given
    const parts = partsOf(node)
    if (parts.length === 0) done = node
    else frames.push({ node, parts, built: [] })
  }
  begin(root)
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (done !== null) frame.built.push(done)
    done = null
    const part = frame.parts[frame.built.length]
    if (part !== undefined) begin(part.node)
    else {
      frames.pop()
      done = frame.parts.every(({ node }, index) => node === frame.built[index]) ? frame.node : assemble(frame.node, frame.built)
    }
  }
  return done ?? root
}

function assemble(node: DataNode, built: readonly DataNode[]): DataNode {
  if (node.kind === 'dict') return { kind: 'dict', entries: node.entries.map(({ key, value }, index) => ({ key: built[2 * index] ?? key, value: built[2 * index + 1] ?? value })) }
  if ('items' in node) return { ...node, items: built }
  return node.kind === 'opaque' ? { ...node, state: built[0] ?? node.state } : node
}
