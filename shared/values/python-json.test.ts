import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import type { DataNode } from './node.ts'
import { parsePythonJson, writePythonJson } from './python-json.ts'
import { sameData } from './walk.ts'

function read(text: string): DataNode {
  const result = parsePythonJson(text)
  if (!result.ok) throw new Error(`${result.reason} at ${result.position}`)
  return result.node
}
const rewrite = (text: string): string => writePythonJson(read(text))

describe('parsePythonJson', () => {
  test('keeps order, duplicate keys and integer-like keys as they stand', () => {
    const text = '{"b":1,"7":2,"0":3,"b":4}'
    expect(rewrite(text)).toBe(text)
  })

  test('takes __proto__ for a key like any other', () => {
    const node = read('{"__proto__":{"polluted":true}}')
    expect(node).toEqual({ kind: 'dict', entries: [{ key: { kind: 'str', value: '__proto__' }, value: { kind: 'dict', entries: [{ key: { kind: 'str', value: 'polluted' }, value: { kind: 'bool', value: true } }] } }] })
    expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted')
  })

  test.each([
    ['1E5', '100000.0'], ['1e400', 'Infinity'], ['-1e400', '-Infinity'], ['-0', '0'], ['-0.0', '-0.0'], ['NaN', 'NaN'], ['1e-400', '0.0'],
    ['18446744073709551616', '18446744073709551616'], ['"\\uD83D\\uDE00"', '"\\ud83d\\ude00"'], ['"\\ud800"', '"\\ud800"'], [' [ 1 , 2 ]\n', '[1,2]'], ['"\\/"', '"/"'],
  ])('spells %s as Python does: %s', (text, python) => {
    expect(rewrite(text)).toBe(python)
  })

  test.each([
    ['', 'empty', 0], ['  ', 'empty', 0], ['\ufeff{}', 'bom', 0], ['{"a":1,}', 'trailing-comma', 6], ['[1,]', 'trailing-comma', 2], ['{} x', 'trailing-text', 3],
    ['{"a":1', 'unexpected-end', 6], ['{"a', 'unexpected-end', 1], ["{'a':1}", 'key-expected', 1], ['{"a" 1}', 'unexpected-character', 5], ['"a\tb"', 'control-character', 2],
    ['"\\x41"', 'bad-escape', 1], ['"\\u12"', 'bad-escape', 1], ['01', 'trailing-text', 1], ['+1', 'unexpected-character', 0], ['nul', 'unexpected-character', 0], ['5.', 'trailing-text', 1],
  ] as const)('refuses %j: %s at %i', (text, reason, position) => {
    expect(parsePythonJson(text)).toEqual({ ok: false, reason, position })
  })

  test('refuses an integer of more digits than Python takes, and no fewer', () => {
    expect(parsePythonJson('9'.repeat(LIMITS.integerDigits)).ok).toBe(true)
    expect(parsePythonJson(`-${'9'.repeat(LIMITS.integerDigits)}`).ok).toBe(true)
    expect(parsePythonJson('9'.repeat(LIMITS.integerDigits + 1))).toMatchObject({ reason: 'integer-digits' })
  })

  test('follows nesting down to the limit, without a stack to overflow', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    const node = read(deep(LIMITS.parseDepth))
    expect(writePythonJson(node)).toBe(deep(LIMITS.parseDepth))
    expect(sameData(node, read(deep(LIMITS.parseDepth)))).toBe(true)
    expect(parsePythonJson(deep(LIMITS.parseDepth + 1))).toEqual({ ok: false, reason: 'too-deep', position: LIMITS.parseDepth })
    expect(parsePythonJson('[{"a":'.repeat(500_000))).toMatchObject({ reason: 'too-deep' })
  })

  test('reads five megabytes', () => {
    const text = `{"k":[${Array.from({ length: 500_000 }, (_, index) => 1_000_000 + index).join(',')},"${'\\u00e9'.repeat(200_000)}"]}`
    expect(text.length).toBeGreaterThan(5_000_000)
    expect(rewrite(text)).toBe(text)
  })
})

describe('writePythonJson', () => {
  test('escapes everything but printable ASCII, DEL too, in lower case', () => {
    expect(writePythonJson({ kind: 'str', value: '"\\/\n\r\t\b\f\u0000\u001f ~\u007f\u00e9\u2028😀\ud800' })).toBe(
      String.raw`"\"\\/\n\r\t\b\f\u0000\u001f ~\u007f\u00e9\u2028\ud83d\ude00\ud800"`,
    )
  })

  test('writes keys that are no text as Python does, and refuses those it cannot', () => {
    const keys: readonly DataNode[] = [{ kind: 'int', digits: '1' }, { kind: 'float', repr: '0.5' }, { kind: 'none' }, { kind: 'bool', value: true }, { kind: 'float', repr: 'nan' }]
    const dict = (key: DataNode): DataNode => ({ kind: 'dict', entries: [{ key, value: { kind: 'none' } }] })
    expect(keys.map((key) => writePythonJson(dict(key)))).toEqual(['{"1":null}', '{"0.5":null}', '{"null":null}', '{"true":null}', '{"NaN":null}'])
    expect(() => writePythonJson(dict({ kind: 'list', items: [] }))).toThrow(expect.objectContaining({ code: 'DATA_UNSAFE' }))
  })
})
