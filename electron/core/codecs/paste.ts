import { CoatcheckError } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { PasteContext } from './decoder.ts'
import { spanOf } from './mapped-text.ts'
import { findCandidates } from './paste-candidates.ts'
import type { Candidate } from './paste-candidates.ts'
import { decodeText } from './session-text.ts'

const MOST_FINDINGS = 1000

/**
 * Sessions in a pasted text: bare and quoted values, headers, cookie lists, cURL commands. Where there is none, the whole paste is
 * one finding that says why; an empty paste has none. One pass, whatever the text, and the first 1,000 findings.
 * @throws DATA_TOO_LARGE when the paste is longer than `LIMITS.pasteChars`
 */
export function decodePaste(paste: string, context: PasteContext): PasteFinding[] {
  if (paste.length > LIMITS.pasteChars) {
    throw new CoatcheckError('DATA_TOO_LARGE', `The paste has ${paste.length} characters; the limit is ${LIMITS.pasteChars}.`)
  }
  const findings: PasteFinding[] = []
  for (const candidate of findCandidates(paste, context.cookieNames)) {
    findings.push(examine(candidate, context))
    if (findings.length === MOST_FINDINGS) break
  }
  return findings
}

function examine({ value, where, isCookie }: Candidate, context: PasteContext): PasteFinding {
  const decoded = decodeText(unescapeUrl(value.text), { ...context, place: isCookie ? 'cookie' : context.place })
  return { where, span: spanOf(value), format: decoded.format, decoded }
}

/** `%3A` for the colons, as some proxies and tools write cookies. Django's text has no `%` of its own. */
function unescapeUrl(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
