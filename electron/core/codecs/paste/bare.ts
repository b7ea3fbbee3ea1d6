import { trimValue } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { MappedTextBuilder, sliceMapped } from '../mapped-text.ts'
import { readLegacy } from '../text-shape.ts'
import type { Candidate } from './candidate.ts'
import { foundIn, textCandidate } from './candidate.ts'
import type { Line } from './lines.ts'
import { lineAt } from './lines.ts'
import { isMeantAsSession, isTelling } from './value-shape.ts'

const RUN = /[A-Za-z0-9_.:%+/-]+={0,2}(?:--[A-Za-z0-9+/]+={0,2}){0,2}/g
/** No telling value is shorter. */
const SHORTEST = 16
/** A line that is nothing but a part of a value. */
const PART = /^\s*[A-Za-z0-9_.:%+/=-]{16,}\s*$/
/** Lines that one value may be wrapped into. */
const MOST_PARTS = 4096

/** Values that say what they are anywhere in a line; else the line itself, when it was one before it was damaged. */
export function readBare(line: MappedText): readonly Candidate[] {
  const found: Candidate[] = []
  for (const match of line.text.matchAll(RUN)) {
    if (match[0].length >= SHORTEST && isTelling(match[0], null)) found.push(textCandidate(sliceMapped(line, match.index, match.index + match[0].length), foundIn('bare')))
  }
  if (found.length > 0) return found
  const whole = trimValue(line)
  return isMeantAsSession(whole.text) ? [textCandidate(whole, foundIn('bare'))] : []
}

/** One value that was wrapped into lines by a terminal or by mail. null: these lines are no such value. */
export function readWrapped(doc: MappedText, first: Line): { readonly found: readonly Candidate[]; readonly end: number } | null {
  const parts: MappedText[] = []
  let end = first.start
  for (let line: Line | null = first; line !== null && PART.test(line.mapped.text) && parts.length < MOST_PARTS; line = lineAt(doc, end)) {
    parts.push(trimValue(line.mapped))
    end = line.end + 1
  }
  if (parts.length < 2) return null
  const joined = parts.some(({ text }) => isTelling(text, null)) ? null : join(parts)
  if (joined !== null && (isTelling(joined.text, null) || readLegacy(joined.text) !== null)) return { found: [textCandidate(joined, foundIn('bareLines'))], end }
  return { found: parts.flatMap((part) => readBare(part)), end }
}

function join(parts: readonly MappedText[]): MappedText {
  const out = new MappedTextBuilder()
  for (const [number, part] of parts.entries()) {
    const isSoft = number < parts.length - 1 && part.text.endsWith('=')
    const kept = isSoft ? sliceMapped(part, 0, part.text.length - 1) : part
    out.addMapped(kept)
  }
  return out.build()
}
