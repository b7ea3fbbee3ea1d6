import { describe, expect, it } from 'vitest'
import { formatNotation, parseNotation } from '../../../../shared/values/notation.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { mergeEdits } from './merge-data.ts'

function data(text: string): DataNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.node
}
const merged = (base: string, mine: string, theirs: string): string => formatNotation(mergeEdits(data(base), data(mine), data(theirs)), { interchange: false })

describe('my edits on what the app saved meanwhile', () => {
  it('join when they are about different values', () => {
    expect(merged('{"cart":{"qty":2}}', '{"cart":{"qty":3}}', '{"cart":{"qty":2},"coupon":"W"}')).toBe('{"cart":{"qty":3},"coupon":"W"}')
    expect(merged('{"a":1}', '{"a":1,"b":2}', '{"c":3,"a":1}')).toBe('{"c":3,"a":1,"b":2}')
  })

  it('stand where both changed the same value', () => {
    expect(merged('{"qty":2}', '{"qty":3}', '{"qty":4}')).toBe('{"qty":3}')
    expect(merged('{"qty":2}', '{"qty":3}', '{}')).toBe('{"qty":3}')
  })

  it('remove and rename what is still there', () => {
    expect(merged('{"a":1,"b":2}', '{"b":2}', '{"a":5,"b":2,"c":3}')).toBe('{"b":2,"c":3}')
    expect(merged('{"a":1,"b":2}', '{"z":1,"b":2}', '{"a":1,"b":9}')).toBe('{"z":1,"b":9}')
  })

  it('add items where they were added, and change none twice', () => {
    expect(merged('{"l":[1,2]}', '{"l":[1,9,2]}', '{"l":[1,2],"n":0}')).toBe('{"l":[1,9,2],"n":0}')
    expect(merged('{"l":[1,2,3]}', '{"l":[3]}', '{"l":[1,2,3]}')).toBe('{"l":[3]}')
  })

  it('are dropped where the app removed the place they were in', () => {
    expect(merged('{"cart":{"qty":2}}', '{"cart":{"qty":3}}', '{"x":1}')).toBe('{"x":1}')
  })
})
