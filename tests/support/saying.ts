import { expect } from 'vitest'
import type { Reason } from '../../shared/words/reason.ts'
import { english } from '../../shared/words/reason.ts'

/** Any reason whose English text holds these words. */
export function saying(words: string | RegExp): Reason {
  const fits = (found: Reason | null): boolean => found !== null && (typeof words === 'string' ? english(found).includes(words) : words.test(english(found)))
  return expect.toSatisfy(fits) as Reason
}
