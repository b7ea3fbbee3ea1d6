import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase62, encodeBase62 } from '../../../electron/core/util/base62.ts'
import { decodeBase64Url, decodeStandardBase64, encodeBase64Url } from '../../../electron/core/codecs/base64url.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { parsePythonJson, writePythonJson } from '../../../shared/values/python-json.ts'
import { jsonSessions, opaqueNode, sharedSessions } from '../../support/arbitrary-data.ts'
import { holds, SEED } from '../../support/property.ts'

const options = fc.record({ interchange: fc.boolean(), indent: fc.constantFrom(0, 1, 2, 4) })
const styles = fc.record({ itemSeparator: fc.constantFrom(',' as const, ', ' as const), keySeparator: fc.constantFrom(':' as const, ': ' as const), asciiOnly: fc.boolean() })

describe(`there and back again, seed ${SEED}`, () => {
  test('base62', () => {
    holds(fc.maxSafeInteger(), (value) => expect(decodeBase62(encodeBase62(value))).toBe(value))
  })

  test('base64: written in one way, read in each way that Python reads', () => {
    holds(fc.uint8Array({ maxLength: 200 }), (data) => {
      const text = encodeBase64Url(data)
      expect(text).toMatch(/^[\w-]*$/)
      const bytes = Buffer.from(data)
      const padded = bytes.toString('base64')
      expect([text, padded, padded.replaceAll('+', '-').replaceAll('/', '_')].every((each) => decodeBase64Url(each)?.equals(bytes))).toBe(true)
      expect(decodeStandardBase64(padded.replace(/(.{3})/g, '$1\n'))?.equals(bytes)).toBe(true)
    })
  })

  test("Python's JSON, in each style", () => {
    holds(fc.tuple(jsonSessions, styles), ([data, style]) => {
      const text = writePythonJson(data, undefined, style)
      expect(parsePythonJson(text)).toMatchObject({ ok: true, node: data })
      if (style.asciiOnly) expect(text).toMatch(/^[\x20-\x7e]*$/)
    })
  })

  test('the typed notation: references and objects of classes too, in each layout', () => {
    holds(fc.tuple(sharedSessions, options, fc.integer({ min: 0, max: 5 })), ([data, layout, protocol]) => {
      const session: DataNode = { kind: 'dict', entries: [...data.entries, { key: { kind: 'str', value: 'an object' }, value: opaqueNode({ kind: 'dict', entries: [{ key: { kind: 'str', value: 'x' }, value: { kind: 'none' } }] }, protocol) }] }
      const text = formatNotation(session, layout)
      const parsed = parseNotation(text)
      expect(parsed.ok ? parsed.node : parsed.message).toEqual(session)
      if (layout.interchange) expect(() => JSON.parse(text) as unknown).not.toThrow()
    })
  })
})
