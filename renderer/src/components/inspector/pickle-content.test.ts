import { describe, expect, it } from 'vitest'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { pickleContent } from './pickle-content.ts'

function content(text: string) {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return pickleContent(parsed.node)
}
const CLASS = '{"$opaque":"shop.C","state":{"x":1},"raw":""}'
const CALL = '{"$opaque":"os.system","state":["ls"],"danger":"call"}'

describe('what loading a pickle would do', () => {
  it('is graded by the gravest thing in it, wherever it stands', () => {
    expect(content('{"a":{"$decimal":"1"}}')).toEqual({ danger: 'data', classes: [], calls: [] })
    expect(content(`{"a":[${CLASS},${CLASS}]}`)).toEqual({ danger: 'classes', classes: ['shop.C'], calls: [] })
    expect(content(`{"a":{"$tuple":[${CLASS}]},"b":{"$opaque":"shop.D","state":${CALL}}}`)).toEqual({ danger: 'dangerous', classes: ['shop.C', 'shop.D'], calls: ['os.system'] })
  })

  it('is told of data nested deeper than the stack, too', () => {
    expect(content(`${'['.repeat(9000)}${CALL}${']'.repeat(9000)}`).danger).toBe('dangerous')
  })
})
