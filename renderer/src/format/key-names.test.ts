import { expect, it } from 'vitest'
import { ariaKeys, spellKeys } from './key-names.ts'

it('spells keys as the platform does', () => {
  expect(spellKeys('mod+k', false)).toBe('Ctrl K')
  expect(spellKeys('mod+k', true)).toBe('⌘K')
  expect(spellKeys('?', false)).toBe('?')
  expect(spellKeys('F6', true)).toBe('F6')
  expect(ariaKeys('mod+k')).toBe('Control+K Meta+K')
  expect(ariaKeys('r')).toBe('R')
})
