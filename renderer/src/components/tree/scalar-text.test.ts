import { describe, expect, it } from 'vitest'
import { kindsFor, parseValue, scalarText } from './scalar-text.ts'

describe('a typed text as a value', () => {
  it('is an int only when Python would write it so', () => {
    expect(parseValue('int', '3')).toEqual({ kind: 'int', digits: '3' })
    expect(parseValue('int', '9007199254740993')).toEqual({ kind: 'int', digits: '9007199254740993' })
    expect(parseValue('int', '03')).toBeNull()
    expect(parseValue('int', '3.0')).toBeNull()
    expect(parseValue('int', '1'.repeat(5000))).toBeNull()
  })

  it('keeps a float a float', () => {
    expect(parseValue('float', '1')).toEqual({ kind: 'float', repr: '1.0' })
    expect(parseValue('float', 'nan')).toEqual({ kind: 'float', repr: 'nan' })
    expect(parseValue('float', 'one')).toBeNull()
  })

  it('takes a string as it is, blanks included', () => {
    expect(parseValue('str', ' a ')).toEqual({ kind: 'str', value: ' a ' })
  })
})

describe('a value of a kind that only pickle has', () => {
  it.each([
    ['datetime', '2026-01-02 03:04:05+01:00', '2026-01-02T03:04:05+01:00'], ['date', '2026-01-02', '2026-01-02'], ['decimal', '9.90', '9.90'], ['uuid', '0000000000000000000000000000000F', '00000000-0000-0000-0000-00000000000f'], ['timedelta', 'P1D', 'P1D'],
  ] as const)('%s reads %s as the typed notation does', (kind, text, canonical) => {
    const read = parseValue(kind, text)
    expect(read === null ? null : scalarText(read)).toBe(canonical)
  })

  it('refuses what Python refuses', () => {
    expect([parseValue('datetime', '2026-02-30T00:00:00'), parseValue('date', 'soon'), parseValue('decimal', '1,5'), parseValue('uuid', '1'), parseValue('bytes', 'x')]).toEqual([null, null, null, null, null])
  })

  it('is offered only where it can be written', () => {
    expect(kindsFor('json', 'dict')).toEqual(['str', 'int', 'float', 'bool', 'none', 'list', 'dict'])
    expect(kindsFor('pickle', 'dict')).toContain('uuid')
    expect(kindsFor('pickle', 'set')).not.toContain('list')
  })
})
