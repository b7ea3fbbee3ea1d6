import { describe, expect, it } from 'vitest'
import { anatomyParts, fold, problemPart, verdictTone } from '../../renderer/src/components/inspector/anatomy.ts'
import { decodedText } from './fixtures.ts'

describe('the anatomy of a session text', () => {
  it('cuts the text into its three parts, whose shares fill the bar', () => {
    const text = decodedText()
    const parts = anatomyParts(text, 0) ?? []
    expect(parts.map((part) => part.head).join(':')).toBe(text.text)
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(100)
    expect(Math.min(...parts.map((part) => part.share))).toBeGreaterThan(2)
  })

  it('folds the middle of a long payload and counts what is not shown', () => {
    const folded = fold('x'.repeat(571), 0)
    expect(folded.head.length + folded.folded + folded.tail.length).toBe(571)
    expect(folded.folded).toBe(235)
    expect(fold('x'.repeat(571), 16_384).folded).toBe(0)
  })

  it('knows in which part reading stopped', () => {
    expect(problemPart(decodedText())).toBeNull()
    expect(problemPart(decodedText({ problem: { step: 'zlib', reason: 'zlib-damaged', position: 12, sentence: { id: 'verdicts.problems.zlib-damaged', params: {} } } }))).toBe('payload')
    expect(problemPart(decodedText({ problem: { step: 'timestamp', reason: 'bad-timestamp', position: null, sentence: { id: 'verdicts.problems.bad-timestamp', params: {} } } }))).toBe('timestamp')
  })

  it('gives the signature the colour of the verdict', () => {
    expect(verdictTone(decodedText())).toBe('ok')
    expect(verdictTone(decodedText({ signature: { state: 'valid', verifiedBy: 'SECRET_KEY_FALLBACKS[0]', reason: null } }))).toBe('fallback')
    expect(verdictTone(decodedText({ signature: { state: 'bad', verifiedBy: null, reason: 'wrong-key' } }))).toBe('bad')
    expect(verdictTone(decodedText({ signature: { state: 'unchecked', verifiedBy: null, reason: null } }))).toBe('neutral')
  })
})
