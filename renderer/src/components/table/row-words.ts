import type { Drift, SessionRow } from '../../../../shared/model/session.ts'
import { formatUtc } from '../../format/absolute-time.ts'
import { isOwnerClaimed, ownerSentence, ownerWords } from '../../format/owner-words.ts'
import { maskKey } from '../../format/session-key.ts'
import { stateShape } from '../../format/session-state.ts'
import type { StateShape } from '../../format/session-state.ts'
import { cutAt } from '../tree/mark-text.ts'
import type { TextPiece } from '../tree/mark-text.ts'
import { toSignatureMark } from './signature-mark.ts'
import type { SignatureMark } from './signature-mark.ts'

/** A text of the catalogue with what goes into it. */
export type Say = (id: string, params?: Readonly<Record<string, string | number>>) => string

/** What one row of the table shows. */
export interface RowWords {
  readonly shape: StateShape
  readonly key: string
  /** So many of the key's first characters were asked for. */
  readonly keyHit: number
  readonly owner: string
  /** More of the owner, to point at; undefined: there is no more. */
  readonly ownerTold: string | undefined
  /** Why Django refuses the login of a session that is live by its end, and what it does then; null: it does not, as far as is known. */
  readonly refusal: string | null
  /** Of a pair: what a person should look at. A copy that is not there yet is nothing of that kind. */
  readonly drift: Exclude<Drift, 'same' | 'cache-missing'> | null
  /** When it was made here; null: it was not. */
  readonly made: string | null
  /** Names of the data, what was asked for first. Django's own keys of a login stand for the owner and are not listed again. null: it cannot be read. */
  readonly names: readonly string[] | null
  /** Names beyond those. */
  readonly hidden: number
  /** The first name, where a text that was asked for stands in it. */
  readonly namePieces: readonly TextPiece[] | null
  /** Where a text that was asked for stands in the data: after the name that leads there, in place of the other names. */
  readonly excerpt: readonly TextPiece[] | null
  readonly signature: SignatureMark
  /** Why it cannot be read. */
  readonly trouble: string
}

const SHOWN_NAMES = 2

/** `now` in milliseconds since 1970. `masked`: of the key only its beginning; `veiled`: nothing of the owner, and of values. */
export function describeRow(row: SessionRow, { now, masked, veiled, say }: { readonly now: number; readonly masked: boolean; readonly veiled: boolean; readonly say: Say }): RowWords {
  const key = masked ? maskKey(row.key) : row.key
  const owner = ownerWords(row, veiled)
  const drift = row.drift ?? null
  const signature = toSignatureMark(row.signature, row.serializer)
  const shape = stateShape(row, now)
  const refusal = shape === 'refused' ? say(`workbench.login.refused.${row.login ?? ''}`) : null
  return {
    shape,
    key,
    keyHit: Math.min(row.hits?.keyChars ?? 0, key.length),
    owner: say(owner.id, owner.params),
    ownerTold: tellOwner(row, veiled, refusal, say),
    refusal,
    drift: drift === 'same' || drift === 'cache-missing' ? null : drift,
    made: row.madeAt === undefined ? null : say('mint.madeAt', { date: formatUtc(row.madeAt, now) }),
    ...listNames(row, veiled),
    signature,
    trouble: row.topLevelKeys !== null ? '' : say(signature.mark === 'bad' ? `workbench.bad.${signature.title}` : 'workbench.cannotDecode'),
  }
}

function tellOwner(row: SessionRow, veiled: boolean, refusal: string | null, say: Say): string | undefined {
  const email = veiled ? undefined : (row.owner?.email ?? undefined)
  if (refusal !== null) return email === undefined ? refusal : `${email}\n${refusal}`
  if (!isOwnerClaimed(row)) return email
  const { id, params } = ownerSentence(row, veiled)
  return [say(id, params), say('workbench.owner.notVerified'), ...(email === undefined ? [] : [email])].join(', ')
}

function listNames({ topLevelKeys, keyCount, hits }: SessionRow, veiled: boolean): Pick<RowWords, 'names' | 'hidden' | 'namePieces' | 'excerpt'> {
  if (topLevelKeys === null) return { names: null, hidden: 0, namePieces: null, excerpt: null }
  const own = topLevelKeys.filter((name) => !name.startsWith('_auth_user_'))
  const asked = hits?.names ?? []
  const passage = hits?.passage ?? null
  const excerpt = passage === null || passage.text === null || veiled ? null : cutAt(passage.text, passage.spans)
  const sorted = asked.length === 0 ? own : own.toSorted((a, b) => Number(asked.includes(b)) - Number(asked.includes(a)))
  const names = (passage === null ? sorted : [...new Set([passage.name, ...sorted])]).slice(0, excerpt === null ? SHOWN_NAMES : 1)
  return {
    names,
    hidden: keyCount - (topLevelKeys.length - own.length) - names.filter((name) => !name.startsWith('_auth_user_')).length,
    namePieces: passage !== null && passage.text === null ? cutAt(passage.name, passage.spans) : null,
    excerpt,
  }
}

const MOST_KEPT = 2000

/** Looking a text up takes longer than the rest of a row; rows say few different ones, again and again. For one language. */
export function keepTexts(say: Say, language: string): Say {
  const kept = new Map<string, string>()
  return (id, params = {}) => {
    const name = [language, id, ...Object.values(params)].join('\n')
    const found = kept.get(name) ?? say(id, params)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(name, found)
    return found
  }
}
