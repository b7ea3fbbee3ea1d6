import { describe, expect, it } from 'vitest'
import { pasteSegments } from './paste-segments.ts'

describe('the pasted text', () => {
  it('is cut at the values found in it, and loses nothing', () => {
    const segments = pasteSegments('a=XX; b=YY', [{ span: [8, 10] }, { span: [2, 4] }])
    expect(segments).toEqual([{ text: 'a=', finding: null }, { text: 'XX', finding: 1 }, { text: '; b=', finding: null }, { text: 'YY', finding: 0 }])
  })

  it('stays whole where spans overlap or lie outside', () => {
    expect(pasteSegments('abcdef', [{ span: [0, 4] }, { span: [2, 6] }, { span: [5, 99] }]).map(({ text }) => text).join('')).toBe('abcdef')
    expect(pasteSegments('', [])).toEqual([])
  })
})
