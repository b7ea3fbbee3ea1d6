import { LIMITS } from '../../../shared/limits.ts'
import { SESSION_EXPIRY_KEY } from '../../../shared/model/expiry.ts'
import type { SerializerId } from '../../../shared/model/session.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { getItem } from '../../../shared/values/node.ts'
import { parsePythonJson } from '../../../shared/values/python-json.ts'
import { looksLikePickle, readPickle } from './pickle/read.ts'
import { NONE } from './pickle/values.ts'
import type { Value } from './pickle/values.ts'

/** Most names that a row of the table carries. */
const SHOWN_NAMES = 12
const USER_ID = '_auth_user_id'
const BACKEND = '_auth_user_backend'
const HASH = '_auth_user_hash'
/** Values that tables show, or that what they show is made of. */
const SHOWN: ReadonlySet<string> = new Set([USER_ID, BACKEND, HASH, SESSION_EXPIRY_KEY])
/** Takes each long run of digits whole, so that scanning stays linear. */
const LONG_RUN = /[0-9]{64,}/g

/** First look at session data, as Python sees it: of a key that stands twice, the last value counts. */
export interface TopLevel {
  readonly isDict: boolean
  /** null: not a dict. */
  readonly names: readonly string[] | null
  readonly count: number
  readonly userId: string | null
  readonly login: LoginClaim | null
  /** `_session_expiry`, whatever it is; null: there is none. */
  readonly ownExpiry: DataNode | null
  readonly serializer: SerializerId
}

/** What a login left beside the id of its user. null: there is no text of that name. */
export interface LoginClaim {
  readonly backend: string | null
  readonly hash: string | null
}

/** null: Python cannot read it. `JSON.parse` does the work wherever it agrees with Python; the lossless parser does the rest. */
export function readTopLevel(data: Buffer): TopLevel | null {
  if (looksLikePickle(data)) {
    const read = readPickle(data, topOfPickle)
    return read.ok ? toTopLevel(read.node, 'pickle') : null
  }
  const text = data.toString('latin1')
  const quick = readQuickly(text)
  if (quick !== null) {
    const { names, shown } = quick
    return { isDict: true, names: names.slice(0, SHOWN_NAMES), count: names.length, serializer: 'json', ...readShown((name) => shown.get(name)) }
  }
  const parsed = parsePythonJson(text)
  return parsed.ok ? toTopLevel(parsed.node, 'json') : null
}

export function toTopLevel(node: DataNode, serializer: SerializerId): TopLevel {
  if (node.kind !== 'dict') return { isDict: false, names: null, count: 0, userId: null, login: null, ownExpiry: null, serializer }
  const names = new Set<string>()
  for (const { key } of node.entries) names.add(key.kind === 'str' ? key.value : '')
  return { isDict: true, names: [...names].slice(0, SHOWN_NAMES), count: names.size, serializer, ...readShown((name) => getItem(node, name)) }
}

function readShown(valueOf: (name: string) => DataNode | undefined): Pick<TopLevel, 'userId' | 'login' | 'ownExpiry'> {
  const text = (name: string): string | null => {
    const node = valueOf(name)
    return node === undefined ? null : idText(node)
  }
  const userId = text(USER_ID)
  return { userId, login: userId === null ? null : { backend: text(BACKEND), hash: text(HASH) }, ownExpiry: valueOf(SESSION_EXPIRY_KEY) ?? null }
}

/** The same value, if a dict with nothing in it but what tables show: no tree is built of the rest. */
export function topOfPickle(root: Value): Value {
  if (root.type !== 'dict') return root
  return { type: 'dict', keys: root.keys, values: root.values.map((value, index) => (isShown(root.keys[index]) ? value : NONE)) }
}

function isShown(key: Value | undefined): boolean {
  return key?.type === 'str' && SHOWN.has(key.value)
}

/** The keys of a JSON dict and what tables show of its values, where `JSON.parse` surely agrees with Python. null: it may not. */
export function topOfJson(text: string): DictNode | null {
  const quick = readQuickly(text)
  if (quick === null) return null
  const { names, shown } = quick
  return { kind: 'dict', entries: names.map((name) => ({ key: { kind: 'str', value: name }, value: shown.get(name) ?? NOTHING })) }
}

const NOTHING: DataNode = { kind: 'none' }

interface Quick {
  readonly names: readonly string[]
  /** Of `SHOWN`, those that are there and not null. */
  readonly shown: ReadonlyMap<string, DataNode>
}

/** null: cannot be sure. */
function readQuickly(text: string): Quick | null {
  // JSON.parse reads numbers of any length; Python does not.
  if (text.length > LIMITS.integerDigits && hasLongNumber(text)) return null
  const value = parseOrNull(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const names = Object.keys(value)
  // JavaScript moves keys like "7" to the front, out of their order.
  if (isDigit(names[0])) return null
  const shown = new Map<string, DataNode>()
  for (const name of SHOWN) {
    const node = scalarAt(value, name)
    if (node === undefined) return null
    if (node !== null) shown.set(name, node)
  }
  return { names, shown }
}

/** null: there is none. undefined: it is no text, and JavaScript may not know how it was spelled. */
function scalarAt(object: object, name: string): DataNode | null | undefined {
  if (!Object.hasOwn(object, name)) return null
  const value = (object as Readonly<Record<string, unknown>>)[name]
  if (typeof value === 'string') return { kind: 'str', value }
  return value === null ? null : undefined
}

function hasLongNumber(text: string): boolean {
  for (const [digits] of text.matchAll(LONG_RUN)) if (digits.length > LIMITS.integerDigits) return true
  return false
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isDigit(name: string | undefined): boolean {
  const code = name?.charCodeAt(0) ?? 0
  return code >= 0x30 && code <= 0x39
}

function idText(node: DataNode): string | null {
  if (node.kind === 'str') return node.value
  return node.kind === 'int' ? node.digits : null
}
