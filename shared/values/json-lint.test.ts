import { expect, test } from 'vitest'
import { lintForJson } from './json-lint.ts'
import type { DataNode } from './node.ts'
import { parseNotation } from './notation.ts'

function lint(notation: string): string[] {
  const parsed = parseNotation(notation)
  if (!parsed.ok) throw new Error(parsed.message)
  return lintForJson(parsed.node).map(({ kind, path, type }) => `${kind} ${path} ${type}`)
}

test('plain data has nothing to tell', () => {
  expect(lint('{"a":[1,2.5,null,true,"x",{"b":{}}]}')).toEqual([])
})

test('each loss is named with its path', () => {
  expect(lint('{"cart":{"$dict":[[1,"x"],[null,2]]}}')).toEqual(['key-to-text cart["1"] int', 'key-to-text cart.null none'])
  expect(lint('{"a":NaN,"b":[Infinity]}')).toEqual(['not-finite a nan', 'not-finite b[0] inf'])
  expect(lint('{"a":1,"a":2}')).toEqual(['duplicate-key a dict'])
  expect(lint('{"a":{"$dict":[[1,1],["1",2]]}}')).toEqual(['key-to-text a["1"] int', 'duplicate-key a["1"] dict'])
  expect(lint('{"when":{"$datetime":"2026-01-02T03:04:05"},"p":[{"$decimal":"9.90"}],"t":{"$tuple":[1]}}')).toEqual(['not-json when datetime', 'not-json p[0] decimal', 'tuple-to-list t tuple'])
})

test('deep data is walked without recursion, and findings are capped', () => {
  let node: DataNode = { kind: 'float', repr: 'nan' }
  for (let level = 0; level < 10_000; level++) node = { kind: 'list', items: [node] }
  expect(lintForJson(node)).toHaveLength(1)
  expect(lintForJson({ kind: 'list', items: Array.from({ length: 1000 }, () => ({ kind: 'float', repr: 'nan' }) as const) })).toHaveLength(50)
})
