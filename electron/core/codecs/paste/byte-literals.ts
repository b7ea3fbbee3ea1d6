import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'
import type { Candidate } from './candidate.ts'
import { bytesCandidate, foundIn, textCandidate } from './candidate.ts'
import { readQuotedBytes } from './escaped-bytes.ts'
import type { Line } from './lines.ts'
import { lineAt } from './lines.ts'
import { fromHex, isBinary, isTelling } from './value-shape.ts'

const PYTHON = /(?:^|[^\w])[bB](['"])/g
const HEX = /(?:^|[^\w])(\\x|0x|[xX]')([0-9a-fA-F]{16,})/g
/** A line of `xxd` (`00000000: 8005 95…`) or `hexdump -C` (`00000000  80 05 …  |…|`). */
const DUMP = /^[0-9a-f]{7,8}(:?) {1,2}((?:[0-9a-f]{2,4} {1,2}){1,16})/
const DUMP_LINE_CHARS = 128
const BARE_HEX = /^\s*([0-9a-fA-F]{40,})\s*$/
/** How the values of a cache begin in hexadecimal: a pickle, zlib, a JSON object. */
const TELLING_HEX = /^(?:80(?:0[2-5])|78(?:01|5e|9c|da)|7b22|7b7d)/i

/** Bytes as Python, SQL and PostgreSQL write them, anywhere in a line. */
export function readByteLiterals(line: MappedText): readonly Candidate[] {
  const found: Candidate[] = []
  let readTo = 0
  for (const match of line.text.matchAll(PYTHON)) {
    const start = match.index + match[0].length
    const quoted = start < readTo ? null : readQuotedBytes(line.text, start, match[1] ?? '"')
    // Without its closing quote none of the later ones has one either.
    if (start >= readTo && quoted === null) break
    if (quoted === null) continue
    readTo = quoted.end
    const source = sliceMapped(line, start, quoted.end - 1)
    const text = quoted.bytes.toString('latin1')
    if (isBinary(quoted.bytes)) found.push(bytesCandidate(quoted.bytes, source, foundIn('python')))
    else if (isTelling(text, null)) found.push({ ...textCandidate(source, foundIn('python')), content: { kind: 'text', text } })
  }
  for (const match of line.text.matchAll(HEX)) {
    const digits = match[2] ?? ''
    const bytes = fromHex(digits)
    const end = match.index + match[0].length
    if (bytes !== null) found.push(bytesCandidate(bytes, sliceMapped(line, end - digits.length, end), foundIn(match[1] === '\\x' ? 'bytea' : 'hex')))
  }
  if (found.length > 0) return found
  const bare = BARE_HEX.exec(line.text)?.[1]
  const bytes = bare !== undefined && TELLING_HEX.test(bare) ? fromHex(bare) : null
  return bytes === null ? [] : [bytesCandidate(bytes, line, foundIn('hex'))]
}

/** A hex dump over several lines, and the position behind it. null: none begins here. */
export function readHexDump(doc: MappedText, first: Line): { readonly found: readonly Candidate[]; readonly end: number } | null {
  const parts: Buffer[] = []
  let end = first.start
  for (let line: Line | null = first; line !== null; line = lineAt(doc, end)) {
    const bytes = readDumpLine(line.mapped.text)
    if (bytes === null) break
    parts.push(bytes)
    end = line.end + 1
  }
  if (parts.length === 0) return null
  const bytes = Buffer.concat(parts)
  return { found: bytes.length < 4 ? [] : [bytesCandidate(bytes, sliceMapped(doc, first.start, Math.min(end - 1, doc.text.length)), foundIn('dump'))], end }
}

function readDumpLine(text: string): Buffer | null {
  const [, colon, body] = DUMP.exec(`${text.slice(0, DUMP_LINE_CHARS)}  `) ?? []
  if (body === undefined) return null
  // After two spaces xxd writes the text, hexdump the second half.
  const digits = (colon === ':' ? body.split('  ', 1).join('') : body).replaceAll(' ', '')
  return fromHex(digits.slice(0, 32))
}
