import { LIMITS } from '../../shared/limits.ts'
import { bytes, PICKLE_ATTACKS, PICKLE_BOMBS } from './hostile-pickles.ts'

/** What a serializer may be made to read. Every layer around it is put on by the codec under test. */
export interface HostileBody {
  readonly name: string
  readonly serializer: 'json' | 'pickle' | 'msgpack'
  readonly make: () => Buffer
  /** Whether something would run: it has to be named. */
  readonly runs: boolean
  /** Work of a second or so. */
  readonly isHeavy: boolean
}

const body = (serializer: HostileBody['serializer'], name: string, make: () => Buffer, { runs = false, isHeavy = false } = {}): HostileBody => ({ name: `${serializer}: ${name}`, serializer, make, runs, isHeavy })
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex')

/** One corpus for every codec: nothing in it may crash, hang or run. */
export const HOSTILE_BODIES: readonly HostileBody[] = [
  ...PICKLE_ATTACKS.map(([name, pickle]) => body('pickle', name, () => asDict(pickle), { runs: true })),
  ...PICKLE_BOMBS.map(([name, make]) => body('pickle', name, () => head(make()), { isHeavy: true })),
  body('pickle', 'a persistent id', () => head(bytes('Pid\n.'))),
  body('pickle', 'a buffer from outside', () => bytes('\x80\x05\x97.')),
  body('pickle', 'a protocol of the future', () => bytes('\x80\x06}.')),
  body('json', 'lists in lists', () => Buffer.from(`{"a":${'['.repeat(200_000)}`)),
  body('json', 'dicts in dicts', () => Buffer.from('{"a":'.repeat(200_000))),
  body('json', 'a number of a million digits', () => Buffer.from(`{"a":${'9'.repeat(1_000_000)}}`)),
  body('json', 'a million keys', () => Buffer.from(`{${'"k":0,'.repeat(1_000_000)}"k":0}`), { isHeavy: true }),
  body('json', 'a million backslashes', () => Buffer.from(`{"a":"${'\\'.repeat(1_000_000)}`)),
  body('json', 'bytes of no encoding', () => Buffer.from('7b22ff22c3', 'hex')),
  body('msgpack', 'a list of items that are not there', () => hex('81a161ddffffffff')),
  body('msgpack', 'a dict of items that are not there', () => hex('dfffffffff')),
  body('msgpack', 'bytes that are not there', () => hex('81a161c6ffffffff')),
  body('msgpack', 'lists in lists', () => Buffer.concat([hex('81a161'), Buffer.alloc(100_000, 0x91), hex('c0')])),
  body('msgpack', 'two million values', () => Buffer.concat([hex('81a161dd001e8480'), Buffer.alloc(2_000_000, 1)])),
  body('msgpack', 'an extension of nobody', () => hex('81a161c7047f00000000')),
]

/** More than any unpacking may put out. */
export const TOO_MUCH = Buffer.alloc(LIMITS.inflateBytes + 1, 0x20)

/** Under a key of a session: codecs tell pickles by how sessions begin. */
function asDict(pickle: string): Buffer {
  const inside = pickle.startsWith('\x80') ? pickle.slice(2) : pickle
  return bytes('\x80\x04}X\x04\0\0\0hook', inside.slice(0, -1), 's.')
}

/** With the opcode that every pickle of Django begins with. */
function head(pickle: Buffer): Buffer {
  return pickle[0] === 0x80 ? pickle : Buffer.concat([Buffer.from([0x80, 0x02]), pickle])
}
