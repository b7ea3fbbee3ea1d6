import { CoatcheckError } from '../../../../../shared/errors.ts'
import { reason } from '../../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../../shared/limits.ts'
import { floatValue } from '../../../../../shared/values/float-repr.ts'
import type { DataNode } from '../../../../../shared/values/node.ts'
import { isExtName } from './ext.ts'
import { readMsgpack } from './read.ts'

const LEAST_INT = -(1n << 63n)
const MOST_UINT = (1n << 64n) - 1n
const TAG = { none: 0xc0, false: 0xc2, true: 0xc3, bin: 0xc4, float: 0xcb, uint: 0xcc, int: 0xd0, str: 0xd9, list: 0xdb, dict: 0xdd } as const

/**
 * What `msgpack.dumps(value)` of django-redis writes. Tuples become lists, as there.
 * @throws DATA_INVALID when MessagePack has no such value, or Python would not read it again
 */
export function writeMsgpack(root: DataNode): Buffer {
  const parts: Buffer[] = []
  let bytesLeft: number = LIMITS.inflateBytes
  const waiting: DataNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const part = takePart(node)
    bytesLeft -= part.length
    if (bytesLeft < 0) throw new CoatcheckError('DATA_TOO_LARGE', reason('data.valueOver', { limit: LIMITS.inflateBytes }))
    parts.push(part)
    const children = childrenOf(node)
    for (let index = children.length - 1; index >= 0; index--) waiting.push(children[index] ?? node)
  }
  return Buffer.concat(parts)
}

function childrenOf(node: DataNode): readonly DataNode[] {
  if (node.kind === 'list' || node.kind === 'tuple') return node.items
  if (node.kind !== 'dict') return []
  return node.entries.flatMap(({ key, value }) => {
    if (key.kind !== 'str' && key.kind !== 'bytes') throw refuse(`a key that is no text (${key.kind})`)
    return [key, value]
  })
}

/** A value, or the head of a container. */
function takePart(node: DataNode): Buffer {
  switch (node.kind) {
    case 'none':
      return Buffer.from([TAG.none])
    case 'bool':
      return Buffer.from([node.value ? TAG.true : TAG.false])
    case 'int':
      return intPart(BigInt(node.digits))
    case 'float':
      return floatPart(floatValue(node.repr))
    case 'str':
      return textPart(node.value)
    case 'bytes':
    case 'bytearray': {
      const bytes = Buffer.from(node.base64, 'base64')
      return Buffer.concat([sizedHead(TAG.bin, bytes.length), bytes])
    }
    case 'list':
    case 'tuple':
      return countHead(0x90, TAG.list, node.items.length)
    case 'dict':
      return countHead(0x80, TAG.dict, node.entries.length)
    case 'opaque':
      return extPart(node.name, node.raw)
    default:
      throw refuse(node.kind)
  }
}

function intPart(value: bigint): Buffer {
  if (value < LEAST_INT || value > MOST_UINT) throw refuse('an integer of more than 64 bits')
  if (value >= -0x20n && value < 0x80n) return Buffer.from([Number(BigInt.asUintN(8, value))])
  const power = [0, 1, 2, 3].find((each) => (value < 0n ? BigInt.asIntN(8 << each, value) : BigInt.asUintN(8 << each, value)) === value) ?? 3
  const size = 1 << power
  const hex = BigInt.asUintN(size * 8, value).toString(16).padStart(size * 2, '0')
  return Buffer.concat([Buffer.from([(value < 0n ? TAG.int : TAG.uint) + power]), Buffer.from(hex, 'hex')])
}

function floatPart(value: number): Buffer {
  const part = Buffer.alloc(9)
  part.writeUInt8(TAG.float, 0)
  part.writeDoubleBE(value, 1)
  return part
}

function textPart(text: string): Buffer {
  if (!text.isWellFormed()) throw refuse('a text with half a character (a lone surrogate)')
  const bytes = Buffer.from(text, 'utf8')
  const head = bytes.length < 0x20 ? Buffer.from([0xa0 | bytes.length]) : sizedHead(TAG.str, bytes.length)
  return Buffer.concat([head, bytes])
}

/** Its own bytes, if they are one ext value and nothing else. */
function extPart(name: string, raw: string | null): Buffer {
  const bytes = raw === null || !isExtName(name) ? null : Buffer.from(raw, 'base64')
  const read = bytes === null ? null : readMsgpack(bytes)
  if (bytes === null || read?.ok !== true || read.node.kind !== 'opaque') throw refuse(name)
  return bytes
}

function countHead(short: number, tag: number, count: number): Buffer {
  if (count < 0x10) return Buffer.from([short | count])
  return lengthHead(tag, count < 0x10000 ? 1 : 2, count)
}

function sizedHead(tag: number, length: number): Buffer {
  return lengthHead(tag, length < 0x100 ? 0 : length < 0x10000 ? 1 : 2, length)
}

function lengthHead(tag: number, power: number, length: number): Buffer {
  const head = Buffer.alloc(1 + (1 << power))
  head.writeUInt8(tag + power, 0)
  head.writeUIntBE(length, 1, 1 << power)
  return head
}

function refuse(what: string): CoatcheckError {
  return new CoatcheckError('DATA_INVALID', reason('data.noMsgpack', { what }))
}
