import { describe, expect, test } from 'vitest'
import { formatNotation, parseNotation } from './notation.ts'
import type { DataNode } from './node.ts'
import { parsePythonJson } from './python-json.ts'
import { sameData } from './walk.ts'

function python(text: string): DataNode {
  const result = parsePythonJson(text)
  if (!result.ok) throw new Error(result.reason)
  return result.node
}
function parsed(text: string): DataNode {
  const result = parseNotation(text)
  if (!result.ok) throw new Error(result.message)
  return result.node
}
const strict = (text: string): string => formatNotation(python(text), { interchange: true })
const bare = (text: string): string => formatNotation(python(text), { interchange: false })

describe('formatNotation', () => {
  test('interchange: what JSON readers would lose becomes a typed object', () => {
    expect(strict('[9007199254740991,9007199254740992,-9007199254740993,NaN,-Infinity,1.0]')).toBe(
      '[9007199254740991,{"$int":"9007199254740992"},{"$int":"-9007199254740993"},{"$float":"nan"},{"$float":"-inf"},1.0]',
    )
  })

  test('editor: the same values stand bare', () => {
    expect(bare('[9007199254740992,NaN,Infinity,-Infinity]')).toBe('[9007199254740992,NaN,Infinity,-Infinity]')
  })

  test('letters stay readable; what is invisible or turns the line is escaped', () => {
    expect(bare(String.raw`"Zo\u00eb \u6f22 \ud83d\ude00 \u0007 \u007f \u0085 \u2028 \u202e \ufeff \ud800 \"\\"`)).toBe(String.raw`"Zoë 漢 😀 \u0007 \u007f \u0085 \u2028 \u202e \ufeff \ud800 \"\\"`)
  })

  test('duplicate keys stand twice; indents; empty containers stay short', () => {
    expect(formatNotation(python('{"a":[1,{}],"a":[]}'), { interchange: false, indent: 2 })).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "a": []\n}')
  })

  test('a real one-key object that starts with $ gets one more, whatever it holds', () => {
    expect(strict('{"$int":"5"}')).toBe('{"$$int":"5"}')
    expect(strict('{"$$x":{"$":1}}')).toBe('{"$$$x":{"$$":1}}')
    expect(strict('{"$int":"5","b":1}')).toBe('{"$int":"5","b":1}')
  })

  test('keys that are no text become pairs', () => {
    const node: DataNode = { kind: 'dict', entries: [{ key: { kind: 'int', digits: '1' }, value: { kind: 'none' } }] }
    expect(formatNotation(node, { interchange: true })).toBe('{"$dict":[[1,null]]}')
    expect(sameData(parsed('{"$dict":[[1,null]]}'), node)).toBe(true)
  })
})

describe('parseNotation', () => {
  test.each(['{"a":[1,2.5,"x",null,true]}', '{"$int":"5"}', '{"$$int":"5"}', '{"$":{"$a":{"$b":{}}}}', '[NaN,Infinity,-Infinity,1e400]', '123456789012345678901234567890', '{"__proto__":1,"7":2,"7":3}', '"\\ud800x"', '-0.0'])(
    'reads back what it writes, in both forms: %s',
    (text) => {
      for (const interchange of [true, false]) for (const indent of [0, 2]) expect(sameData(parsed(formatNotation(python(text), { interchange, indent })), python(text))).toBe(true)
    },
  )

  test('canonical digits, whatever was typed', () => {
    expect(parsed('[{"$int":"-0"},{"$int":"007"},{"$int":"-12"}]')).toEqual({ kind: 'list', items: ['0', '7', '-12'].map((digits) => ({ kind: 'int', digits })) })
  })

  test.each([
    ['{"a": {"$datetime": "x"}}', 'bad-datetime', 6], ['{"a": {"$date_time": "x"}}', 'unknown-type', 6], ['{"$": 1}', 'unknown-type', 0], ['{"$__proto__": 1}', 'unknown-type', 0], ['{"$int": 5}', 'bad-int', 0], ['[{"$int": "0x5"}]', 'bad-int', 1],
    ['{"$float": "1.5"}', 'bad-float', 0], ['{"$dict": [[1]]}', 'bad-dict', 0], ['{"$dict": [[[], 1]]}', 'bad-dict', 0], ['{"a": }', 'unexpected-character', 6], ['', 'empty', 0],
  ] as const)('refuses %s: %s at %i, with a sentence', (text, reason, position) => {
    expect(parseNotation(text)).toEqual({ ok: false, reason, position, message: expect.stringMatching(/^[A-Z{].*\.$/) })
  })
})
