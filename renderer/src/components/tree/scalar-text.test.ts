import { describe, expect, it } from 'vitest'
import { parseScalar } from './scalar-text.ts'

describe('a typed text as a value', () => {
  it('is an int only when Python would write it so', () => {
    expect(parseScalar('int', '3')).toEqual({ kind: 'int', digits: '3' })
    expect(parseScalar('int', '9007199254740993')).toEqual({ kind: 'int', digits: '9007199254740993' })
    expect(parseScalar('int', '03')).toBeNull()
    expect(parseScalar('int', '3.0')).toBeNull()
    expect(parseScalar('int', '1'.repeat(5000))).toBeNull()
  })

  it('keeps a float a float', () => {
    expect(parseScalar('float', '1')).toEqual({ kind: 'float', repr: '1.0' })
    expect(parseScalar('float', 'nan')).toEqual({ kind: 'float', repr: 'nan' })
    expect(parseScalar('float', 'one')).toBeNull()
  })

  it('takes a string as it is, blanks included', () => {
    expect(parseScalar('str', ' a ')).toEqual({ kind: 'str', value: ' a ' })
  })
})
