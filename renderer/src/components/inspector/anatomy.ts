import type { DecodedText, Span } from '../../../../shared/model/session.ts'

export type PartName = 'payload' | 'timestamp' | 'signature'

/** A part of the encoded text as it is shown: its beginning, a fold, its end. */
export interface AnatomyPart {
  readonly name: PartName
  readonly length: number
  /** Share of the bar, in percent; thin parts are widened so that they can be seen. */
  readonly share: number
  readonly head: string
  /** Characters that are not shown. */
  readonly folded: number
  readonly tail: string
}

/** Characters kept before and after a fold. */
const HEAD = 288
const TAIL = 48
/** Characters that one press unfolds. */
export const UNFOLD = 16_384
const SMALLEST_SHARE = 3

/** null: the text has no three parts. */
export function anatomyParts(text: DecodedText, unfolded: number): readonly AnatomyPart[] | null {
  if (text.parts === null) return null
  const named = (['payload', 'timestamp', 'signature'] as const).map((name) => ({ name, span: text.parts?.[name] ?? ([0, 0] as Span) }))
  const shares = named.map(({ span }) => Math.max((100 * lengthOf(span)) / Math.max(text.text.length, 1), SMALLEST_SHARE))
  const sum = shares.reduce((total, share) => total + share, 0)
  return named.map(({ name, span }, index) => ({ name, length: lengthOf(span), share: ((shares[index] ?? 0) * 100) / sum, ...fold(text.text.slice(...span), unfolded) }))
}

function lengthOf([start, end]: Span): number {
  return end - start
}

export function fold(text: string, unfolded: number): Pick<AnatomyPart, 'head' | 'folded' | 'tail'> {
  const head = HEAD + unfolded
  if (text.length <= head + TAIL + 40) return { head: text, folded: 0, tail: '' }
  return { head: text.slice(0, head), folded: text.length - head - TAIL, tail: text.slice(-TAIL) }
}

/** The part in which reading stopped; null: it did not stop, or before there were parts. */
export function problemPart(text: DecodedText): PartName | null {
  switch (text.problem?.step) {
    case undefined:
    case 'shape': return null
    case 'timestamp': return 'timestamp'
    default: return 'payload'
  }
}

export type VerdictTone = 'ok' | 'fallback' | 'bad' | 'neutral'

/** The signature takes the colour of the verdict. */
export function verdictTone({ signature }: Pick<DecodedText, 'signature'>): VerdictTone {
  if (signature.state === 'bad') return 'bad'
  if (signature.state !== 'valid') return 'neutral'
  return signature.verifiedBy?.startsWith('SECRET_KEY_FALLBACKS') === true ? 'fallback' : 'ok'
}
