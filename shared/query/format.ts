import type { KeyValue, Query, Test, UserValue } from './ast.ts'
import { formatByteSize } from './byte-size.ts'
import { formatMoment } from './moment.ts'
import { formatQueryPath } from './path.ts'

/** The shortest spelling that reads back as the same query. */
export function formatQuery({ terms }: Query): string {
  return terms.map(({ negated, test }) => `${negated ? '-' : ''}${formatTest(test)}`).join(' ')
}

function formatTest(test: Test): string {
  switch (test.kind) {
    case 'user':
      return `user:${test.values.map(formatUser).join('|')}`
    case 'key':
      return `key:${test.values.map(formatKey).join('|')}`
    case 'state':
    case 'login':
    case 'signed':
    case 'serializer':
    case 'is':
      return `${test.kind}:${test.values.join('|')}`
    case 'expires':
      return `expires${test.operator}${bareOrQuoted(formatMoment(test.moment))}`
    case 'size':
      return `size${test.operator}${formatByteSize(test.bytes)}`
    case 'has':
      return `has:${test.paths.map(formatQueryPath).join('|')}`
    case 'compare':
      return `${formatQueryPath(test.path)}${test.operator}${test.values.map(({ text, isQuoted }) => (isQuoted ? quote(text) : text)).join('|')}`
    case 'text':
      return test.values.map((text) => (PLAIN.test(text) && !JOINING.test(text) ? text : quote(text))).join('|')
  }
}

/** What stands without quotes anywhere in a query, whatever comes before it. */
const PLAIN = /^[\p{L}\p{N}_.@/][\p{L}\p{N}_.@/+-]*$/u
const JOINING = /^(?:AND|OR|NOT)$/

const bareOrQuoted = (text: string): string => (/[\s"|]/.test(text) ? quote(text) : text)
const quote = (text: string): string => JSON.stringify(text)

function formatUser(value: UserValue): string {
  if (value.kind === 'id') return `#${value.id}`
  if (value.kind === 'ids') return [...value.ids].map((id) => `#${id}`).join('|')
  if (value.kind !== 'name') return value.kind
  return /^[\p{L}\p{N}_.@+-]+\*?$/u.test(value.name) && value.name !== 'none' && value.name !== 'any' ? value.name : quote(value.name)
}

function formatKey({ text, isPrefix }: KeyValue): string {
  if (isPrefix) return `${text}*`
  return /^[\p{L}\p{N}_-]+$/u.test(text) ? text : quote(text)
}
