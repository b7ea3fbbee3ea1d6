import { FIELDS, isFieldName, QUERY_CHARS } from './ast.ts'
import type { Operator, Query, QueryResult, Term, Test } from './ast.ts'
import { Fault, problemOf } from './fault.ts'
import { readField } from './field-values.ts'
import { readCompare } from './compare.ts'
import { readHead, readWords, isEnd, skipSpace } from './scan.ts'
import type { Head, Read } from './scan.ts'

/** Takes a query apart, in one pass. Never throws; an empty text is the query that every session fits. */
export function parseQuery(text: string): QueryResult {
  if (text.length > QUERY_CHARS) return { ok: false, problem: problemOf('too-long', QUERY_CHARS, text.length - QUERY_CHARS, { limit: QUERY_CHARS }) }
  try {
    return { ok: true, query: readQuery(text) }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, problem: error.problem }
    throw error
  }
}

function readQuery(text: string): Query {
  const terms: Term[] = []
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const { value, end } = readTerm(text, at)
    terms.push(value)
    at = skipSpace(text, end)
  }
  return { terms }
}

function readTerm(text: string, position: number): Read<Term> {
  const negated = text.charAt(position) === '-'
  const start = negated ? position + 1 : position
  if (isEnd(text, start)) throw new Fault('lone-minus', position, 1)
  const { value: test, end } = readTest(text, start)
  return { value: { negated, test, position, length: end - position }, end }
}

function readTest(text: string, start: number): Read<Test> {
  if ('()'.includes(text.charAt(start))) throw new Fault('parenthesis', start, 1)
  const head = text.charAt(start) === '"' ? null : readHead(text, start)
  if (head === null || head.operator === null) return readText(text, start, head?.name ?? '')
  if (head.name === '') throw new Fault('no-name', start, head.operator.length, { operator: head.operator })
  const after = start + head.name.length + head.operator.length
  if (head.operator === ':') return readColon(text, head, after)
  if ('=<>'.includes(text.charAt(after)) && after < text.length) throw new Fault('doubled-operator', after - head.operator.length, head.operator.length + 1)
  const operator = head.operator as Operator
  if (!isFieldName(head.name)) return readCompare(text, start, head.name, operator)
  if (FIELDS[head.name] === ':' || operator === '=' || operator === '!=') throw wrongOperator(head, head.operator)
  return readField(text, head.name, head.operator, after)
}

function readColon(text: string, head: Head, after: number): Read<Test> {
  if (!isFieldName(head.name)) throw new Fault('unknown-field', head.position, head.name.length + 1, { name: head.name, fields: Object.keys(FIELDS).join(', ') })
  if (FIELDS[head.name] !== ':') throw wrongOperator(head, ':')
  return readField(text, head.name, ':', after)
}

function wrongOperator({ name, position }: Head, operator: string): Fault {
  const example = isFieldName(name) ? EXAMPLES[name] : ''
  return new Fault('wrong-operator', position + name.length, operator.length, { name, example, operator })
}

const EXAMPLES = {
  user: 'user:ana', login: 'login:refused', state: 'state:live', expires: 'expires<+2h', key: 'key:ab12*', size: 'size>2k', has: 'has:cart', signed: 'signed:bad', serializer: 'serializer:pickle', is: 'is:empty',
} as const satisfies Record<keyof typeof FIELDS, string>

/** Words that other query languages join terms with; here they would be looked for as text, which nobody means. */
const JOINING = new Set(['AND', 'OR', 'NOT'])

function readText(text: string, start: number, name: string): Read<Test> {
  if (JOINING.has(name)) throw new Fault('word-operator', start, name.length, { word: name })
  const { words, end } = readWords(text, start, '')
  return { value: { kind: 'text', values: words.map((word) => word.text) }, end }
}
