import type fc from 'fast-check'
import type { DjangoPython } from '../support/django.ts'

/** null: this Python has no module for it, or the case says nothing here. `agree: false`: `detail` tells who said what. */
export type Outcome = { readonly agree: true } | { readonly agree: false; readonly detail: string } | null

export type Ask = <Answer>(question: unknown) => Promise<Answer>

/** One way to compare ourselves with Python: cases by chance, and what both make of them. */
export interface FuzzKind<Case> {
  readonly name: string
  /** Cases of this kind beside those of the others. */
  readonly share: number
  /** Python that defines `respond(question)`. */
  readonly answers: string
  suits(django: DjangoPython): boolean
  cases(django: DjangoPython): fc.Arbitrary<Case>
  /** Outcomes in the order of the cases, which are asked in one question. */
  compare(ask: Ask, cases: readonly Case[], django: DjangoPython): Promise<readonly Outcome[]>
  /** All that is needed to see it again, in one line. */
  show(shown: Case): string
}

export const AGREE: Outcome = { agree: true }

export function same(ours: string | null, theirs: string | null): Outcome {
  return ours === theirs ? AGREE : { agree: false, detail: `we: ${shorten(ours)}\nPython: ${shorten(theirs)}` }
}

function shorten(text: string | null): string {
  return text === null ? 'nothing' : text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length} characters)` : text
}
