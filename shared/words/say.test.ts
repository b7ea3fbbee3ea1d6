import { expect, test } from 'vitest'
import { en } from './en.ts'
import { say } from './say.ts'

test('a sentence of the catalogue is filled with its parameters', () => {
  expect(say({ id: 'verdicts.verifiedFallback', params: { number: 1, count: 2 } })).toBe('Verified with fallback key 1 of 2.')
})

test('what a parameter holds is text, never a message to format', () => {
  expect(say({ id: 'verdicts.verified', params: { key: '{x} @:errors.INTERNAL | <b>' } })).toBe('Verified with {x} @:errors.INTERNAL | <b>.')
})

test('an id that is not in the catalogue comes back as it is', () => {
  expect(say({ id: 'verdicts.noSuchThing', params: {} })).toBe('verdicts.noSuchThing')
})

test('every verdict and every problem is a whole sentence, with nothing left open', () => {
  const params = { key: 'K', number: 1, count: 2, length: 3, expected: 43, salt: 's', until: 'then', size: 4, limit: 5 }
  const { problems, ...verdicts } = en.verdicts
  const ids = [...Object.keys(verdicts).map((id) => `verdicts.${id}`), ...Object.keys(problems).map((id) => `verdicts.problems.${id}`)]
  for (const id of ids) expect(say({ id, params })).toMatch(/^[A-Z0-9][^{}|]*\.$/)
})
