import fc from 'fast-check'
import { readPickle } from '../../electron/core/codecs/pickle/read.ts'
import type { ObjectValue } from '../../electron/core/codecs/pickle/values.ts'
import { writePickle } from '../../electron/core/codecs/pickle/write.ts'
import { floatRepr } from '../../shared/values/float-repr.ts'
import type { DataEntry, DataNode, DictNode } from '../../shared/values/node.ts'
import { formatComplex, formatDuration, formatUuid } from '../../shared/values/scalar-text.ts'
import { formatDate, formatDatetime, formatTime } from '../../shared/values/zoned-text.ts'
import type { DateParts, TimeParts, Zone } from '../../shared/values/zoned-text.ts'

/** Session data of every kind that its name promises, small and odd first, as fast-check makes and shrinks it. */

const MOST_ITEMS = 5
const KEYS = ['a', 'cart', '', '0', '-1', '1.5', 'null', '__proto__', 'constructor', '$int', '$$', '$opaque', '$ref', 'a/b~c', 'ключ', '😀', '_auth_user_id']

/** Any UTF-16 text: lone surrogates, controls, what markup and quotes are made of. */
const text = fc.oneof(
  fc.constantFrom(...KEYS),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '\u0000', '\u001a', '\u0080', '\u2028', "'", '<'), maxLength: 8 }),
)
const strNode: fc.Arbitrary<DataNode> = text.map((value) => ({ kind: 'str', value }))
const big = fc.bigInt({ min: -(1n << 2100n), max: 1n << 2100n })
const intNode: fc.Arbitrary<DataNode> = fc.oneof(fc.bigInt({ min: -(1n << 65n), max: 1n << 65n }), fc.integer().map(BigInt), big, fc.constantFrom(0n, 255n, 256n, 65_535n, 65_536n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 53n, -128n, -129n)).map((value) => ({ kind: 'int', digits: String(value) }))
const floatNode: fc.Arbitrary<DataNode> = fc.double().map((value) => ({ kind: 'float', repr: floatRepr(value) }))
const plainNode: fc.Arbitrary<DataNode> = fc.oneof(fc.constant<DataNode>({ kind: 'none' }), fc.boolean().map((value): DataNode => ({ kind: 'bool', value })), intNode, floatNode, strNode)

/** The same for what Python takes for the same key: `1`, `1.0`, `True`, `Decimal('1')`, and tuples of them. */
function equalityOf(node: DataNode): string {
  switch (node.kind) {
    case 'bool':
      return String(Number(node.value))
    case 'int':
      return String(Number(node.digits))
    case 'float':
      return String(Number(node.repr) + 0)
    case 'decimal':
    case 'complex':
      return String(Number(node.text.replace(/^\((.*)\+0j\)$/, '$1').replace(/^-?0j$/, '0')) + 0)
    case 'tuple':
    case 'frozenset':
      return `${node.kind} ${node.items.map(equalityOf).join(' ')}`
    case 'str':
      return JSON.stringify(node.value)
    default:
      return JSON.stringify(node)
  }
}

const entriesOf = (key: fc.Arbitrary<DataNode>, value: fc.Arbitrary<DataNode>): fc.Arbitrary<readonly DataEntry[]> =>
  fc.uniqueArray(fc.record({ key, value }), { maxLength: MOST_ITEMS, selector: (entry) => equalityOf(entry.key) })
const dictOf = (key: fc.Arbitrary<DataNode>, value: fc.Arbitrary<DataNode>): fc.Arbitrary<DictNode> => entriesOf(key, value).map((entries) => ({ kind: 'dict', entries }))
const itemsOf = (kind: 'list' | 'tuple' | 'set' | 'frozenset', item: fc.Arbitrary<DataNode>): fc.Arbitrary<DataNode> =>
  fc.uniqueArray(item, { maxLength: MOST_ITEMS, selector: (node) => (kind === 'set' || kind === 'frozenset' ? equalityOf(node) : {}) }).map((items) => ({ kind, items }))

const { json } = fc.letrec<{ json: DataNode }>((tie) => ({
  json: fc.oneof({ depthSize: 'small', withCrossShrink: true }, plainNode, itemsOf('list', tie('json')), dictOf(strNode, tie('json'))),
}))

/** What Django's JSONSerializer carries. */
export const jsonSessions: fc.Arbitrary<DictNode> = dictOf(strNode, json)

/** What msgpack carries too: 64 bits, whole characters, texts as keys. */
export function isForMsgpack(node: DataNode): boolean {
  switch (node.kind) {
    case 'int':
      return BigInt(node.digits) >= -(1n << 63n) && BigInt(node.digits) < 1n << 64n
    case 'str':
      return node.value.isWellFormed()
    case 'list':
      return node.items.every(isForMsgpack)
    case 'dict':
      return node.entries.every(({ key, value }) => key.kind === 'str' && isForMsgpack(key) && isForMsgpack(value))
    default:
      return ['none', 'bool', 'float'].includes(node.kind)
  }
}

const zone: fc.Arbitrary<Zone | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('fixed' as const), micros: fc.oneof(fc.integer({ min: -1439, max: 1439 }).map((minutes) => minutes * 60_000_000), fc.integer({ min: -86_399_999_999, max: 86_399_999_999 })), name: fc.constantFrom(null, 'CEST', '', 'x=y', '+0200') }),
  fc.constantFrom('Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'UTC', 'Etc/GMT+5').map((key) => ({ kind: 'zoneinfo' as const, key })),
  fc.constantFrom<Zone>({ kind: 'pytz', key: 'UTC', period: null }, { kind: 'pytz', key: 'Etc/GMT+5', period: null }, { kind: 'pytz', key: 'Europe/Paris', period: { utcoffset: 3600, dst: 0, abbreviation: 'CET' } }),
)
const date: fc.Arbitrary<DateParts> = fc.record({ year: fc.integer({ min: 1, max: 9999 }), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) })
const time: fc.Arbitrary<TimeParts> = fc.record({
  hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }), second: fc.integer({ min: 0, max: 59 }), micro: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999 })), fold: fc.constantFrom(0, 1), zone,
})
const delta = fc.record({ days: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -999_999_999, max: 999_999_999 })), seconds: fc.integer({ min: 0, max: 86_399 }), micros: fc.integer({ min: 0, max: 999_999 }) })
/** As `str(Decimal)` writes them. */
const decimal = fc.oneof(fc.constantFrom('0', '-0', '9.90', '1E+3', '1E-400', 'NaN', '-NaN', 'Infinity', '-Infinity', '0.000'), big.map(String), fc.tuple(fc.integer({ min: 1 }), fc.stringMatching(/^[0-9]{1,30}$/)).map(([whole, fraction]) => `${whole}.${fraction}`))
const textual = <Kind extends 'datetime' | 'date' | 'time' | 'timedelta' | 'decimal' | 'uuid' | 'complex'>(kind: Kind, texts: fc.Arbitrary<string>): fc.Arbitrary<DataNode> => texts.map((each) => ({ kind, text: each }))
const binary = <Kind extends 'bytes' | 'bytearray'>(kind: Kind): fc.Arbitrary<DataNode> =>
  fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 250, maxLength: 260 })).map((data) => ({ kind, base64: Buffer.from(data).toString('base64') }))

/** Scalars that only a pickle carries. Named zones read back with their offset, so that only what has none of its own is made here. */
const pickledScalar: fc.Arbitrary<DataNode> = fc.oneof(
  binary('bytes'),
  textual('datetime', fc.record({ date, time }).filter((each) => each.time.zone?.kind !== 'zoneinfo').map((each) => formatDatetime({ ...each.date, ...each.time }))),
  textual('date', date.map(formatDate)),
  textual('time', time.map((each) => formatTime(each))),
  textual('timedelta', delta.filter(({ days, seconds, micros }) => days !== 0 || seconds !== 0 || micros !== 0).map(formatDuration)),
  textual('decimal', decimal),
  textual('uuid', fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => formatUuid(value) ?? '')),
  textual('complex', fc.tuple(fc.double(), fc.double()).map(([real, imaginary]) => formatComplex(real, imaginary))),
)

const { value } = fc.letrec<{ key: DataNode; value: DataNode }>((tie) => ({
  key: fc.oneof({ depthSize: 'small', withCrossShrink: true }, plainNode, pickledScalar, itemsOf('tuple', tie('key')), itemsOf('frozenset', tie('key'))),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plainNode, pickledScalar, binary('bytearray'), fc.constant<DataNode>({ kind: 'decimal', text: 'sNaN123' }),
    itemsOf('list', tie('value')), itemsOf('tuple', tie('value')), itemsOf('set', tie('key')), itemsOf('frozenset', tie('key')), dictOf(strNode, tie('value')), dictOf(tie('key'), tie('value')),
  ),
}))

/** Everything that a pickle carries and that stands in one place only. */
export const pickledSessions: fc.Arbitrary<DictNode> = dictOf(strNode, value)

/** The same, with references to containers that stand before them, also to those around them. */
export const sharedSessions: fc.Arbitrary<DictNode> = fc.tuple(pickledSessions, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 })).map(([root, picks]) => picks.reduce(addReference, root))

/** An object of a class of the site, as a pickle of this protocol holds it. */
export function opaqueNode(state: DataNode, protocol: number): DataNode {
  const bytes = writePickle(state, {
    protocol, framed: false,
    wrap: (made): ObjectValue => ({
      type: 'object', make: 'reduce', callee: { type: 'global', module: 'copyreg', name: '_reconstructor' },
      args: [{ type: 'global', module: 'shop', name: 'Plain' }, { type: 'global', module: 'builtins', name: 'object' }, { type: 'none' }],
      kwargs: null, name: 'shop.Plain', steps: [{ op: 'build', state: made }], verdict: 'class', leaf: null, shown: null,
    }),
  })
  const read = readPickle(bytes)
  if (!read.ok) throw new Error(read.reason)
  return read.node
}

interface Spot {
  readonly node: DataNode
  readonly path: string
}

function addReference(root: DictNode, [from, to]: readonly [number, number]): DictNode {
  const spots = spotsOf(root)
  const later = spots.slice(1)
  const spot = later[to % Math.max(later.length, 1)]
  if (spot === undefined || spot.node.kind === 'ref' || spots.some(({ node }) => node.kind === 'ref' && node.path.startsWith(spot.path))) return root
  const owners = spots.slice(0, spots.indexOf(spot)).filter(({ node }) => ['list', 'dict', 'bytearray', 'set'].includes(node.kind))
  const owner = owners[from % Math.max(owners.length, 1)]
  const replaced = owner === undefined ? root : replaceAt(root, '#', spot.path, { kind: 'ref', path: owner.path })
  return replaced.kind === 'dict' ? replaced : root
}

/** Every value in the order of the data, but keys and what stands in sets, where no reference may stand. */
function spotsOf(node: DataNode, path = '#'): readonly Spot[] {
  return [{ node, path }, ...childrenOf(node, path).flatMap((child) => spotsOf(child.node, child.path))]
}

function childrenOf(node: DataNode, path: string): readonly Spot[] {
  if (node.kind === 'list' || node.kind === 'tuple') return node.items.map((item, index) => ({ node: item, path: `${path}/${index}` }))
  if (node.kind !== 'dict') return []
  const isNamed = node.entries.every((entry) => entry.key.kind === 'str')
  return node.entries.map((entry, index) => ({ node: entry.value, path: `${path}/${isNamed && entry.key.kind === 'str' ? entry.key.value.replaceAll('~', '~0').replaceAll('/', '~1') : `${index}/1`}` }))
}

function replaceAt(node: DataNode, path: string, at: string, by: DataNode): DataNode {
  if (path === at) return by
  const places = childrenOf(node, path)
  const renew = (child: DataNode, index: number): DataNode => replaceAt(child, places[index]?.path ?? '', at, by)
  if (node.kind === 'list' || node.kind === 'tuple') return { kind: node.kind, items: node.items.map(renew) }
  return node.kind === 'dict' ? { kind: 'dict', entries: node.entries.map((entry, index) => ({ key: entry.key, value: renew(entry.value, index) })) } : node
}
