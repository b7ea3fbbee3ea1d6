import type { SerializedError } from '../../../shared/errors.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { DecodedText, RowPassage } from '../../../shared/model/session.ts'
import type { AuditedText, CacheEncodeRequest, DecodeContext, EncodeRequest, PasteContext, StoredValues } from '../codecs/decoder.ts'
import type { PackedSummaries } from '../codecs/packed-summaries.ts'
import type { DataTerm } from '../../../shared/query/plan.ts'
import type { SeenPath } from '../../../shared/query/seen-paths.ts'

/** What the pool sends to a worker: one call of `Decoder`, without its signal. */
export type DecodeTask =
  | { readonly kind: 'summarize'; readonly data: StoredValues; readonly context: DecodeContext }
  | { readonly kind: 'decode'; readonly text: Uint8Array; readonly context: DecodeContext }
  | { readonly kind: 'audit'; readonly data: StoredValues; readonly context: DecodeContext }
  | { readonly kind: 'match'; readonly data: StoredValues; readonly terms: readonly DataTerm[]; readonly context: DecodeContext }
  | { readonly kind: 'passages'; readonly data: StoredValues; readonly wanted: readonly string[]; readonly context: DecodeContext }
  | { readonly kind: 'paths'; readonly data: StoredValues; readonly context: DecodeContext }
  | { readonly kind: 'paste'; readonly text: string; readonly context: PasteContext }
  | { readonly kind: 'encode'; readonly request: EncodeRequest | CacheEncodeRequest }

export interface TaskResults {
  readonly summarize: PackedSummaries
  readonly decode: DecodedText
  readonly audit: readonly AuditedText[]
  readonly match: readonly (boolean | null)[]
  readonly passages: readonly (RowPassage | null)[]
  readonly paths: readonly SeenPath[]
  readonly paste: readonly PasteFinding[]
  readonly encode: Uint8Array
}

/** Errors cross threads in their serialized form: a class does not survive the way. */
export type TaskReply<Kind extends DecodeTask['kind']> =
  | { readonly ok: true; readonly value: TaskResults[Kind] }
  | { readonly ok: false; readonly error: SerializedError }
