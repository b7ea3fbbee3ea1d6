import type { DataEntry, DataNode } from './node.ts'
import { formatPath } from './walk.ts'

/** Something that session data does not survive, or may not survive, when Django's JSONSerializer writes and reads it. */
export interface JsonLint {
  /**
   * - `not-json`: Django cannot save it (TypeError); `type` is Python's name for it.
   * - `key-to-text`: a key that is no text becomes one: `1` becomes `"1"`.
   * - `tuple-to-list`: a tuple becomes a list.
   * - `not-finite`: NaN or an infinity: Python reads it back, no other JSON parser does.
   * - `duplicate-key`: the key stands twice (or would); Python keeps the last value.
   */
  readonly kind: 'not-json' | 'key-to-text' | 'tuple-to-list' | 'not-finite' | 'duplicate-key'
  /** `cart.items[0]`, see `formatPath`. */
  readonly path: string
  readonly type: string
}

/** Most that is worth telling. */
const MOST = 50

type Step = string | number
/** The way from the top, linked backwards: a copy of the path for each value would be quadratic in depth. */
interface Place {
  readonly parent: Place | null
  readonly step: Step
}

/** Types of references: JSON writes what is shared twice, and nothing that holds itself. */
export const SHARED_TYPE = 'value that is shared'
export const CYCLE_TYPE = 'value that holds itself'

/** Looks through the whole data without recursing; the first `most` findings, in no promised order beyond being stable. */
export function lintForJson(root: DataNode, most: number = MOST): readonly JsonLint[] {
  const found: JsonLint[] = []
  const stack: { readonly node: DataNode; readonly place: Place | null }[] = [{ node: root, place: null }]
  const report = (kind: JsonLint['kind'], place: Place | null, type: string): void => {
    found.push({ kind, path: pathOf(place), type })
  }
  for (let next = stack.pop(); next !== undefined && found.length < most; next = stack.pop()) {
    const { node, place } = next
    switch (node.kind) {
      case 'dict':
        lintKeys(node.entries, place, report)
        for (const { key, value } of node.entries.toReversed()) stack.push({ node: value, place: { parent: place, step: keyText(key) } })
        break
      case 'tuple':
      case 'list':
        if (node.kind === 'tuple') report('tuple-to-list', place, node.kind)
        for (let index = node.items.length - 1; index >= 0; index--) {
          const item = node.items[index]
          if (item !== undefined) stack.push({ node: item, place: { parent: place, step: index } })
        }
        break
      case 'float':
        if (NOT_FINITE.has(node.repr)) report('not-finite', place, node.repr)
        break
      case 'none':
      case 'bool':
      case 'int':
      case 'str':
        break
      case 'ref':
        report('not-json', place, holdsItself(node.path, place) ? CYCLE_TYPE : SHARED_TYPE)
        break
      default:
        report('not-json', place, typeName(node))
    }
  }
  return found
}

const NOT_FINITE: ReadonlySet<string> = new Set(['nan', 'inf', '-inf'])
/** Keys that Python's `json.dumps` turns into text; any other is a TypeError. */
const TEXT_LIKE: ReadonlySet<DataNode['kind']> = new Set(['str', 'int', 'float', 'bool', 'none'])

function lintKeys(entries: readonly DataEntry[], place: Place | null, report: (kind: JsonLint['kind'], place: Place, type: string) => void): void {
  const names = new Set<string>()
  for (const { key } of entries) {
    const name = keyText(key)
    const at: Place = { parent: place, step: name }
    if (!TEXT_LIKE.has(key.kind)) report('not-json', at, `dict with a ${typeName(key)} as a key`)
    else if (key.kind !== 'str') report('key-to-text', at, key.kind)
    if (names.has(name)) report('duplicate-key', at, 'dict')
    names.add(name)
  }
}

/** As `json.dumps` writes a key. */
function keyText(key: DataNode): string {
  switch (key.kind) {
    case 'str':
      return key.value
    case 'int':
      return key.digits
    case 'float':
      return key.repr
    case 'bool':
      return String(key.value)
    case 'none':
      return 'null'
    default:
      return `(${typeName(key)})`
  }
}

function typeName(node: DataNode): string {
  if (node.kind === 'opaque') return node.name
  return node.kind === 'ref' ? SHARED_TYPE : node.kind
}

/** Whether the value that a reference names stands around it. */
function holdsItself(target: string, place: Place | null): boolean {
  const own = `#${stepsTo(place).map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
  return own.startsWith(`${target}/`)
}

function pathOf(place: Place | null): string {
  return formatPath(stepsTo(place))
}

function stepsTo(place: Place | null): readonly Step[] {
  const steps: Step[] = []
  for (let at = place; at !== null; at = at.parent) steps.push(at.step)
  return steps.reverse()
}
