import { expect, test } from 'vitest'
import { formatNotation, parseNotation } from './notation.ts'
import type { DataNode } from './node.ts'
import { sameData } from './walk.ts'

const read = (value: string): DataNode | string => {
  const parsed = parseNotation(`{"a": ${value}}`)
  if (!parsed.ok) return `${parsed.reason} at ${parsed.position}`
  return parsed.node.kind === 'dict' ? (parsed.node.entries[0]?.value ?? 'nothing') : 'no dict'
}
const again = (value: string): string => {
  const node = read(value)
  return typeof node === 'string' ? node : formatNotation(node, { interchange: true })
}

/** Texts that stand as they are. */
const CANONICAL = [
  '{"$datetime":"2026-01-02T03:04:05"}', '{"$datetime":"0001-01-01T00:00:00.000001"}', '{"$datetime":"9999-12-31T23:59:59.999999-23:59"}', '{"$datetime":"2024-02-29T00:00:00+00:00"}',
  '{"$datetime":"1883-01-01T00:00:00+00:09:21[Europe/Paris]"}', '{"$datetime":"2026-10-25T02:30:00+01:00[Europe/Paris][fold=1]"}', '{"$datetime":"2026-01-02T03:04:05[Nowhere/Known]"}',
  '{"$datetime":"2026-01-02T03:04:05+02:00[name=+0200]"}', '{"$datetime":"2026-01-02T03:04:05+02:00[name=]"}', '{"$datetime":"2026-01-02T03:04:05+01:00[Europe/Paris][pytz=CET,3600,0]"}',
  '{"$datetime":"2026-01-02T03:04:05+00:00[UTC][pytz]"}', '{"$datetime":"2026-01-02T03:04:05+00:00:00.000001"}', '{"$date":"2026-01-02"}', '{"$time":"03:04:05.000006+05:30[fold=1]"}',
  '{"$timedelta":"P1DT2S"}', '{"$timedelta":"-P999999999D"}', '{"$timedelta":"PT0S"}', '{"$timedelta":"-PT0.500000S"}', '{"$timedelta":"P1DT2H3M4.000005S"}',
  '{"$decimal":"9.90"}', '{"$decimal":"-0"}', '{"$decimal":"sNaN12"}', '{"$decimal":"1E+999999999999999999"}', '{"$decimal":"-Infinity"}', '{"$uuid":"00000000-0000-0000-0000-000000000001"}',
  '{"$complex":"(1-2.5j)"}', '{"$complex":"1e+16j"}', '{"$complex":"(-0+infj)"}', '{"$complex":"(nan-nanj)"}'.replace('-nan', '+nan'), '{"$bytes":""}', '{"$bytes":"AP8="}', '{"$bytearray":"YWJj"}',
  '{"$tuple":[]}', '{"$tuple":[1,{"$set":[1,{"$tuple":[2]}]}]}', '{"$frozenset":["a",null]}', '{"$dict":[[{"$tuple":[1]},2],[{"$uuid":"00000000-0000-0000-0000-000000000001"},3]]}', '{"$ref":"#"}', '{"$ref":"#/a~1b/0"}',
  '{"$opaque":"shop.Thing","state":{"x":1},"raw":"gAQu"}', '{"$opaque":"os.system","state":["id"],"danger":"call"}', '{"$opaque":"shop.Thing","state":null}',
  // Real objects that look like typed ones.
  '{"$$datetime":"x"}', '{"$$$opaque":1}', '{"$$opaque":"x","state":1}', '{"$$$opaque":"x","state":1}', '{"state":1,"$opaque":"x"}', '{"$datetime":1,"b":2}',
]

test.each(CANONICAL)('%s is read, and written the same', (text) => {
  expect(again(text)).toBe(text)
})

test.each([
  ['{"$datetime":"2026-01-02 03:04Z"}', '{"$datetime":"2026-01-02T03:04:00+00:00"}'],
  ['{"$datetime":"2026-01-02T03:04:05.5+01:00"}', '{"$datetime":"2026-01-02T03:04:05.500000+01:00"}'],
  ['{"$time":"03:04"}', '{"$time":"03:04:00"}'],
  ['{"$timedelta":"P1W"}', '{"$timedelta":"P7D"}'],
  ['{"$timedelta":"PT90M"}', '{"$timedelta":"PT1H30M"}'],
  ['{"$uuid":"ABCDEF00000000000000000000000001"}', '{"$uuid":"abcdef00-0000-0000-0000-000000000001"}'],
  ['{"$complex":"1+2j"}', '{"$complex":"(1+2j)"}'],
  ['{"$complex":"3"}', '{"$complex":"(3+0j)"}'],
])('%s is understood as %s', (typed, text) => {
  expect(again(typed)).toBe(text)
})

test.each([
  ['bad-datetime', ['"2026-02-29T00:00:00"', '"2026-01-02"', '"2026-01-02T24:00:00"', '"2026-01-02T03:04:05+24:00"', '"2026-01-02T03:04:05[a b]"', '"2026-01-02T03:04:05[name=x]"', '"2026-01-02T03:04:05+02:00[Europe/Paris][pytz=CET,3600,0]"', '"0000-01-01T00:00:00"', '1']],
  ['bad-date', ['"2026-13-01"', '"26-01-01"', '"2026-04-31"', 'null']],
  ['bad-time', ['"25:00:00"', '"03:60"', '"03:04:05.1234567"']],
  ['bad-timedelta', ['"P"', '"PT"', '"P1DT"', '"P1000000000D"', '"1 day"', '"P1.5D"']],
  ['bad-decimal', ['"1,5"', '""', '"."', '"1e"', '"1E+1000000000000000000"', '"1E-1999999999999999998"', '1.5']],
  ['bad-uuid', ['"1234"', '"0000000-00000-0000-0000-000000000001"']],
  ['bad-complex', ['"1+j2"', '"1 + 2j"', '""', '"()"', '"12j3"']],
  ['bad-bytes', ['"a"', '"a==="', '"a b="', '7']],
  ['bad-items', ['{"a":1}', '"x"']],
  ['unhashable', ['[[1]]', '[{"a":1}]', '[{"$tuple":[[1]]}]', '[{"$tuple":[{"$tuple":[{"$set":[]}]}]}]', '[{"$bytearray":""}]']],
  ['bad-ref', ['"a/b"', '"#a"', '1']],
] as const)('%s', (reason, values) => {
  const name = reason === 'bad-items' ? 'tuple' : reason === 'unhashable' ? 'set' : reason.slice('bad-'.length)
  for (const value of values) expect(`${value}: ${again(`{"$${name}":${value}}`)}`).toBe(`${value}: ${reason} at 6`)
})

test.each(['{"$opaque":"x"}', '{"$opaque":"x","state":1,"more":2}', '{"$opaque":1,"state":1}', '{"$opaque":"x","state":1,"raw":"!"}', '{"$opaque":"x","state":1,"danger":"none"}', '{"$opaque":"x","state":1,"state":2}'])('%s is no object of a class', (text) => {
  expect(again(text)).toBe('bad-opaque at 6')
})

test('a key of a $dict that can change is refused where the $dict stands', () => {
  expect(again('{"$dict":[[{"$tuple":[[]]},1]]}')).toBe('unhashable at 6')
})

test('every typed value has its position', () => {
  const parsed = parseNotation('{"a": [{"$date":"2026-01-02"}, {"$opaque":"x","state":1}]}')
  expect(parsed.ok && [...parsed.positions].map(([node, position]) => [node.kind, position])).toEqual([['date', 7], ['opaque', 31]])
})

test('long base64 is read in one go', () => {
  const node: DataNode = { kind: 'bytes', base64: 'AAAA'.repeat(3_000_000) }
  const parsed = parseNotation(formatNotation(node, { interchange: true }))
  expect(parsed.ok && sameData(parsed.node, node)).toBe(true)
})
