import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { mostPasteChars } from '../../../shared/limits.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { DecodedText } from '../../../shared/model/session.ts'
import { decodeBytes } from './decode-bytes.ts'
import type { PasteContext } from './decoder.ts'
import { readForeign } from './foreign/read-foreign.ts'
import type { Candidate } from './paste/candidate.ts'
import { findCandidates } from './paste/find-candidates.ts'
import { isPickleBase64, unescapeUrl } from './paste/value-shape.ts'
import { decodeText } from './session-text.ts'

/** Letters of base64 that DatabaseCache does not write. */
const URL_SAFE = /[-_]/

/**
 * Sessions in a pasted text: bare and quoted values, headers, cookie lists, cURL commands, HAR files, rows of databases, values of
 * caches. Where there is none, the whole paste is one finding that says why; an empty paste has none. At most
 * `LIMITS.pasteFindings`. One pass, whatever the text.
 * @throws DATA_TOO_LARGE when the paste is longer than `LIMITS.pasteChars` (a HAR file: `LIMITS.harChars`)
 */
export function decodePaste(paste: string, context: PasteContext): PasteFinding[] {
  const limit = mostPasteChars(paste)
  if (paste.length > limit) {
    throw new CoatcheckError('DATA_TOO_LARGE', reason('data.pasteTooLong', { size: paste.length, limit }))
  }
  return findCandidates(paste, context.cookieNames).map((candidate) => examine(candidate, context))
}

function examine(candidate: Candidate, context: PasteContext): PasteFinding {
  const { content, where, span, cookie } = candidate
  const decoded = content.kind === 'bytes' ? decodeBytes(content.bytes, context) : decodeValue(unescapeUrl(content.text), candidate, context)
  return { where, span, format: decoded.format, decoded, ...(cookie === null ? {} : { cookie: cookie.name }) }
}

/** A salt that somebody asked for outranks what Django's other values are known to be signed with. */
function decodeValue(text: string, { place, cookie }: Candidate, context: PasteContext): DecodedText {
  if (isPickleBase64(text)) return decodeBytes(URL_SAFE.test(text) ? Buffer.from(text, 'base64') : Buffer.from(text, 'latin1'), context)
  const { keyring, now } = context
  const foreign = context.salt === null ? readForeign(text, { keyring, now, cookieName: cookie?.name ?? null, signatureCookie: cookie?.signature ?? null }) : null
  if (foreign !== null) return foreign
  return decodeText(text, { ...context, place: place === 'cookie' || place === 'row' ? place : context.place })
}
