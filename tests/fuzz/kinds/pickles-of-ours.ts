import fc from 'fast-check'
import { writePickle } from '../../../electron/core/codecs/pickle/write.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { sharedSessions } from '../../support/arbitrary-data.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'
import { NOTATION_ANSWERS } from './notation-answers.ts'

interface Case {
  readonly node: DictNode
  readonly protocol: number
  readonly framed: boolean
}
interface Look {
  readonly value: unknown
  readonly protocol: number | null
  readonly framed: boolean
}

const SHORTEST_FRAMED = 15

/** Data of every kind, shared and in cycles, written by us: Python loads exactly that, from the protocol and framing asked for. */
export const picklesOfOurs: FuzzKind<Case> = {
  name: 'pickles of ours',
  share: 20,
  answers: NOTATION_ANSWERS,
  suits: () => true,
  cases: () => fc.record({ node: sharedSessions, protocol: fc.integer({ min: 0, max: 5 }), framed: fc.boolean() }),
  async compare(ask, cases) {
    const pickles = cases.map(({ node, ...form }) => writePickle(node, form))
    const looks = await ask<readonly (Look | null)[]>({ pickles: pickles.map((pickle) => pickle.toString('base64')) })
    return cases.map(({ node, protocol, framed }, index) => {
      const look = looks[index] ?? null
      const isFramed = framed && protocol >= 4 && (pickles[index]?.length ?? 0) >= SHORTEST_FRAMED
      return look === null ? null : same(JSON.stringify({ value: tell(node), protocol: protocol < 2 ? null : protocol, framed: isFramed }), JSON.stringify(look))
    })
  },
  show: ({ node, protocol, framed }) => `protocol ${protocol}, ${framed ? '' : 'not '}framed: ${formatNotation(node, { interchange: true })}`,
}

/** As the answers tell it. */
function tell(node: DataNode): unknown {
  switch (node.kind) {
    case 'none':
      return ['plain', null]
    case 'bool':
      return ['plain', node.value]
    case 'int':
      return ['int', node.digits]
    case 'float':
      return ['float', node.repr]
    case 'str':
      return ['str', node.value]
    case 'bytes':
    case 'bytearray':
      return [node.kind, node.base64]
    case 'list':
    case 'tuple':
      return [node.kind, node.items.map(tell)]
    case 'set':
    case 'frozenset':
      return [node.kind, node.items.map(tell).toSorted(byText)]
    case 'ref':
      return ['ref', node.path]
    case 'dict':
      return ['dict', node.entries.map(({ key, value }) => [tell(key), tell(value)])]
    case 'opaque':
      throw new Error('Python has no such class.')
    default:
      return [node.kind, node.text]
  }
}

/** As Python sorts what its `json.dumps` writes: ASCII, with spaces. */
function byText(a: unknown, b: unknown): number {
  const [left, right] = [pythonText(a), pythonText(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
