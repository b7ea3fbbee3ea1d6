import { expect, test } from 'vitest'
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
