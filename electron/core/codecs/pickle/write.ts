import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { PickleFacts } from '../../../../shared/model/pickle.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { emitPickle, Unwritable } from './emit.ts'
import { Fault } from './fault.ts'
import { toGraph } from './from-node.ts'
import type { GraphOptions } from './from-node.ts'
import { HIGHEST_PROTOCOL, OP } from './opcodes.ts'
import type { Value } from './values.ts'

export interface WriteOptions extends GraphOptions {
  /** Protocols 4 and 5 only: whether the pickle stands in a frame, as Python writes it. */
  readonly framed: boolean
  /** What stands around the value: the counterpart of `part` of `readPickle`. */
  readonly wrap?: (value: Value) => Value
}

/** Shorter pickles get no frame from Python either. */
const LEAST_FRAMED_BYTES = 4
const HEADER_BYTES = 2

/** Whether the writer of a pickle frames them: one too short for a frame says nothing, so that its writer counts as Python's own. */
export function writesFrames({ protocol, framed, trailingBytes }: Pick<PickleFacts, 'protocol' | 'framed' | 'trailingBytes'>, sizeBytes: number): boolean {
  return framed || (protocol >= 4 && sizeBytes - trailingBytes < HEADER_BYTES + LEAST_FRAMED_BYTES)
}

/**
 * A pickle that Python loads to equal data, with the same things shared. Its bytes are not those that Python would write.
 * @throws DATA_UNSAFE where loading would run something; DATA_INVALID with a position where Python has no such value; DATA_TOO_LARGE
 */
export function writePickle(node: DataNode, options: WriteOptions): Buffer {
  const protocol = Math.min(Math.max(options.protocol, 0), HIGHEST_PROTOCOL)
  const plain = emitOrThrow(node, { ...options, protocol })
  const body = plain.subarray(HEADER_BYTES)
  if (!options.framed || protocol < 4 || body.length < LEAST_FRAMED_BYTES) return plain
  const frame = Buffer.alloc(9)
  frame.writeUInt8(OP.FRAME)
  frame.writeBigUInt64LE(BigInt(body.length), 1)
  return Buffer.concat([plain.subarray(0, HEADER_BYTES), frame, body])
}

function emitOrThrow(node: DataNode, options: WriteOptions): Buffer {
  try {
    const value = toGraph(node, options)
    return emitPickle(options.wrap?.(value) ?? value, { protocol: options.protocol, limitBytes: LIMITS.inflateBytes })
  } catch (error) {
    if (error instanceof Fault) throw new CoatcheckError('DATA_TOO_LARGE', reason('data.pickleOver', { limit: LIMITS.inflateBytes }), {}, error)
    if (error instanceof Unwritable && error.reason === 'call') throw new CoatcheckError('DATA_UNSAFE', 'data.wouldRunAll', {}, error)
    if (error instanceof Unwritable) throw new CoatcheckError('DATA_INVALID', 'data.holdsItself', {}, error)
    throw error
  }
}
