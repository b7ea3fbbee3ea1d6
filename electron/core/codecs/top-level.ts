import { LIMITS } from '../../../shared/limits.ts'
import type { SerializerId } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { getItem } from '../../../shared/values/node.ts'
import { parsePythonJson } from '../../../shared/values/python-json.ts'
import { looksLikePickle, readPickle } from './pickle/read.ts'

/** Most names that a row of the table carries. */
const SHOWN_NAMES = 12
const USER_ID = '_auth_user_id'
/** Takes each long run of digits whole, so that scanning stays linear. */
const LONG_RUN = /[0-9]{64,}/g

/** First look at session data, as Python sees it: of a key that stands twice, the last value counts. */
export interface TopLevel {
  readonly isDict: boolean
  /** null: not a dict. */
  readonly names: readonly string[] | null
  readonly count: number
  readonly userId: string | null
  readonly serializer: SerializerId
}

/** null: Python cannot read it. `JSON.parse` does the work wherever it agrees with Python; the lossless parser does the rest. */
export function readTopLevel(data: Buffer): TopLevel | null {
  if (looksLikePickle(data)) {
    const read = readPickle(data)
    return read.ok ? readNode(read.node, 'pickle') : null
  }
  const text = data.toString('latin1')
  const quick = readQuickly(text)
  if (quick !== null) return quick
  const parsed = parsePythonJson(text)
  return parsed.ok ? readNode(parsed.node, 'json') : null
}

/** null: cannot be sure. */
function readQuickly(text: string): TopLevel | null {
  // JSON.parse reads numbers of any length; Python does not.
  if (text.length > LIMITS.integerDigits && hasLongNumber(text)) return null
  const value = parseOrNull(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const names = Object.keys(value)
  // JavaScript moves keys like "7" to the front, out of their order.
  if (isDigit(names[0])) return null
  const user = Object.hasOwn(value, USER_ID) ? (value as Readonly<Record<string, unknown>>)[USER_ID] : null
  if (typeof user === 'number') return null
  return { isDict: true, names: names.slice(0, SHOWN_NAMES), count: names.length, userId: typeof user === 'string' ? user : null, serializer: 'json' }
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

function readNode(node: DataNode, serializer: SerializerId): TopLevel {
  if (node.kind !== 'dict') return { isDict: false, names: null, count: 0, userId: null, serializer }
  const names = new Set(node.entries.map(({ key }) => (key.kind === 'str' ? key.value : '')))
  const user = getItem(node, USER_ID)
  return { isDict: true, names: [...names].slice(0, SHOWN_NAMES), count: names.size, userId: user === undefined ? null : idText(user), serializer }
}

function idText(node: DataNode): string | null {
  if (node.kind === 'str') return node.value
  return node.kind === 'int' ? node.digits : null
}
