import { CHOICES } from './ast.ts'
import type { FieldName, KeyValue, Moment, OrderOperator, QueryPath, SignedValue, Test, UserValue } from './ast.ts'
import { readByteSize } from './byte-size.ts'
import { Fault } from './fault.ts'
import { readMoment } from './moment.ts'
import { readPath } from './path.ts'
import { isEnd, readQuoted, readWords } from './scan.ts'
import type { Read, Word } from './scan.ts'

/**
 * What follows `user:`, `expires<`… from `start`.
 * @throws Fault
 */
export function readField(text: string, field: FieldName, operator: string, start: number): Read<Test> {
  const before = `${field}${operator}`
  if (field === 'has') return readHas(text, start, before)
  const { words, end } = readWords(text, start, before)
  return { value: testOf(field, operator as OrderOperator, words), end }
}

function testOf(field: Exclude<FieldName, 'has'>, operator: OrderOperator, words: readonly Word[]): Test {
  switch (field) {
    case 'user':
      return { kind: 'user', values: words.map(readUser) }
    case 'key':
      return { kind: 'key', values: words.map(readKey) }
    case 'state':
      return { kind: 'state', values: words.map((word) => readChoice('state', word)) }
    case 'login':
      return { kind: 'login', values: words.map((word) => readChoice('login', word)) }
    case 'signed':
      return { kind: 'signed', values: words.map(readSigned) }
    case 'serializer':
      return { kind: 'serializer', values: words.map((word) => readChoice('serializer', word)) }
    case 'is':
      return { kind: 'is', values: words.map((word) => readChoice('is', word)) }
    case 'expires':
      return { kind: 'expires', operator, moment: readTime(onlyWord(words, field)) }
    case 'size':
      return { kind: 'size', operator, bytes: readSize(onlyWord(words, field)) }
  }
}

/** @throws Fault where alternatives stand: less than one or the other is no question. */
export function onlyWord(words: readonly Word[], name: string): Word {
  const [first, second] = words
  if (first === undefined) throw new Fault('no-value', 0, 0, { before: name })
  if (second !== undefined) throw new Fault('one-value', first.position + first.length, second.position + second.length - first.position - first.length, { name })
  return first
}

function readUser({ text, isQuoted, position, length }: Word): UserValue {
  if (!isQuoted && (text === 'none' || text === 'any')) return { kind: text }
  if (text === '' || (!isQuoted && text === '#')) throw new Fault('bad-user', position, length)
  if (!isQuoted && text.startsWith('#')) return { kind: 'id', id: text.slice(1) }
  return { kind: 'name', name: text, position, length }
}

function readKey({ text, isQuoted, position }: Word): KeyValue {
  if (isQuoted) return { text, isPrefix: false }
  const star = text.indexOf('*')
  if (star >= 0 && star < text.length - 1) throw new Fault('bad-star', position + star, 1)
  return { text: star < 0 ? text : text.slice(0, -1), isPrefix: star >= 0 }
}

type Choice<Field extends keyof typeof CHOICES> = (typeof CHOICES)[Field][number]

function readChoice<Field extends keyof typeof CHOICES>(field: Field, { text, position, length }: Word): Choice<Field> {
  const choices: readonly Choice<Field>[] = CHOICES[field]
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new Fault('unknown-value', position, length, { name: field, value: text, choices: choices.join(', ') })
  return found
}

/** `fallback2` beside the closed list: the second of SECRET_KEY_FALLBACKS. */
function readSigned(word: Word): SignedValue {
  const [, number] = /^fallback([1-9][0-9]?)$/.exec(word.text) ?? []
  return number === undefined ? readChoice('signed', word) : `fallback${Number(number)}`
}

function readTime({ text, position, length }: Word): Moment {
  const moment = readMoment(text)
  if (moment !== null) return moment
  if (readMoment(`+${text}`) !== null) throw new Fault('unsigned-moment', position, length, { value: text })
  throw new Fault('bad-moment', position, length, { value: text })
}

function readSize({ text, position, length }: Word): number {
  const bytes = readByteSize(text)
  if (bytes === null) throw new Fault('bad-size', position, length, { value: text })
  return bytes
}

function readHas(text: string, start: number, before: string): Read<Test> {
  const paths: QueryPath[] = []
  for (let at = start; ; at++) {
    const end = pathEnd(text, at)
    if (end === at) throw new Fault('no-value', at === start ? start - before.length : at - 1, at === start ? before.length : 1, { before: at === start ? before : '|' })
    paths.push(readPath(text, at, end))
    at = end
    if (isEnd(text, at)) return { value: { kind: 'has', paths }, end: at }
  }
}

/** Spaces and `|` are part of a quoted name. */
function pathEnd(text: string, start: number): number {
  let at = start
  while (!isEnd(text, at) && text.charAt(at) !== '|') at += text.startsWith('["', at) ? 1 + readQuoted(text, at + 1).length : 1
  return at
}
