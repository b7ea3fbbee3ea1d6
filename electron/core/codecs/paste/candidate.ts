import { LIMITS } from '../../../../shared/limits.ts'
import type { Span } from '../../../../shared/model/session.ts'
import type { decoder } from '../../../../shared/words/en/decoder.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { MappedText } from '../mapped-text.ts'
import { spanOf } from '../mapped-text.ts'

/** Something in a paste that is, or was meant to be, a session. */
export interface Candidate {
  readonly content: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Place in the pasted text. */
  readonly span: Span
  /** For people: "column session_data of row 2 in a psql table". */
  readonly where: Reason
  /** null: the paste does not tell. */
  readonly place: 'cookie' | 'row' | 'cache' | null
  /** null: it is no cookie. */
  readonly cookie: { readonly name: string; readonly signature: string | null } | null
}

export function foundIn(id: keyof typeof decoder.places, params: Reason['params'] = {}): Reason {
  return { id: `decoder.places.${id}`, params }
}

export function textCandidate(value: MappedText, where: Reason, place: Candidate['place'] = null, cookie: Candidate['cookie'] = null): Candidate {
  return { content: { kind: 'text', text: value.text }, span: spanOf(value), where, place, cookie }
}

export function bytesCandidate(bytes: Buffer, source: MappedText, where: Reason, place: Candidate['place'] = 'cache'): Candidate {
  return { content: { kind: 'bytes', bytes }, span: spanOf(source), where, place, cookie: null }
}

/** Candidates in the order of the paste, up to the limit. */
export class CandidateList {
  readonly items: Candidate[] = []

  get isFull(): boolean {
    return this.items.length >= LIMITS.pasteFindings
  }

  add(...candidates: readonly Candidate[]): void {
    for (const candidate of candidates) if (!this.isFull) this.items.push(candidate)
  }
}
