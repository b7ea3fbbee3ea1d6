import type { Machine, Operations } from './machine.ts'
import { readIndex } from './number-lines.ts'
import { HIGHEST_PROTOCOL, OP } from './opcodes.ts'

/** Opcodes that move values, remember them, or only say something about the pickle. */
export const STACK_OPS: Operations = {
  [OP.PROTO]: readProtocol,
  [OP.FRAME]: readFrame,
  [OP.MARK]: (machine) => machine.mark(),
  [OP.POP]: pop,
  [OP.POP_MARK]: (machine) => void machine.popMark(),
  [OP.DUP]: (machine) => machine.push(machine.top),
  [OP.GET]: (machine) => machine.recall(memoIndex(machine)),
  [OP.BINGET]: (machine) => machine.recall(machine.input.byte()),
  [OP.LONG_BINGET]: (machine) => machine.recall(machine.input.uint32()),
  [OP.PUT]: (machine) => machine.remember(memoIndex(machine)),
  [OP.BINPUT]: (machine) => machine.remember(machine.input.byte()),
  [OP.LONG_BINPUT]: (machine) => machine.remember(machine.input.uint32()),
  [OP.MEMOIZE]: (machine) => machine.rememberNext(),
}

function readProtocol(machine: Machine): void {
  const protocol = machine.input.byte()
  if (protocol > HIGHEST_PROTOCOL) throw machine.fault('pickle-protocol')
  machine.protocol = protocol
}

/** Frames help Python to read from files; all that matters here is that the frame is there. */
function readFrame(machine: Machine): void {
  if (machine.input.length64() > machine.input.left) throw machine.fault('pickle-truncated')
  machine.framed = true
}

/** On an empty stack it takes the mark away, as in Python. */
function pop(machine: Machine): void {
  if (machine.isStackEmpty) machine.popMark()
  else machine.pop()
}

function memoIndex(machine: Machine): number {
  const index = readIndex(machine.input.line().toString('latin1'))
  if (index === null) throw machine.fault('pickle-number')
  return index
}
