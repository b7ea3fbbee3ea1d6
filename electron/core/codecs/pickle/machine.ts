import { LIMITS } from '../../../../shared/limits.ts'
import { ByteReader } from './byte-reader.ts'
import { Fault } from './fault.ts'
import { isTextOpcode, OP } from './opcodes.ts'
import { CONTAINER_OPS } from './ops-containers.ts'
import { OBJECT_OPS } from './ops-objects.ts'
import { SCALAR_OPS } from './ops-scalars.ts'
import { STACK_OPS } from './ops-stack.ts'
import { Suspicions } from './suspicions.ts'
import type { GlobalValue, PersistentValue, Value } from './values.ts'

export type Operation = (machine: Machine) => void
export type Operations = Readonly<Record<number, Operation>>

/** After these, the next byte is an opcode again. */
const RESUMABLE: ReadonlySet<string> = new Set(['pickle-stack', 'pickle-memo', 'pickle-target', 'pickle-unhashable'])

const ALL_OPS: Operations = { ...STACK_OPS, ...SCALAR_OPS, ...CONTAINER_OPS, ...OBJECT_OPS }
const OPERATIONS: readonly (Operation | undefined)[] = Array.from({ length: 256 }, (_, opcode) => ALL_OPS[opcode])

/**
 * Python's unpickler as an interpreter of a closed list of opcodes, which describes what would be made and makes nothing of it.
 * It knows no import, no call, and no class. @throws Fault
 */
export class Machine {
  readonly input: ByteReader
  readonly suspicions = new Suspicions()
  /** Whether persistent ids stand for other values; in a session Python refuses them. */
  readonly takesPersistent: boolean
  readonly persistents: PersistentValue[] = []
  /** Names that came up, by module and name as they are spelled. */
  readonly globals = new Map<string, Map<string, GlobalValue>>()
  protocol = 0
  framed = false
  /** Where the opcode at work stands. */
  start = 0
  #isBinary = false
  #opcodes = 0
  #stack: Value[] = []
  /** Stacks that wait below a mark. */
  readonly #below: Value[][] = []
  readonly #memo = new Map<number, Value>()
  /** Values that may still be looked at when calls are judged: one allowance for the whole pickle, since any may be judged again and again. */
  #looks: number

  constructor(data: Uint8Array, takesPersistent = false) {
    this.input = new ByteReader(data)
    this.#looks = 4 * LIMITS.pickleOpcodes + 4 * data.length
    this.takesPersistent = takesPersistent
  }

  /** Runs to the next STOP. The value on top of the stack there is the result. */
  run(): Value {
    for (;;) {
      this.start = this.input.at
      if (++this.#opcodes > LIMITS.pickleOpcodes) throw this.fault('pickle-opcodes')
      if (this.input.left === 0) throw this.fault(this.start === 0 ? 'pickle-empty' : 'pickle-truncated')
      const opcode = this.input.byte()
      this.#isBinary ||= !isTextOpcode(opcode)
      if (opcode === OP.STOP) return this.pop()
      const operation = OPERATIONS[opcode]
      if (operation === undefined) throw this.fault('pickle-opcode')
      operation(this)
    }
  }

  /** Whether so many values may still be looked at. */
  spend(looks: number): boolean {
    this.#looks -= looks
    return this.#looks >= 0
  }

  /** Follows what stands after the end, for the names in it: Python ignores it, people should not. */
  runOn(): void {
    while (this.input.left > 0) {
      this.#stack = []
      this.#below.length = 0
      try {
        this.run()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (!RESUMABLE.has(error.reason)) return
      }
    }
  }

  /** The protocol that the pickle says, or shows, to be. */
  get shownProtocol(): number {
    return this.protocol > 0 ? this.protocol : Number(this.#isBinary)
  }

  fault(reason: Fault['reason']): Fault {
    return new Fault(reason, this.start)
  }

  push(value: Value): void {
    this.#stack.push(value)
  }

  pop(): Value {
    const value = this.#stack.pop()
    if (value === undefined) throw this.fault('pickle-stack')
    return value
  }

  get top(): Value {
    const value = this.#stack.at(-1)
    if (value === undefined) throw this.fault('pickle-stack')
    return value
  }

  get isStackEmpty(): boolean {
    return this.#stack.length === 0
  }

  mark(): void {
    this.#below.push(this.#stack)
    this.#stack = []
  }

  /** Everything above the last mark. */
  popMark(): Value[] {
    const below = this.#below.pop()
    if (below === undefined) throw this.fault('pickle-stack')
    const items = this.#stack
    this.#stack = below
    return items
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) throw this.fault('pickle-memo')
    this.push(value)
  }

  remember(index: number): void {
    if (this.#memo.size >= LIMITS.pickleMemo) throw this.fault('pickle-memo-size')
    this.#memo.set(index, this.top)
  }

  rememberNext(): void {
    this.remember(this.#memo.size)
  }
}
