import { floatRepr } from '../../shared/values/float-repr.ts'
import type { DataEntry, DataNode, DictNode } from '../../shared/values/node.ts'
import type { Random } from './random.ts'

const KEYS = ['a', 'b', 'cart', 'sku', 'qty', '', '0', '7', '10', '-1', '1.5', 'null', '__proto__', 'constructor', 'toString', '$int', '$$', 'ключ', '鍵', '😀', 'a.b', 'a b', '_auth_user_id', '_session_expiry']
const CHARS = ['a', 'Z', '0', ' ', '"', '\\', '/', '\n', '\r', '\t', '\b', '\f', '\u0000', '\u001f', '\u007f', '\u0080', '\u00e9', '\u2028', '\u202e', '\ufeff', '漢', '😀', '𝒳', '<', '>', '&', "'"]

/** Session data of every kind that Django's JSONSerializer can write. */
export function randomSession(random: Random): DictNode {
  return { kind: 'dict', entries: Array.from({ length: random.below(6) }, () => randomEntry(random, 0)) }
}

/** The cases that chance would miss. */
export function specialSessions(): readonly DictNode[] {
  const of = (...entries: (readonly [string, DataNode])[]): DictNode => ({ kind: 'dict', entries: entries.map(([key, value]) => ({ key: str(key), value })) })
  const floats = [0, -0, 1, -1, 0.1, 1e-4, 9.999e-5, 1e-7, 1e15, 9007199254740993, 1e16, 123456789012345680, 1e21, 1e22, 1e100, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1 / 3, Number.NaN, Infinity, -Infinity]
  const ints = ['0', '-1', '9007199254740991', '9007199254740992', '-9007199254740993', '18446744073709551616', '1'.repeat(4300), `-${'9'.repeat(4300)}`]
  return [
    of(),
    of(['floats', { kind: 'list', items: floats.map(float) }]),
    of(['ints', { kind: 'list', items: ints.map(int) }]),
    of(['7', int('1')], ['b', int('2')], ['0', int('3')], ['__proto__', int('4')]),
    of(['lone', str('\ud800')], ['lone2', str('a\udc00\ud800b')], ['\udfff', str('\ud83d\ude00')]),
    of(['k', nested(200)]),
    of(['big', str('Ж😀x"'.repeat(150_000))]),
    of(['many', { kind: 'list', items: Array.from({ length: 20_000 }, (_, index) => int(String(index))) }]),
    of(['all', str(Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).join(''))]),
  ]
}

/** What Python keeps of it: of a key that stands twice, the first place and the last value. Recursive: for test data only. */
export function asPythonKeeps(node: DataNode): DataNode {
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(asPythonKeeps) }
  if (node.kind !== 'dict') return node
  const kept = new Map<string, DataEntry>()
  for (const { key, value } of node.entries) if (key.kind === 'str') kept.set(key.value, { key, value: asPythonKeeps(value) })
  return { kind: 'dict', entries: [...kept.values()] }
}

const str = (value: string): DataNode => ({ kind: 'str', value })
const int = (digits: string): DataNode => ({ kind: 'int', digits })
const float = (value: number): DataNode => ({ kind: 'float', repr: floatRepr(value) })

function nested(depth: number): DataNode {
  let node: DataNode = str('inside')
  for (let level = 0; level < depth; level++) node = level % 2 === 0 ? { kind: 'list', items: [node] } : { kind: 'dict', entries: [{ key: str('d'), value: node }] }
  return node
}

function randomEntry(random: Random, depth: number): DataEntry {
  return { key: str(random.pick(KEYS)), value: randomNode(random, depth) }
}

function randomNode(random: Random, depth: number): DataNode {
  switch (random.below(depth > 4 ? 6 : 8)) {
    case 0:
      return { kind: 'none' }
    case 1:
      return { kind: 'bool', value: random.below(2) === 0 }
    case 2:
      return int(randomInt(random))
    case 3:
      return float(randomFloat(random))
    case 4:
      return str(randomText(random))
    case 5:
      return str(random.pick(KEYS))
    case 6:
      return { kind: 'list', items: Array.from({ length: random.below(5) }, () => randomNode(random, depth + 1)) }
    default:
      return { kind: 'dict', entries: Array.from({ length: random.below(5) }, () => randomEntry(random, depth + 1)) }
  }
}

function randomInt(random: Random): string {
  const digits = Array.from({ length: 1 + random.below(random.pick([2, 18, 60])) }, () => random.below(10)).join('').replace(/^0+(?=\d)/, '')
  return digits !== '0' && random.below(3) === 0 ? `-${digits}` : digits
}

function randomFloat(random: Random): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setUint32(0, Math.floor(random.next() * 0x1_0000_0000))
  bits.setUint32(4, Math.floor(random.next() * 0x1_0000_0000))
  const anything = bits.getFloat64(0)
  return random.pick([anything, random.next(), random.next() * 1e6, Math.round(random.next() * 1e4) / 100, 10 ** (random.below(60) - 30)])
}

function randomText(random: Random): string {
  return Array.from({ length: random.below(random.pick([4, 40, 400])) }, () => random.pick(CHARS)).join('')
}
