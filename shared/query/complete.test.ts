import { expect, test } from 'vitest'
import { completeQuery } from './complete.ts'

const NAMES = { keys: ['cart', 'checkout', 'odd key'], users: ['ana', 'admin'] }
const at = (text: string): readonly [number, readonly string[]] => {
  const { from, options } = completeQuery(text, text.length, NAMES)
  return [from, options.map((option) => option.text)]
}

test.each([
  ['', 0, ['user:', 'state:', 'expires<', 'expires>', 'key:', 'size>', 'has:', 'signed:', 'serializer:', 'is:']],
  ['s', 0, ['state:', 'size>', 'signed:', 'serializer:']],
  ['c', 0, ['cart', 'checkout']],
  ['-st', 1, ['state:']],
  ['has:cart st', 9, ['state:']],
  ['state:', 6, ['live', 'expired', 'undecodable']],
  ['state:live|e', 11, ['expired']],
  ['user:a', 5, ['any', 'ana', 'admin']],
  ['-has:c', 5, ['cart', 'checkout']],
  ['expires<=', 9, ['now', '+2h', '+1d', '-3d']],
  ['is:', 3, ['empty', 'bot', 'ending']],
  ['a|b', 3, []],
  ['nope:x', 0, []],
])('%s goes on', (text, from, options) => {
  expect(at(text)).toEqual([from, options])
})
