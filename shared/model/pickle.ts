/** Why a pickle cannot be read. Each has a sentence in the catalogue: `verdicts.problems.*`. */
export type PickleFault =
  | 'pickle-empty'
  | 'pickle-truncated'
  | 'pickle-opcode'
  | 'pickle-protocol'
  | 'pickle-stack'
  | 'pickle-memo'
  | 'pickle-number'
  | 'pickle-text'
  | 'pickle-target'
  | 'pickle-unhashable'
  | 'pickle-buffer'
  | 'pickle-persistent'
  | 'pickle-opcodes'
  | 'pickle-memo-size'
  | 'pickle-size'
  | 'too-deep'

/**
 * What loading a pickle would do, as far as its bytes tell. There is no level that means harmless.
 * - `data`: builds plain values and types of Python's library only.
 * - `classes`: names classes of the application, whose own code would run.
 * - `dangerous`: would call something, or import something that no session data needs.
 */
export type PickleDanger = 'data' | 'classes' | 'dangerous'

/** Something that loading would run. */
export interface PickleCall {
  /** `call`: a function with arguments. `import`: a name of Python's library that is fetched, though nothing calls it here. */
  readonly kind: 'call' | 'import'
  /** `os.system`. */
  readonly name: string
  /** Its arguments as Python writes them, cut to a readable length. Empty for an import. */
  readonly args: string
}

/** Facts about the pickle of a session, known even when it cannot be read to its end. */
export interface PickleFacts {
  /** As its first opcode says; without one, 0 or 1 by its opcodes. */
  readonly protocol: number
  readonly framed: boolean
  /** `module.name`, in order of appearance: also those that are dropped, only remembered, or stand after the end. */
  readonly imports: readonly string[]
  /** How many more there are. */
  readonly importsLeftOut: number
  readonly danger: PickleDanger
  /** What makes it dangerous, the first ones. */
  readonly calls: readonly PickleCall[]
  /** Bytes after the end of the pickle; Python ignores them. */
  readonly trailingBytes: number
}
