import { z } from 'zod'
import type { ChangeCheck } from './change.ts'
import type { DecodedText, Span, TextFormat } from './session.ts'
import type { Reason } from '../words/reason.ts'

/** One session (or something else) found in a pasted text. */
export interface PasteFinding {
  /** Where in the paste, for people: "cookie sessionid in Cookie header". */
  readonly where: Reason
  /** Place of the value in the pasted text. */
  readonly span: Span
  readonly format: TextFormat
  /** Name of the cookie whose value it is; missing: the paste has no cookie around it. */
  readonly cookie?: string
  /** The value, unwrapped from quotes and URL escapes. */
  readonly decoded: DecodedText
}

export interface DecodeReport {
  readonly findings: readonly PasteFinding[]
  readonly elapsedMs: number
}

/** What is kept of a text when other data is signed in its place. */
export const textLike = z.strictObject({
  format: z.enum(['django-signed', 'django-legacy']),
  /** null: no known key verified it, so that the salt of the place counts. */
  salt: z.string().max(512).nullable(),
  serializer: z.enum(['json', 'pickle']),
  habit: z.strictObject({ hash: z.enum(['sha256', 'sha1']), neverCompresses: z.boolean(), pickleProtocol: z.int().min(0).max(5).nullable(), pickleFramed: z.boolean().nullable() }),
  /** The key that made it, by name; tells whose SECRET_KEY signs where several sites are open. */
  keyName: z.string().max(512).nullable(),
  /** Its data as it was, in the typed JSON notation: decides what is said of changed keys. null: it was not readable. */
  data: z.string().max(8 * 1024 * 1024).nullable(),
})
export type TextLike = z.infer<typeof textLike>

/** New bytes for a cache, ready to be put where the old ones stood. */
export interface EncodedValue {
  readonly base64: string
  readonly sizeBytes: number
  readonly checks: readonly ChangeCheck[]
}

/** A new text, ready to be put where the old one stood. */
export interface SignedText {
  readonly text: string
  readonly format: TextFormat
  /** Name of the key that signed it. */
  readonly keyName: string
  /** UTF-8 bytes of `text`. */
  readonly sizeBytes: number
  /** The whole `Set-Cookie` value; null: it is no cookie. */
  readonly cookieBytes: number | null
  readonly checks: readonly ChangeCheck[]
}
