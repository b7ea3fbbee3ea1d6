import type { DecodedText, Span, TextFormat } from './session.ts'

/** One session (or something else) found in a pasted text. */
export interface PasteFinding {
  /** Where in the paste, for people: "cookie sessionid in Cookie header". */
  readonly where: string
  /** Place of the value in the pasted text. */
  readonly span: Span
  readonly format: TextFormat
  /** The value, unwrapped from quotes and URL escapes. */
  readonly decoded: DecodedText
}

export interface DecodeReport {
  readonly findings: readonly PasteFinding[]
  readonly elapsedMs: number
}
