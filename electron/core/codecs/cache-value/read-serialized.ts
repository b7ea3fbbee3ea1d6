import type { PickleFacts } from '../../../../shared/model/pickle.ts'
import type { DecodeProblem } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { parsePythonJson } from '../../../../shared/values/python-json.ts'
import type { JsonStyle } from '../../../../shared/values/python-json.ts'
import { looksLikePickle, readPickle, stepOf } from '../pickle/read.ts'
import type { Value } from '../pickle/values.ts'
import { problem } from '../problem.ts'
import { isDjangoText, readLegacy } from '../text-shape.ts'
import { topOfJson, topOfPickle } from '../top-level.ts'
import { cacheProblem } from './cache-problem.ts'
import type { CacheSerializer, HerdForm } from './form.ts'
import { unwrapHerd } from './herd.ts'
import { findJsonStyle } from './json-style.ts'
import { looksLikeMsgpack, readMsgpack } from './msgpack/read.ts'

/** `top`: keys of a dict, and the values that tables show; everything else is None. */
export type Depth = 'whole' | 'top'

/** A serializer's bytes as data. */
export interface Serialized {
  /** null: nobody's that is known. */
  readonly serializer: CacheSerializer | null
  readonly node: DataNode | null
  readonly pickle: PickleFacts | null
  readonly herd: HerdForm | null
  readonly json: JsonStyle | null
  readonly problem: DecodeProblem | null
}

const NOTHING: Serialized = { serializer: null, node: null, pickle: null, herd: null, json: null, problem: null }
const JSON_START = /^[ \t\r\n]*[{["]/
/** Python's `int(bytes)`: spaces around, a sign, single underscores between digits. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)([0-9]+(?:_[0-9]+)*)[ \t\n\v\f\r]*$/
const MOST_INTEGER_BYTES = 10_000
const MOST_DIGITS = 4300
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What a cache's reader tries first: an int is stored as its digits. null: it is none. */
export function readInteger(data: Buffer): Serialized | null {
  const found = data.length > MOST_INTEGER_BYTES ? null : INTEGER.exec(data.toString('latin1'))
  const digits = found?.[2]?.replaceAll('_', '') ?? ''
  if (found === null || digits.length > MOST_DIGITS) return null
  const plain = digits.replace(/^0+(?=[0-9])/, '')
  return { ...NOTHING, serializer: 'int', node: { kind: 'int', digits: found[1] === '-' && plain !== '0' ? `-${plain}` : plain } }
}

/** By content: pickle, MessagePack, JSON and texts of Django begin differently. */
export function readSerialized(data: Buffer, depth: Depth): Serialized {
  if (data.length === 0) return { ...NOTHING, problem: cacheProblem('shape', 'empty-value') }
  if (looksLikeMsgpack(data)) return readAsMsgpack(data)
  if (looksLikePickle(data)) return readAsPickle(data, depth)
  const text = decodeText(data)
  if (text !== null && JSON_START.test(text.slice(0, 64))) return readAsJson(text, depth)
  if (text !== null && (isDjangoText(text) || readLegacy(text) !== null)) return readAsText(text)
  return { ...NOTHING, problem: cacheProblem('shape', 'unknown-value') }
}

export function readAsPickle(data: Buffer, depth: Depth): Serialized {
  const part = depth === 'top' ? topOfPickle : (value: Value) => value
  let herd: HerdForm | null = null
  const read = readPickle(data, (root) => {
    const wrapped = unwrapHerd(root)
    herd = wrapped?.herd ?? null
    return part(wrapped?.value ?? root)
  })
  const found = { ...NOTHING, serializer: 'pickle', pickle: read.facts, herd } as const
  return read.ok ? { ...found, node: read.node } : { ...found, problem: problem(stepOf(read.reason), read.reason, read.offset) }
}

export function readAsText(text: string): Serialized {
  return { ...NOTHING, serializer: 'text', node: { kind: 'str', value: text } }
}

/** null: not UTF-8. */
export function decodeText(data: Buffer): string | null {
  try {
    return UTF8.decode(data)
  } catch {
    return null
  }
}

function readAsMsgpack(data: Buffer): Serialized {
  const read = readMsgpack(data)
  const found = { ...NOTHING, serializer: 'msgpack' } as const
  return read.ok ? { ...found, node: read.node } : { ...found, problem: cacheProblem('msgpack', read.reason, read.offset) }
}

function readAsJson(text: string, depth: Depth): Serialized {
  const found = { ...NOTHING, serializer: 'json', json: findJsonStyle(text) } as const
  const top = depth === 'top' ? topOfJson(text) : null
  if (top !== null) return { ...found, node: top }
  const parsed = parsePythonJson(text)
  if (parsed.ok) return { ...found, node: parsed.node }
  return { ...found, problem: problem(parsed.reason === 'too-deep' ? 'limit' : 'json', parsed.reason, parsed.position) }
}
