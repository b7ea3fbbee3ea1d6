import { expect, test } from 'vitest'
import { asTyped } from './as-typed.ts'

test('a next step begins as the user began', () => {
  expect(asTyped({})('undo', '/data/1.json', '--yes')).toBe('coatcheck undo /data/1.json --yes')
  expect(asTyped({ COATCHECK_TYPED: 'npx coatcheck' })('undo', '/data/1.json', '--yes')).toBe('npx coatcheck undo /data/1.json --yes')
})

test.skipIf(process.platform === 'win32')('a path with a space is one word for the shell', () => {
  expect(asTyped({})('undo', "/Ana's data/1.json", '--yes')).toBe(String.raw`coatcheck undo '/Ana'\''s data/1.json' --yes`)
})
