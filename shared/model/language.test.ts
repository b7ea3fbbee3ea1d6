import { expect, test } from 'vitest'
import { pickLanguage } from './language.ts'

test('the system’s first language that there is, else English', () => {
  expect(pickLanguage('system', ['de-AT', 'en-US'])).toBe('de')
  expect(pickLanguage('system', ['fr-FR', 'DE', 'en'])).toBe('de')
  expect(pickLanguage('system', ['en-GB', 'de'])).toBe('en')
  expect(pickLanguage('system', ['fr', 'den'])).toBe('en')
  expect(pickLanguage('system', [])).toBe('en')
})

test('what is chosen stands, whatever the system has', () => {
  expect(pickLanguage('en', ['de'])).toBe('en')
  expect(pickLanguage('de', ['en'])).toBe('de')
})
