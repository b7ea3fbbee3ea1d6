import type { Operator, QueryValue, Test } from './ast.ts'
import { Fault } from './fault.ts'
import { onlyWord } from './field-values.ts'
import { readInstant, readMoment } from './moment.ts'
import { readPath } from './path.ts'
import { readWords } from './scan.ts'
import type { Read, Word } from './scan.ts'

const NUMBER = /^[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?$/

/**
 * `cart.sku="A1"`, `visit_count>=10` from `start`, where `name` stands.
 * @throws Fault
 */
export function readCompare(text: string, start: number, name: string, operator: Operator): Read<Test> {
  const path = readPath(text, start, start + name.length)
  const { words, end } = readWords(text, start + name.length + operator.length, operator)
  const values = operator === '=' || operator === '!=' ? words.map(valueOf) : [orderedValue(onlyWord(words, name))]
  return { value: { kind: 'compare', path, operator, values }, end }
}

/** null: it is no decimal number. */
export function readNumber(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null
}

const valueOf = ({ text, isQuoted }: Word): QueryValue => ({ text, isQuoted })

/** Numbers and times have an order; a quoted text is ordered as text. */
function orderedValue(word: Word): QueryValue {
  const { text, isQuoted, position, length } = word
  if (!isQuoted && readNumber(text) === null && readInstant(text) === null && readMoment(text) === null) throw new Fault('order-of-word', position, length, { value: text })
  return valueOf(word)
}
