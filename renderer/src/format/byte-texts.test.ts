import { expect, test } from 'vitest'
import { spellBytes, spellingsOf } from './byte-texts.ts'

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes))

test('bytes are spelled as Python and redis-cli spell them', () => {
  const bytes = base64([0x80, 0x05, 0x7d, 0x07, 0x08, 0x09, 0x0a, 0x0d, 0x27, 0x22, 0x5c, 0x7f, 0xff])
  expect(spellBytes(bytes, 'python')).toBe(String.raw`b'\x80\x05}\x07\x08\t\n\r\'"\\\x7f\xff'`)
  expect(spellBytes(bytes, 'redis')).toBe(String.raw`"\x80\x05}\a\b\t\n\r'\"\\\x7f\xff"`)
  expect(spellBytes(bytes, 'hex')).toBe('80057d0708090a0d27225c7fff')
  expect(spellBytes(base64([0x27]), 'python')).toBe(`b"'"`)
})

test('only what is text is offered as text; redis-cli comes first for Redis', () => {
  expect(spellingsOf(base64([0x80, 0x05]), true)).toEqual(['redis', 'base64', 'python', 'hex'])
  expect(spellingsOf(btoa('{"a": 1}'), false)[0]).toBe('text')
  expect(spellBytes(btoa('{"a": 1}'), 'text')).toBe('{"a": 1}')
  expect(spellingsOf(base64([0x61, 0x00]), false)[0]).toBe('base64')
})
