import { describe, expect, it } from 'vitest'
import { matchWords } from './match-words.ts'

describe('what was typed against a title', () => {
  it('finds words by their beginnings, in any order', () => {
    expect(matchWords('Read the sessions again', 'ses')?.spans).toEqual([[9, 12]])
    expect(matchWords('Read the sessions again', 'again read')?.spans).toEqual([[0, 4], [18, 23]])
    expect(matchWords('Read the sessions again', 'xyz')).toBeNull()
    expect(matchWords('Theme: dark', 'dark')?.spans).toEqual([[7, 11]])
  })

  it('ranks beginnings of words before what stands inside them, and the typed order before another', () => {
    const rank = (title: string, typed: string): number => matchWords(title, typed)?.rank ?? Infinity
    expect(rank('Open…', 'open')).toBeLessThan(rank('Reopen the source', 'open'))
    expect(rank('Close this source', 'close source')).toBeLessThan(rank('Source to close', 'close source'))
  })

  it('matches everything when nothing is typed, and marks crossing places once', () => {
    expect(matchWords('Open…', '  ')).toEqual({ rank: 0, spans: [] })
    expect(matchWords('session', 'ses sess')?.spans).toEqual([[0, 4]])
  })
})
