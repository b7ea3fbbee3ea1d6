import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PickleFault } from '../../../../shared/model/pickle.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { bytes, global, PICKLE_ATTACKS, PICKLE_BOMBS, short } from '../../../../tests/support/hostile-pickles.ts'
import { createRandom } from '../../../../tests/support/random.ts'
import { readPickle } from './read.ts'
import { writePickle } from './write.ts'

const WRITE = { protocol: 4, framed: true } as const

test.each(PICKLE_ATTACKS)('%s is seen, and never written again', (_, pickle = '', called, args) => {
  const read = readPickle(bytes(pickle))
  expect(read.facts.danger).toBe('dangerous')
  expect(read.facts.calls).toContainEqual({ kind: 'call', name: called, args: args ?? expect.any(String) })
  if (read.ok) expect(() => writePickle(read.node, WRITE)).toThrow(expect.objectContaining({ code: 'DATA_UNSAFE' }))
})

test('what is dropped, remembered only, broken off or after the end is named too', () => {
  const dropped = readPickle(bytes(`\x80\x04${global('os', 'system')}${short('id')}\x85R0}.`))
  expect(dropped).toMatchObject({ ok: true, node: { kind: 'dict' }, facts: { danger: 'dangerous', imports: ['os.system'] } })
  const imported = readPickle(bytes(`\x80\x04${global('os', 'system')}\x940}.`))
  expect(imported.facts).toMatchObject({ danger: 'dangerous', imports: ['os.system'], calls: [{ kind: 'import', name: 'os.system', args: '' }] })
  const broken = readPickle(bytes(`\x80\x04${global('os', 'system')}${short('id')}\x85R\xff`))
  expect(broken).toMatchObject({ ok: false, reason: 'pickle-opcode', facts: { danger: 'dangerous' } })
  const after = readPickle(bytes(`\x80\x04}..cos\nsystem\n(S'id'\ntR.`))
  expect(after).toMatchObject({ ok: true, facts: { danger: 'dangerous', imports: ['os.system'], trailingBytes: 22 } })
})

test('imports are listed up to a limit, and then counted', () => {
  const names = Array.from({ length: 600 }, (_, index) => `cshop\nName${index}\n0`).join('')
  expect(readPickle(bytes(names, '}.')).facts).toMatchObject({ imports: { length: 500 }, importsLeftOut: 100, danger: 'classes' })
})

test('what is plain is not called dangerous, and nothing is called safe', () => {
  const zone = `\x80\x04${global('builtins', 'getattr')}${global('zoneinfo', 'ZoneInfo')}${short('_unpickle')}\x86R${short('Europe/Paris')}K\x01\x86R.`
  expect(readPickle(bytes(zone))).toMatchObject({ ok: true, facts: { danger: 'data', calls: [] } })
  expect(readPickle(bytes(`\x80\x04${global('shop', 'Thing')})\x81.`))).toMatchObject({ ok: true, node: { kind: 'opaque', name: 'shop.Thing', danger: 'class' }, facts: { danger: 'classes' } })
  expect(readPickle(bytes('\x80\x04}.')).facts.danger).toBe('data')
})

const FAULTS: readonly (readonly [string, PickleFault, number | null])[] = [
  ['', 'pickle-empty', 0], ['\x80\x06}.', 'pickle-protocol', 0], ['\xff.', 'pickle-opcode', 0], ['.', 'pickle-stack', 0], ['}', 'pickle-truncated', 1], ['t.', 'pickle-stack', 0], ['1.', 'pickle-stack', 0],
  ['h\x05.', 'pickle-memo', 0], ['g7\n.', 'pickle-memo', 0], ['gx\n.', 'pickle-number', 0], ['I0x\n.', 'pickle-number', 0], ['I09\n.', 'pickle-number', 0], ['L010L\n.', 'pickle-number', 0], ['F1_0\n.', 'pickle-number', 0], ['S"a\n.', 'pickle-text', 0], ["S'\\xff'\n.", 'pickle-text', 0],
  ['V\\ud8\n.', 'pickle-text', 0], ['X\x01\0\0\0\xff.', 'pickle-text', 0], ['K\x01K\x02a.', 'pickle-target', 4], ['}]K\x01s.', 'pickle-unhashable', 4], ['](K\x01e]Ns.', 'pickle-target', 7],
  ['\x80\x05\x97.', 'pickle-buffer', 2], ['\x80\x05}\x98.', 'pickle-buffer', 3], ['Pid\n.', 'pickle-persistent', 0], ['K\x01Q.', 'pickle-persistent', 2],
  // Claims of what is not there.
  ['\x8b\xff\xff\xff\x7f', 'pickle-truncated', 5], ['\x8b\xff\xff\xff\xff', 'pickle-number', 0], ['X\xff\xff\xff\xff', 'pickle-truncated', 5], ['B\0\0\0\x80', 'pickle-truncated', 5], ['T\xff\xff\xff\xff', 'pickle-truncated', 5],
  ['\x8d\xff\xff\xff\xff\xff\xff\xff\xff', 'pickle-truncated', 9], ['\x8e\0\0\0\0\0\0\0\x80', 'pickle-truncated', 9], ['\x96\xff\xff\xff\xff\0\0\0\0', 'pickle-truncated', 9], ['\x80\x04\x95\xff\0\0\0\0\0\0\0}.', 'pickle-truncated', 2],
]

test.each(FAULTS)('%j is refused: %s at %s', (pickle, reason, offset) => {
  expect(readPickle(bytes(pickle))).toMatchObject({ ok: false, reason, offset })
})

test('numbers in text are read as CPython reads them, whatever no pickler writes', () => {
  const read = (pickle: string): unknown => {
    const found = readPickle(bytes(pickle))
    return found.ok && 'digits' in found.node ? found.node.digits : found.ok && found.node.kind === 'bool' ? found.node.value : found
  }
  expect(['I0x10\n.', 'I010\n.', 'I-0o17\n.', 'I1_000\n.', 'I 7 \n.', 'I5\0junk\n.', 'L0b11L\n.', 'I01\n.', 'I+1\n.', 'I001\n.'].map(read)).toEqual(['16', '8', '-15', '1000', '7', '5', '3', true, true, '1'])
  expect(readPickle(bytes('(lp0\0\nI1\nag000\n.'))).toMatchObject({ ok: true, node: { kind: 'list', items: [{ digits: '1' }] } })
})

test.each(PICKLE_BOMBS)('a bomb is given up: %s', (_, make, reason) => {
  expect(readPickle(make())).toMatchObject(reason === null ? { facts: { danger: 'dangerous' } } : { ok: false, reason })
}, 120_000)

const SAMPLE = bytes(
  `\x80\x04}(${short('when')}${global('datetime', 'datetime')}C\x0a${'\x07\xea\x01\x02\x03\x04\x05\0\0\x06'}${global('datetime', 'timezone')}${global('datetime', 'timedelta')}K\0K\0K\0\x87R\x85R\x86R`,
  `${short('cart')}]\x94(K\x01M\x00\x01J\xff\xff\xff\xff\x8a\x09${'\0'.repeat(8)}\x01G?\xf0${'\0'.repeat(6)}\x88\x89Neh\x00${short('set')}\x8f(K\x01${short('é')}`.replace('é', 'e'),
  `\x90${short('plain')}${global('shop', 'Thing')})\x81}${short('x')}h\x00sb${short('tuple')}K\x01K\x02\x86u.`,
)

test('cut at every byte, and with bytes changed at random, it is data or a failure: never an exception', () => {
  for (let end = 0; end < SAMPLE.length; end++) expect(readPickle(SAMPLE.subarray(0, end)).ok).toBe(false)
  const random = createRandom(20_261_121)
  for (let round = 0; round < 4_000; round++) {
    const mutated = Buffer.from(SAMPLE)
    for (let change = random.below(4); change >= 0; change--) mutated[random.below(mutated.length)] = random.below(256)
    const read = readPickle(mutated)
    if (read.ok) writeOrRefuse(read.node)
  }
  for (let round = 0; round < 4_000; round++) readPickle(Buffer.from(Array.from({ length: random.below(60) }, () => random.pick([...SAMPLE]))))
})

function writeOrRefuse(node: DataNode): void {
  try {
    const again = readPickle(writePickle(node, WRITE))
    expect(again.ok).toBe(true)
  } catch (error) {
    expect(error).toHaveProperty('code', expect.stringMatching(/^DATA_/))
  }
}

test('opcodes that come with edited text are judged again', () => {
  const attack = bytes(`\x80\x04${global('os', 'system')}${short('id')}\x85R.`).toString('base64')
  const plain = bytes('\x80\x04K\x01.').toString('base64')
  const thing = bytes(`\x80\x04${global('shop', 'Thing')})\x81}${short('x')}K\x01sb.`).toString('base64')
  const write = (text: string): Buffer => {
    const parsed = parseNotation(text)
    if (!parsed.ok) throw new Error(parsed.reason)
    return writePickle(parsed.node, { ...WRITE, positions: parsed.positions })
  }
  expect(() => write(`{"a":{"$opaque":"shop.Thing","state":{},"raw":"${attack}"}}`)).toThrow(expect.objectContaining({ code: 'DATA_UNSAFE', details: { position: 5 } }))
  expect(() => write(`{"a":{"$opaque":"shop.Thing","state":{},"raw":"${plain}"}}`)).toThrow(expect.objectContaining({ code: 'DATA_INVALID', details: { position: 5 } }))
  expect(() => write(`{"a":{"$opaque":"shop.Thing","state":{"x":2},"raw":"${thing}"}}`)).toThrow(expect.objectContaining({ code: 'DATA_INVALID', details: { position: 5 } }))
  expect(() => write(`{"a":{"$opaque":"shop.Thing","state":{"x":1}}}`)).toThrow(expect.objectContaining({ code: 'DATA_UNSAFE' }))
  expect(readPickle(write(`{"a":{"$opaque":"shop.Thing","state":{"x":1},"raw":"${thing}"}}`))).toMatchObject({ ok: true, node: { entries: [{ value: { kind: 'opaque', name: 'shop.Thing' } }] } })
})

test.each([
  ['{"a":{"$ref":"#/b"}}', /nothing at/],
  ['{"a":{"$ref":"#/a"}}', /refers to itself/],
  ['{"a":{"$tuple":[{"$ref":"#/a"}]}}', /cannot hold itself/],
  ['{"a":[1],"b":{"$set":[{"$ref":"#/a"}]}}', /cannot be a key/],
  ['{"a":{"$datetime":"2026-01-02T03:04:05+05:00[Europe/Paris]"}}', /no datetime/],
])('%s cannot be', (text, message) => {
  const parsed = parseNotation(text)
  expect(parsed.ok).toBe(true)
  if (parsed.ok) expect(() => writePickle(parsed.node, { ...WRITE, positions: parsed.positions })).toThrow(message)
})

test('there is nothing here that could run what a pickle names', () => {
  const folder = import.meta.dirname
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    const source = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    expect({ file, found: /\beval\b(?!')|\bFunction\s*\(|\brequire\s*\(|\bimport\s*\(|child_process|node:vm|worker_threads|node:fs|globalThis|Reflect\./.exec(source)?.[0] ?? null }).toEqual({ file, found: null })
    for (const [, from = ''] of source.matchAll(/from '([^']+)'/g)) expect({ file, from }).toEqual({ file, from: expect.stringMatching(/^\.\/[a-z-]+\.ts$|^\.\.\/\.\.\/\.\.\/\.\.\/shared\//) })
  }
})

test('a signaling NaN is no key, and stands in no set: Python refuses to hash it', () => {
  const nan = `${global('decimal', 'Decimal')}${short('-sNaN1')}\x85R`
  expect(readPickle(bytes(`\x80\x04}${nan}K\x01s.`))).toMatchObject({ ok: false, reason: 'pickle-unhashable' })
  expect(readPickle(bytes(`\x80\x04}K\x01${nan}s.`))).toMatchObject({ ok: true })
  const decimal: DataNode = { kind: 'decimal', text: '-sNaN1' }
  for (const node of [{ kind: 'set', items: [decimal] }, { kind: 'dict', entries: [{ key: { kind: 'tuple', items: [decimal] }, value: { kind: 'none' } }] }] satisfies DataNode[]) {
    expect(() => writePickle(node, WRITE)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
  }
  expect(readPickle(writePickle(decimal, WRITE))).toMatchObject({ ok: true, node: decimal })
})
