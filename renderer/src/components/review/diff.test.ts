import { describe, expect, it } from 'vitest'
import type { DataNode } from '../../../../shared/values/node.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { conflictRows } from './conflict.ts'
import { diffMiddle, diffTexts } from './diff-lines.ts'
import type { DiffLine } from './diff-lines.ts'
import { valueDiff } from './value-diff.ts'

function data(text: string): DataNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.node
}
const drawn = (lines: readonly DiffLine[]): string[] => lines.map(({ sign, pieces, skipped }) => `${sign}${skipped > 0 ? String(skipped) : pieces.map(({ text, changed }) => (changed ? `*${text}*` : text)).join('')}`)

describe('the values of a change', () => {
  it('stand under their path, with the changed part marked', () => {
    const { lines, count } = valueDiff(data('{"cart":{"items":[{"sku":"A1","qty":2}]},"a":1}'), data('{"cart":{"items":[{"sku":"A1","qty":3}]},"a":1}'))
    expect(drawn(lines)).toEqual(['@cart.items[0]', ' sku: "A1"', '-qty: *2*', '+qty: *3*'])
    expect(count).toBe(1)
  })

  it('mark only the words of a text that differ', () => {
    expect(drawn(valueDiff(data('{"a":"one two"}'), data('{"a":"one six"}')).lines)).toEqual(['-a: "one *two*"', '+a: "one *six*"'])
  })

  it('show added, removed and renamed keys', () => {
    expect(drawn(valueDiff(data('{"a":1,"b":2}'), data('{"c":1,"d":3}')).lines)).toEqual(['-*a*: 1', '+*c*: 1', '+d: *3*', '-b: *2*'])
  })

  it('never show a secret', () => {
    expect(drawn(valueDiff(data('{"api_token":"abc"}'), data('{"api_token":"xyz"}')).lines).join()).not.toMatch(/abc|xyz/)
    expect(drawn(valueDiff(data('{"tokens":{"a":"abc"},"note":"ghp_0123456789"}'), data('{"tokens":{"a":"xyz"},"note":"ghp_9876543210"}')).lines).join()).not.toMatch(/abc|xyz|ghp_/)
  })

  it('tell on demand what a secret was and is', () => {
    const { lines } = valueDiff(data('{"api_token":"abc"}'), data('{"api_token":"xyz"}'))
    expect(lines.map(({ pieces }) => pieces.at(-1)?.secret)).toEqual(['"abc"', '"xyz"'])
  })
})

describe('the whole text of a change', () => {
  it('leaves out what is far from it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${String(index)}`)
    const after = before.with(10, 'line ten')
    const lines = drawn(diffTexts(before.join('\n'), after.join('\n')) ?? [])
    expect(lines[0]).toBe('@7')
    expect(lines.slice(4, 6)).toEqual(['-line *10*', '+line *ten*'])
    expect(lines.at(-1)).toBe('@6')
  })

  it('marks the middle of the bytes', () => {
    expect(diffMiddle('abc:1:xyz', 'abd:1:xyz')).toEqual({ before: [{ text: 'ab', changed: false }, { text: 'c', changed: true }, { text: ':1:xyz', changed: false }], after: [{ text: 'ab', changed: false }, { text: 'd', changed: true }, { text: ':1:xyz', changed: false }] })
  })
})

describe('a conflict', () => {
  it('names who changed what, and where both did', () => {
    const rows = conflictRows(data('{"qty":2,"seen":1}'), data('{"qty":3,"seen":1}'), data('{"qty":4,"seen":2}'))
    expect(rows.map(({ path, before, after, by, clashes }) => `${by} ${path} ${before} ${after} ${String(clashes)}`)).toEqual(['you qty 2 3 true', 'app qty 2 4 true', 'app seen 1 2 false'])
  })
})
