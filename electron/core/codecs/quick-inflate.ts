import type { Inflate } from 'node:zlib'
import { constants, createInflate } from 'node:zlib'

/** What is unpacked the quick way at most; nearly every session is smaller. */
const ROOM_BYTES = 64 * 1024
/** `{"a":1}`, as Python's zlib packs it. */
const KNOWN = { packed: '789cab564a54b232ac0500082a0209', text: '{"a":1}' }

/** What Node's own `inflateSync` makes anew for each text, and throws away: half of the time of a small one. Not documented, so it is checked before use. */
interface Engine {
  readonly stream: Inflate
  readonly handle: { reset(): void; writeSync(flush: number, input: Uint8Array, inputAt: number, inputBytes: number, output: Uint8Array, outputAt: number, outputBytes: number): void }
  /** Bytes left of output and of input. */
  readonly left: Uint32Array
}

const room = Buffer.allocUnsafeSlow(ROOM_BYTES)
let engine: Engine | null = null
let isKnownToWork: boolean | null = null

/** `inflateSync`, of texts that are whole and small. null: it has to be looked at by `inflateSync`, which also says what is wrong with it. */
export function inflateQuickly(packed: Uint8Array, limitBytes: number): Buffer | null {
  isKnownToWork ??= inflate(Buffer.from(KNOWN.packed, 'hex'))?.toString() === KNOWN.text
  const data = isKnownToWork && packed.length < ROOM_BYTES ? inflate(packed) : null
  return data !== null && data.length <= limitBytes ? data : null
}

function inflate(packed: Uint8Array): Buffer | null {
  engine ??= start()
  if (engine === null) return null
  const { stream, handle, left } = engine
  handle.reset()
  handle.writeSync(constants.Z_FINISH, packed, 0, packed.length, room, 0, ROOM_BYTES)
  // A fault has ended the stream. Without room left, more may follow.
  if (stream.destroyed) engine = null
  const unused = left[0] ?? 0
  if (stream.destroyed || unused === 0 || unused > ROOM_BYTES) return null
  // A copy of its own: the room is used again.
  return Buffer.from(room.subarray(0, ROOM_BYTES - unused))
}

function start(): Engine | null {
  const stream = createInflate()
  // Faults are told by `inflateSync`.
  stream.on('error', () => undefined)
  const { _handle: handle, _writeState: left } = stream as { readonly _handle?: unknown; readonly _writeState?: unknown }
  return isHandle(handle) && left instanceof Uint32Array ? { stream, handle, left } : null
}

function isHandle(value: unknown): value is Engine['handle'] {
  return typeof value === 'object' && value !== null && 'reset' in value && typeof value.reset === 'function' && 'writeSync' in value && typeof value.writeSync === 'function'
}
