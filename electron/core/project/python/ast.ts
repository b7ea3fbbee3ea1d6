/** What a Python file says, as far as settings need it. Built from the grammar's tree by `build-statement.ts` and `build-expression.ts`. */

interface At {
  /** 1-based. */
  readonly line: number
}

/** Something that is not followed: whatever it names may be changed by it. */
export interface Opaque extends At {
  readonly type: 'opaque'
  /** What it is, for people: `a match statement`. */
  readonly what: string
  /** Every name in it. */
  readonly mentions: readonly string[]
  /** Those of them that it may bind or delete where it stands. */
  readonly binds: readonly string[]
  /** It may leave the loop or the function around it. */
  readonly leaves: boolean
}

export interface Parameter {
  readonly name: string
  readonly fallback: Expr | null
}

export interface Clause {
  readonly targets: Expr
  readonly of: Expr
  readonly tests: readonly Expr[]
}

/** Part of an f-string: text, or a replacement. */
export type Piece = string | { readonly expr: Expr; readonly conversion: string | null; readonly plain: boolean }

export type Expr =
  | Opaque
  | (At & { readonly type: 'str' | 'bytes'; readonly value: string })
  | (At & { readonly type: 'int'; readonly value: bigint })
  | (At & { readonly type: 'float'; readonly value: number })
  | (At & { readonly type: 'bool'; readonly value: boolean })
  | (At & { readonly type: 'none' | 'ellipsis' })
  | (At & { readonly type: 'fstring'; readonly pieces: readonly Piece[] })
  | (At & { readonly type: 'name'; readonly name: string })
  | (At & { readonly type: 'attribute'; readonly of: Expr; readonly name: string })
  | (At & { readonly type: 'subscript'; readonly of: Expr; readonly index: Expr })
  | (At & { readonly type: 'slice'; readonly from: Expr | null; readonly to: Expr | null; readonly step: Expr | null })
  | (At & { readonly type: 'call'; readonly callee: Expr; readonly args: readonly Expr[]; readonly keywords: readonly Keyword[]; readonly mentions: readonly string[] })
  | (At & { readonly type: 'unary'; readonly op: string; readonly of: Expr })
  | (At & { readonly type: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr })
  | (At & { readonly type: 'logic'; readonly op: 'or' | 'and'; readonly left: Expr; readonly right: Expr })
  | (At & { readonly type: 'compare'; readonly first: Expr; readonly rest: readonly { readonly op: string; readonly expr: Expr }[] })
  | (At & { readonly type: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr; readonly text: string })
  | (At & { readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly Expr[] })
  | (At & { readonly type: 'star'; readonly of: Expr })
  | (At & { readonly type: 'dict'; readonly entries: readonly { readonly key: Expr | null; readonly value: Expr }[] })
  /** `name := value`. */
  | (At & { readonly type: 'named'; readonly name: string; readonly value: Expr })
  /** A generator runs later, when something asks for its items. */
  | (At & { readonly type: 'comprehension'; readonly binds: readonly string[]; readonly kind: 'list' | 'set' | 'dict' | 'generator'; readonly key: Expr | null; readonly value: Expr; readonly clauses: readonly Clause[]; readonly mentions: readonly string[] })
  | (At & { readonly type: 'lambda'; readonly code: FunctionCode })

/** A `**mapping` argument has no name. */
export interface Keyword {
  readonly name: string | null
  readonly value: Expr
}

export interface FunctionCode extends At {
  readonly name: string
  /** null: a signature that is not followed (`*args`, `/`, …). */
  readonly parameters: readonly Parameter[] | null
  readonly body: readonly Statement[]
  /** No coroutine and no generator, whose bodies run later; nothing of a function around it is bound. */
  readonly isPlain: boolean
  readonly mentions: readonly string[]
  /** Names that it binds for itself, or may. */
  readonly binds: readonly string[]
  /** What `global` and `nonlocal` in it say. */
  readonly own: readonly string[]
  /** The same, of functions in it too: names of around it that may be bound. */
  readonly globals: readonly string[]
  /** Names in its parameters and annotations. */
  readonly signature: readonly string[]
}

export interface ImportedName {
  readonly name: string
  readonly as: string
}

export interface Handler extends At {
  /** null: it catches everything. */
  readonly catches: Expr | null
  readonly as: string | null
  readonly body: readonly Statement[]
}

/** `mentions`: every name in a statement; `binds`: those that it may bind or delete where it stands. */
interface Named extends At {
  readonly mentions: readonly string[]
  readonly binds: readonly string[]
}

export type Statement =
  | Opaque
  | (Named & { readonly type: 'expression'; readonly expr: Expr })
  | (Named & { readonly type: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr })
  | (Named & { readonly type: 'update'; readonly target: Expr; readonly op: string; readonly value: Expr })
  | (Named & { readonly type: 'import'; readonly modules: readonly ImportedName[] })
  /** `level`: dots before the name. `names` is null for `*`. */
  | (Named & { readonly type: 'from'; readonly level: number; readonly module: string; readonly names: readonly ImportedName[] | null })
  | (Named & { readonly type: 'if'; readonly branches: readonly { readonly test: Expr; readonly text: string; readonly body: readonly Statement[] }[]; readonly otherwise: readonly Statement[] })
  | (Named & { readonly type: 'try'; readonly body: readonly Statement[]; readonly handlers: readonly Handler[]; readonly otherwise: readonly Statement[]; readonly finally: readonly Statement[] })
  | (Named & { readonly type: 'for'; readonly target: Expr; readonly of: Expr; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] })
  | (Named & { readonly type: 'while'; readonly test: Expr; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] })
  | (Named & { readonly type: 'with'; readonly items: readonly { readonly expr: Expr; readonly as: Expr | null }[]; readonly body: readonly Statement[] })
  | (Named & { readonly type: 'function'; readonly code: FunctionCode; readonly decorated: boolean })
  | (Named & { readonly type: 'class'; readonly name: string; readonly bases: readonly Expr[]; readonly body: readonly Statement[]; readonly globals: readonly string[] })
  | (Named & { readonly type: 'return'; readonly value: Expr | null })
  | (Named & { readonly type: 'raise'; readonly value: Expr | null })
  | (Named & { readonly type: 'delete'; readonly targets: readonly Expr[] })
  | (Named & { readonly type: 'pass' | 'break' | 'continue' | 'global' })
