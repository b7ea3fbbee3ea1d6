import type { FacetGroup, Overview } from '../../../../shared/model/overview.ts'

/** A line of the facets: a text of the catalogue, or a name as it stands. `query` null: no query finds it. */
export interface FacetLine {
  readonly id: string
  readonly words: { readonly id: string; readonly params: Readonly<Record<string, string | number>> } | null
  readonly name: string
  readonly query: string | null
  readonly sessions: number
}

export interface FacetLines {
  readonly id: string
  readonly lines: readonly FacetLine[]
  /** Why there are none: a text of the catalogue. Missing: there are. */
  readonly note?: string
}

const SHOWN_NAMES = 5
/** Of these groups, what nobody has is not worth a line. */
const SPARSE: ReadonlySet<string> = new Set(['login', 'serializer', 'age', 'size'])

/** Groups as they stand in the pane: what sessions are, then who holds most of them, then what is inside. `whole`: groups of all sessions, whose lines stay, where the others are of those that a query found. */
export function facetLines({ groups, owners, keys }: Pick<Overview, 'groups' | 'owners' | 'keys'>, whole: readonly FacetGroup[] = []): readonly FacetLines[] {
  const all = new Set(whole.flatMap(({ id, facets }) => facets.flatMap((facet) => (facet.sessions > 0 ? [`${id} ${facet.id}`] : []))))
  const listed = groups.map((group) => ({ id: group.id, lines: group.facets.filter(({ id, sessions }) => sessions > 0 || !SPARSE.has(group.id) || all.has(`${group.id} ${id}`)).map((facet) => lineOf(group, facet)), ...(group.unknown === undefined ? {} : { note: `overview.facets.unknown.${group.unknown}` }) }))
  return [
    ...listed,
    { id: 'owners', lines: owners.slice(0, SHOWN_NAMES).map(({ id, username, sessions, query }) => ({ id, words: username === null ? { id: 'overview.facets.value.user', params: { id } } : null, name: username ?? id, query, sessions })) },
    { id: 'keys', lines: keys.filter(({ name }) => !name.startsWith('_auth_user_')).slice(0, SHOWN_NAMES).map(({ name, sessions, query }) => ({ id: name, words: null, name, query, sessions })) },
  ].filter(({ lines, note }: FacetLines) => lines.length > 0 || note !== undefined)
}

function lineOf({ id: group }: FacetGroup, { id, query, sessions }: FacetGroup['facets'][number]): FacetLine {
  const number = group === 'signed' ? fallbackNumber(id) : null
  return { id, words: number === null ? { id: `overview.facets.value.${id}`, params: {} } : { id: 'overview.facets.value.fallback', params: { number } }, name: id, query, sessions }
}

/** `SECRET_KEY_FALLBACKS[0]` is fallback 1. null: another key. */
export function fallbackNumber(name: string | null): number | null {
  const [, index] = /^SECRET_KEY_FALLBACKS\[(\d+)\]$/.exec(name ?? '') ?? []
  return index === undefined ? null : Number(index) + 1
}
