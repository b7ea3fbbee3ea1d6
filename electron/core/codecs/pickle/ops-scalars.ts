import { LIMITS } from '../../../../shared/limits.ts'
import type { Machine, Operations } from './machine.ts'
import { readFloat, readInt, readLongInt } from './number-lines.ts'
import { OP } from './opcodes.ts'
import { decodeQuoted, decodeRawUnicode, decodeUtf8 } from './text.ts'
import { FALSE, NONE, TRUE } from './values.ts'
import type { Value } from './values.ts'

/** Opcodes that put one plain value on the stack. */
export const SCALAR_OPS: Operations = {
  [OP.NONE]: (machine) => machine.push(NONE),
  [OP.NEWTRUE]: (machine) => machine.push(TRUE),
  [OP.NEWFALSE]: (machine) => machine.push(FALSE),
  [OP.INT]: (machine) => machine.push(readIntLine(machine)),
  [OP.LONG]: (machine) => machine.push(readLongLine(machine)),
  [OP.BININT]: (machine) => machine.push(int(machine.input.int32())),
  [OP.BININT1]: (machine) => machine.push(int(machine.input.byte())),
  [OP.BININT2]: (machine) => machine.push(int(machine.input.uint16())),
  [OP.LONG1]: (machine) => machine.push(readLong(machine, machine.input.byte())),
  [OP.LONG4]: (machine) => machine.push(readLong(machine, machine.input.int32())),
  [OP.FLOAT]: (machine) => machine.push(readFloatLine(machine)),
  [OP.BINFLOAT]: (machine) => machine.push({ type: 'float', value: machine.input.double() }),
  [OP.STRING]: (machine) => machine.push(str(machine, decodeQuoted(machine.input.line()))),
  [OP.BINSTRING]: (machine) => machine.push(readAscii(machine, machine.input.int32())),
  [OP.SHORT_BINSTRING]: (machine) => machine.push(readAscii(machine, machine.input.byte())),
  [OP.UNICODE]: (machine) => machine.push(str(machine, decodeRawUnicode(machine.input.line()))),
  [OP.BINUNICODE]: (machine) => machine.push(readText(machine, machine.input.uint32())),
  [OP.SHORT_BINUNICODE]: (machine) => machine.push(readText(machine, machine.input.byte())),
  [OP.BINUNICODE8]: (machine) => machine.push(readText(machine, machine.input.length64())),
  [OP.BINBYTES]: (machine) => machine.push({ type: 'bytes', data: machine.input.take(machine.input.uint32()) }),
  [OP.SHORT_BINBYTES]: (machine) => machine.push({ type: 'bytes', data: machine.input.take(machine.input.byte()) }),
  [OP.BINBYTES8]: (machine) => machine.push({ type: 'bytes', data: machine.input.take(machine.input.length64()) }),
  [OP.BYTEARRAY8]: (machine) => machine.push({ type: 'bytearray', data: machine.input.take(machine.input.length64()) }),
}

/** A longer little-endian number has more digits than Python shows. */
const SHOWN_INT_BYTES = Math.ceil((LIMITS.integerDigits * Math.log2(10)) / 8) + 1

function int(value: number): Value {
  return { type: 'int', digits: String(value) }
}

function readIntLine(machine: Machine): Value {
  const read = readInt(machine.input.line().toString('latin1'))
  if (read === null) throw machine.fault('pickle-number')
  return typeof read === 'string' ? { type: 'int', digits: read } : read ? TRUE : FALSE
}

function readLongLine(machine: Machine): Value {
  const digits = readLongInt(machine.input.line().toString('latin1'))
  if (digits === null) throw machine.fault('pickle-number')
  return { type: 'int', digits }
}

function readLong(machine: Machine, length: number): Value {
  if (length < 0) throw machine.fault('pickle-number')
  const bytes = machine.input.take(length)
  if (length > SHOWN_INT_BYTES) return oddInt(machine)
  if (length === 0) return { type: 'int', digits: '0' }
  const value = BigInt.asIntN(length * 8, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`))
  const digits = String(value)
  return digits.length - (digits.startsWith('-') ? 1 : 0) > LIMITS.integerDigits ? oddInt(machine) : { type: 'int', digits }
}

function oddInt(machine: Machine): Value {
  const opcode = machine.input.since(machine.start)
  return { type: 'odd', name: 'builtins.int', shown: `int (${opcode.length} bytes)`, opcode }
}

function readFloatLine(machine: Machine): Value {
  const value = readFloat(machine.input.line().toString('latin1'))
  if (value === null) throw machine.fault('pickle-number')
  return { type: 'float', value }
}

function str(machine: Machine, text: string | null): Value {
  if (text === null) throw machine.fault('pickle-text')
  return { type: 'str', value: text }
}

/** A text of Python 2: Python 3 reads it as ASCII, and refuses anything else. */
function readAscii(machine: Machine, length: number): Value {
  const bytes = machine.input.take(length)
  const text = bytes.toString('latin1')
  return str(machine, /[^\u0000-\u007f]/.test(text) ? null : text)
}

function readText(machine: Machine, length: number): Value {
  const decoded = decodeUtf8(machine.input.take(length))
  if (decoded === null) throw machine.fault('pickle-text')
  if (!decoded.joins) return { type: 'str', value: decoded.text }
  return { type: 'odd', name: 'builtins.str', shown: decoded.text, opcode: machine.input.since(machine.start) }
}
