import type { ChangePlan, ChangeResult } from '../../../shared/model/change.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { SessionDetail, SessionRow } from '../../../shared/model/session.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { pickleSentences } from '../../../shared/words/pickle-sentences.ts'
import { say } from '../../../shared/words/say.ts'
import { english } from '../../../shared/words/reason.ts'
import type { AsTyped } from './as-typed.ts'
import { expirySentence, isoTime, wholeSeconds } from './json.ts'

/** Control characters in data must not reach the terminal, where they could move the cursor or hide a line. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
}

export const LIST_HEAD = ['STATE'.padEnd(11), 'EXPIRES'.padEnd(20), 'SIZE'.padStart(8), 'SIGNATURE'.padEnd(24), 'USER'.padEnd(12), 'KEY'].join('  ')

export function listLine(row: SessionRow): string {
  return [
    row.state.padEnd(11),
    (wholeSeconds(row.expireDate) ?? '–').padEnd(20),
    String(row.sizeBytes).padStart(8),
    signatureWord(row).padEnd(24),
    printable(ownerWord(row)).padEnd(12),
    printable(row.key),
  ].join('  ')
}

export function detailText(detail: SessionDetail, typed: AsTyped): string {
  const { row, text } = detail
  return [
    `${printable(row.key)}  ${row.state}, ${row.sizeBytes} bytes, ${signatureWord(row)}`,
    say(text.verdict),
    expirySentence(row),
    printable(ownerSentence(row, typed)),
    ...(text.cache === null ? [] : detail.physical.map(({ name, value }) => printable(`${name}: ${value}`))),
    '',
    printable(pretty(text.data) ?? text.text),
  ].join('\n')
}

export function findingText(finding: PasteFinding): string {
  const { decoded } = finding
  const facts = [
    decoded.signature.verifiedBy === null ? null : `Key ${decoded.signature.verifiedBy}`,
    decoded.signedAt === null ? null : `Signed ${isoTime(decoded.signedAt * 1000)}`,
    decoded.goodUntil === null ? null : `Good until ${isoTime(decoded.goodUntil * 1000)}`,
    decoded.salt === null ? null : `Salt ${decoded.salt}`,
  ].filter((fact) => fact !== null)
  const data = pretty(decoded.data)
  const pickle = decoded.pickle === null ? [] : pickleSentences(decoded.pickle).map(say)
  return [`${english(finding.where)}: ${say(decoded.verdict)}`, ...[...facts, ...pickle].map((fact) => `  ${printable(fact)}`), ...(data === null ? [] : ['', printable(data)])].join('\n')
}

export function planText(plan: ChangePlan): string {
  return [
    say(plan.sentence),
    ...plan.layers.map((layer) => `  ${layer.written ? '*' : ' '} ${say(layer.sentence)}`),
    ...plan.checks.map((check) => `  ${check.level === 'warn' ? '!' : ' '} ${say(check.sentence)}`),
  ].map(printable).join('\n')
}

/** What a count is told of. */
export interface Manner {
  readonly isDry: boolean
  readonly isUndo: boolean
}

export interface ToldManner extends Manner {
  readonly typed: AsTyped
}

export function resultText({ changed, skipped, failed, outcomes, journal }: Pick<ChangeResult, 'changed' | 'skipped' | 'failed' | 'outcomes' | 'journal'>, manner: ToldManner): string {
  const failures = outcomes.filter((item) => item.outcome !== 'done').map((item) => `  ${printable(item.key)}: ${item.outcome}${item.reason === null ? '' : ` (${english(item.reason)})`}`)
  return [`${manner.isDry ? 'Dry run: ' : ''}${countsText({ changed, skipped, failed }, manner)}.`, ...failures, ...(journal === null ? [] : [manner.isUndo ? `Take this back with: ${manner.typed('undo', journal, '--yes')}` : undoHint(journal, manner.typed)])].join('\n')
}

export function countsText({ changed, skipped, failed }: Pick<ChangeResult, 'changed' | 'skipped' | 'failed'>, { isDry, isUndo }: Manner): string {
  if (!isDry) return `${changed} ${isUndo ? 'put back' : 'changed'}, ${skipped} skipped, ${failed} failed`
  return `${changed} would ${isUndo ? 'go back' : 'change'}, ${skipped} would be skipped${failed === 0 ? '' : `, ${failed} would fail`}`
}

export const undoHint = (journal: string, typed: AsTyped): string => `Undo with: ${typed('undo', journal, '--yes')}`

function pretty(notation: string | null): string | null {
  if (notation === null) return null
  const parsed = parseNotation(notation)
  return parsed.ok ? formatNotation(parsed.node, { interchange: true, indent: 2 }) : notation
}

/** Readable without a signature is only the value of a cache. */
function signatureWord({ signature, serializer }: Pick<SessionRow, 'signature' | 'serializer'>): string {
  if (signature.state === 'absent' && serializer !== null) return `unsigned ${serializer}`
  // A key may have signed what Django refuses all the same; then its name alone would say that all is well.
  return signature.reason ?? (signature.state === 'valid' ? signature.verifiedBy : null) ?? signature.state
}

/** Nobody has signed for it here: whose it is, is only what it says itself. */
const isClaim = ({ signature: { state } }: SessionRow): boolean => state === 'bad' || state === 'unchecked'

/** `–`: of nobody. `?`: its data cannot be read. `ana?`: says so itself, not verified. */
function ownerWord(row: SessionRow): string {
  if (row.userId === null) return row.topLevelKeys === null ? '?' : '–'
  return `${row.owner?.username ?? `#${row.userId}`}${isClaim(row) ? '?' : ''}`
}

function ownerSentence(row: SessionRow, typed: AsTyped): string {
  if (row.userId === null) return row.topLevelKeys === null ? 'Owner: not known, its data cannot be read.' : 'Owner: nobody is logged in.'
  const who = row.owner === null ? `user ${row.userId}, whose name is not known` : `${row.owner.username} (user ${row.userId})`
  if (isClaim(row)) return `Owner: claims to be ${who}; the signature is not verified.`
  return `Owner: ${who}. Whether Django lets them in: ${typed('why', 'SOURCE', 'KEY')}`
}
