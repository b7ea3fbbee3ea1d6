import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PickleFault } from '../../../../shared/model/pickle.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { createRandom } from '../../../../tests/support/random.ts'
import { readPickle } from './read.ts'
import { writePickle } from './write.ts'

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const short = (text: string): string => `\x8c${String.fromCharCode(text.length)}${text}`
const global = (module: string, name: string): string => `${short(module)}${short(name)}\x93`
const WRITE = { protocol: 4, framed: true } as const

/** Every known way to run something, and what would be run. */
const ATTACKS: readonly (readonly [name: string, pickle: string, called: string, args?: string])[] = [
  ['os.system in text', "cos\nsystem\n(S'id'\ntR.", 'os.system', "'id'"],
  ['os.system by STACK_GLOBAL', `\x80\x04${global('os', 'system')}${short('rm -rf /')}\x85R.`, 'os.system', "'rm -rf /'"],
  ['names that come from the memo', `\x80\x04${short('os')}\x940${short('system')}\x940h\x00h\x01\x93${short('id')}\x85R.`, 'os.system', "'id'"],
  ['a memo that is written twice', `\x80\x04${short('math')}q\x000${short('os')}q\x000h\x00${short('system')}\x93${short('id')}\x85R.`, 'os.system', "'id'"],
  ['eval', "c__builtin__\neval\n(S'1+1'\ntR.", 'builtins.eval', "'1+1'"],
  ['an attribute by getattr', `\x80\x04${global('builtins', 'getattr')}${global('os', 'path')}${short('join')}\x86R${short('a')}\x85R.`, 'builtins.getattr', "os.path, 'join'"],
  ['the method of zones, of another class', `\x80\x04${global('builtins', 'getattr')}${global('shop', 'Thing')}${short('_unpickle')}\x86R.`, 'builtins.getattr', "shop.Thing, '_unpickle'"],
  ['a resolver of names', `\x80\x04${global('pkgutil', 'resolve_name')}${short('os:system')}\x85R${short('id')}\x85R.`, 'pkgutil.resolve_name', "'os:system'"],
  ['a way through a module', `\x80\x04${global('shop.models', 'os.system')}${short('id')}\x85R.`, 'shop.models.os.system', "'id'"],
  ['INST', "(S'id'\nios\nsystem\n.", 'os.system', "'id'"],
  ['OBJ', `(${'cos\nsystem\n'}S'id'\no.`, 'os.system', "'id'"],
  ['a function of the application', `\x80\x04${global('shop.utils', 'run')})R.`, 'shop.utils.run', ''],
  ['a map that calls what it maps', `\x80\x04${global('shop', 'Mapper')}${global('shop', 'run')}]\x86\x81.`, 'shop.Mapper', 'shop.run, []'],
  ['a class of the library', `\x80\x04${global('subprocess', 'Popen')})\x81.`, 'subprocess.Popen', ''],
  ['attributes of a class', `\x80\x04${global('shop', 'Thing')}}${short('go')}K\x01sb.`, 'shop.Thing', '{…}'],
  ['a second __setstate__', `\x80\x04${global('shop', 'Thing')})\x81}b}b.`, 'shop.Thing()', '{}'],
  ['a __setstate__ of its own', `\x80\x04${global('shop', 'Thing')})\x81}${short('__setstate__')}K\x01sb.`, 'shop.Thing()', '{…}'],
  ['items after attributes', `\x80\x04${global('shop', 'Thing')})\x81}bK\x01a.`, 'shop.Thing()', ''],
  ['a registered extension', '\x80\x02\x82\x01.', 'copyreg.extension 1', ''],
  ['a datetime of a strange zone', `\x80\x04${global('datetime', 'datetime')}C\x0a${'\x07\xea\x01\x01\0\0\0\0\0\0'}K\x01\x86R.`, 'datetime.datetime'],
  ['a datetime that cannot be', `\x80\x04${global('datetime', 'datetime')}C\x0a${'\x07\xea\x0d\x01\0\0\0\0\0\0'}\x85R.`, 'datetime.datetime'],
  ['a default made by a function', `\x80\x04${global('collections', 'defaultdict')}${global('os', 'getcwd')}\x85R.`, 'collections.defaultdict', 'os.getcwd'],
  ['a translation by a stranger', `\x80\x04${global('django.utils.functional', '_lazy_proxy_unpickle')}(${global('os', 'system')}${short('id')}\x85}${global('builtins', 'str')}tR.`, 'django.utils.functional._lazy_proxy_unpickle'],
]

test.each(ATTACKS)('%s is seen, and never written again', (_, pickle = '', called, args) => {
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

test('bombs are given up: doubling, depth, endless references, calls over one huge list', () => {
  const doubling = `)\x94${'h\x00h\x00\x86q\x000'.repeat(1)}${Array.from({ length: 200 }, () => 'h\x00h\x00\x86q\x00').join('0')}.`
  expect(readPickle(bytes(doubling))).toMatchObject({ ok: false, reason: 'pickle-size' })
  expect(readPickle(bytes(']'.repeat(20_000), 'a'.repeat(19_999), '.'))).toMatchObject({ ok: false, reason: 'too-deep' })
  expect(readPickle(bytes('('.repeat(2_000_000)))).toMatchObject({ ok: false, reason: 'pickle-truncated' })
  const long = `${`X\0\0\x10\0${'x'.repeat(1 << 20)}`}q\x00(${'h\x00'.repeat(2000)}l.`
  expect(readPickle(bytes(long))).toMatchObject({ ok: false, reason: 'pickle-size' })
  const sets = `](${'N'.repeat(200_000)}eq\x000(${'c__builtin__\nset\n(h\x00tR'.repeat(20_000)}l.`
  expect(readPickle(bytes(sets)).ok).toBe(false)
  const name = `X\0\0\x10\0${'x'.repeat(1 << 20)}q\x000`
  expect(readPickle(bytes(name, 'h\x00h\x00\x930'.repeat(1_000_000), '}.'))).toMatchObject({ ok: false, reason: 'pickle-target' })
  const encoded = `${name}(${'c_codecs\nencode\n(h\x00U\x06latin1tR0'.repeat(100_000)}}.`
  expect(readPickle(bytes(encoded)).facts.danger).toBe('dangerous')
  expect(readPickle(bytes('N0'.repeat(2_600_000), '}.'))).toMatchObject({ ok: false, reason: 'pickle-opcodes' })
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
