import type { LoginUnknown } from '../../../shared/model/login.ts'
import type { Facet, FacetGroup, FacetGroupId } from '../../../shared/model/overview.ts'
import type { EpochMicros, SessionRow } from '../../../shared/model/session.ts'
import type { Query, Test } from '../../../shared/query/ast.ts'
import { formatQuery } from '../../../shared/query/format.ts'
import { formatMoment } from '../../../shared/query/moment.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { matchRow } from '../codecs/match/match-row.ts'
import type { SessionSource } from '../sessions/session-source.ts'

type FacetQueries = readonly (readonly [id: string, query: string])[]

const DAY_SECONDS = 86_400

/** What is counted of a source, as queries: a facet counts what its query finds, by the same comparison. */
export function facetQueries({ payload, keyring, expiry, settings }: Pick<SessionSource, 'payload' | 'keyring' | 'expiry' | 'settings'>, loginUnknown: LoginUnknown | null): readonly (readonly [id: FacetGroupId, facets: FacetQueries])[] {
  const signed = keyring.flatMap(({ name }): FacetQueries => {
    const query = signerQuery(name)
    return query === null ? [] : [[name, query]]
  })
  // A session that is saved ends SESSION_COOKIE_AGE later, unless it was given an end of its own.
  const [day, week] = [settings.cookieAgeSeconds - DAY_SECONDS, settings.cookieAgeSeconds - 7 * DAY_SECONDS].map((seconds) => formatMoment({ kind: 'relative', seconds }))
  return [
    ['state', [['live', 'state:live'], ['ending', 'is:ending'], ['expired', 'state:expired'], ['undecodable', 'state:undecodable']]],
    ['visitor', [['signed-in', 'user:any'], ['anonymous', 'user:none -is:empty|bot'], ['bot-like', 'is:bot'], ['empty', 'is:empty']]],
    ['login', loginUnknown === null ? [['valid', 'login:valid'], ['refused', 'login:refused'], ['unchecked', 'login:unchecked']] : []],
    ...(payload.kind === 'session-text' && signed.length > 0 ? [['signed', [...signed, ['none', 'signed:none']]] as const] : []),
    ['serializer', [['json', 'serializer:json'], ['pickle', 'serializer:pickle'], ['msgpack', 'serializer:msgpack']]],
    ['size', [['under-256', 'size<256'], ['under-1k', 'size>=256 size<1k'], ['under-4k', 'size>=1k size<=4k'], ['over-4k', 'size>4k']]],
    ...(expiry === 'signature' || expiry === 'none' ? [] : [['age', [['day', `expires>${day}`], ['week', `expires<=${day} expires>${week}`], ['older', `expires<=${week}`]]] as const]),
  ]
}

function signerQuery(name: string): string | null {
  if (name === 'SECRET_KEY') return 'signed:key'
  const [, index] = /^SECRET_KEY_FALLBACKS\[([0-9]{1,2})\]$/.exec(name) ?? []
  return index === undefined ? null : `signed:fallback${Number(index) + 1}`
}

/** A query of one term. null: no text reads back as it. */
export function termQuery(test: Test): string | null {
  const text = formatQuery({ terms: [{ negated: false, test, position: 0, length: 0 }] })
  return parseQuery(text).ok ? text : null
}

/** Counts rows into facets. */
export class FacetTally {
  readonly #groups: readonly { readonly id: FacetGroupId; readonly facets: readonly { readonly id: string; readonly text: string; readonly query: Query; readonly counted: { sessions: number; sizeBytes: number } }[] }[]
  readonly #now: EpochMicros
  readonly #loginUnknown: LoginUnknown | null

  /** `loginUnknown`: why no login can be judged; null: they can, and rows say what became of it. */
  constructor(source: SessionSource, now: EpochMicros, loginUnknown: LoginUnknown | null) {
    this.#now = now
    this.#loginUnknown = loginUnknown
    this.#groups = facetQueries(source, loginUnknown).map(([id, facets]) => ({
      id,
      facets: facets.flatMap(([facetId, text]) => {
        const parsed = parseQuery(text)
        return parsed.ok ? [{ id: facetId, text, query: parsed.query, counted: { sessions: 0, sizeBytes: 0 } }] : []
      }),
    }))
  }

  add(row: SessionRow): void {
    for (const { facets } of this.#groups) {
      for (const { query, counted } of facets) {
        if (!matchRow(query.terms, row, this.#now)) continue
        counted.sessions += 1
        counted.sizeBytes += row.sizeBytes
      }
    }
  }

  groups(): readonly FacetGroup[] {
    return this.#groups.map(({ id, facets }) => ({
      id,
      facets: facets.map(({ id: facetId, text, counted }): Facet => ({ id: facetId, query: text, ...counted })),
      ...(id === 'login' && this.#loginUnknown !== null ? { unknown: this.#loginUnknown } : {}),
    }))
  }
}
