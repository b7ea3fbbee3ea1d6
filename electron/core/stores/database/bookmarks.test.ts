import { describe, expect, it } from 'vitest'
import { CURSOR_CHARS, writeCursor } from '../page-cursor.ts'
import { Bookmarks } from './bookmarks.ts'
import type { Position } from './keyset.ts'
import { NULL, text } from './stored-value.ts'

const ORDER = { by: 'expireDate', direction: 'asc' } as const
const POSITIONS: readonly Position[] = [
  { value: NULL, tie: { kind: 'integer', value: -1n } },
  { value: { kind: 'integer', value: 9223372036854775807n }, tie: null },
  { value: { kind: 'real', value: Number.NEGATIVE_INFINITY }, tie: text('🔑\u0000"') },
  { value: { kind: 'text', value: Buffer.from([0xff]) }, tie: { kind: 'blob', value: Buffer.alloc(0) } },
]

describe('a bookmark', () => {
  it('comes back as the position that it was made from, also in another process', () => {
    for (const position of POSITIONS) {
      const cursor = new Bookmarks().toCursor(ORDER, position)
      expect(cursor.length).toBeLessThanOrEqual(CURSOR_CHARS)
      expect(new Bookmarks().toPosition(ORDER, cursor)).toEqual(position)
    }
  })

  it('that would be too long is kept, the newest longest', () => {
    const bookmarks = new Bookmarks()
    const long = (mark: string): Position => ({ value: text(mark + 'x'.repeat(3_000_000)), tie: null })
    const cursors = ['a', 'b', 'c', 'd', 'e', 'f'].map((mark) => bookmarks.toCursor(ORDER, long(mark)))
    for (const cursor of cursors) expect(cursor.length).toBeLessThan(100)
    expect(bookmarks.toPosition(ORDER, cursors[5] ?? '')).toEqual(long('f'))
    expect(() => bookmarks.toPosition(ORDER, cursors[0] ?? '')).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  })

  it('that nobody made is refused', () => {
    const forged = [[], ['key', 'asc', ['null'], null], ['expireDate', 'asc'], ['expireDate', 'asc', 7], ['expireDate', 'asc', ['integer', '1;2'], null], ['expireDate', 'asc', ['text', 5], null], ['expireDate', 'asc', ['date', 'x'], null], ['expireDate', 'asc', ['null'], 'x']]
    for (const content of forged) expect(() => new Bookmarks().toPosition(ORDER, writeCursor(content))).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  })
})
