import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { Operator, OrderOperator, QueryValue } from '../../../../shared/query/ast.ts'
import { readNumber } from '../../../../shared/query/compare.ts'
import { instantOf, readInstant, readMoment } from '../../../../shared/query/moment.ts'
import type { DataNode } from '../../../../shared/values/node.ts'

const INTEGER = /^[+-]?[0-9]{1,400}$/
const NONE = new Set(['null', 'None'])
const TRUE = new Set(['true', 'True'])
const FALSE = new Set(['false', 'False'])

/**
 * Whether one value compares so with any of `values`; `!=`: with none. Types are kept apart: a number is compared with numbers, a time
 * (also one that is written out as text, as JSON keeps it) with times, `true` with booleans only. A quoted value is text and equals only
 * text. Containers, bytes and objects compare with nothing.
 */
export function compareValue(node: DataNode, operator: Operator, values: readonly QueryValue[], now: EpochMicros): boolean {
  if (!isComparable(node)) return false
  if (operator === '=') return values.some((value) => isEqual(node, value))
  if (operator === '!=') return !values.some((value) => isEqual(node, value))
  return values.some((value) => isOrdered(order(node, value, now), operator))
}

/** Whether `sign` (below 0: less; null: cannot be told) is what the operator asks for. */
export function isOrdered(sign: number | null, operator: OrderOperator): boolean {
  if (sign === null || Number.isNaN(sign)) return false
  switch (operator) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
  }
}

function isComparable({ kind }: DataNode): boolean {
  return !['dict', 'list', 'tuple', 'set', 'frozenset', 'bytes', 'bytearray', 'opaque', 'ref'].includes(kind)
}

function isEqual(node: DataNode, { text, isQuoted }: QueryValue): boolean {
  switch (node.kind) {
    case 'str':
      return node.value === text
    case 'none':
      return !isQuoted && NONE.has(text)
    case 'bool':
      return !isQuoted && (node.value ? TRUE : FALSE).has(text)
    case 'int':
    case 'float':
    case 'decimal':
      return !isQuoted && compareNumbers(node, text) === 0
    case 'datetime':
    case 'date':
      return node.text === text || (!isQuoted && isSame(readInstant(node.text), readInstant(text)))
    default:
      return 'text' in node && node.text === text
  }
}

const isSame = (a: EpochMicros | null, b: EpochMicros | null): boolean => a !== null && a === b

/** null: there is no order between these. */
function order(node: DataNode, { text, isQuoted }: QueryValue, now: EpochMicros): number | null {
  if (isQuoted) return node.kind === 'str' ? compare(node.value, text) : null
  if (node.kind === 'int' || node.kind === 'float' || node.kind === 'decimal') return compareNumbers(node, text)
  const moment = readMoment(text)
  const at = node.kind === 'datetime' || node.kind === 'date' ? readInstant(node.text) : node.kind === 'str' ? readInstant(node.value) : null
  return moment === null || at === null ? null : at - instantOf(moment, now)
}

/** Below 0: the node is less. Integers to the last digit, others as doubles. null: one of both is no number. */
function compareNumbers(node: DataNode, text: string): number | null {
  const own = numberText(node)
  const number = readNumber(text)
  if (own === null || number === null) return null
  if (node.kind === 'int' && INTEGER.test(text)) return compare(BigInt(own), BigInt(text.replace(/^\+/, '')))
  const value = Number(own.replace(/^([+-]?)inf(?:inity)?$/i, '$1Infinity'))
  return Number.isNaN(value) ? null : compare(value, number)
}

function numberText(node: DataNode): string | null {
  if (node.kind === 'int') return node.digits
  if (node.kind === 'float') return node.repr
  return node.kind === 'decimal' ? node.text : null
}

const compare = <Value extends number | bigint | string>(a: Value, b: Value): number => Number(a > b) - Number(a < b)
