import { CoatcheckError } from '../../../shared/errors.ts'
import { isOnlyHere } from '../stores/only-here.ts'
import type { StoredSession, SessionStore } from '../stores/session-store.ts'
import { addCookies } from './pasted-cookies.ts'
import type { GivenCookies } from './pasted-cookies.ts'
import type { ResolvedTarget } from './source-types.ts'

const PAGE_ROWS = 500

/** The same source, with what people brought in its jar. @throws STORE_UNSUPPORTED for another store; DATA_UNKNOWN_FORMAT */
export function withCookies(resolved: ResolvedTarget, given: GivenCookies): ResolvedTarget {
  const { profile } = resolved
  if (profile.kind !== 'jar') throw new CoatcheckError('STORE_UNSUPPORTED', 'sources.keepsItsOwn', { hint: 'next.pasteIntoDecoder' })
  return { ...resolved, profile: addCookies(profile, given) }
}

/** What was brought to the jar of a project stays in it when its settings are read anew: the project knows nothing of it. */
export function keepCookies(next: ResolvedTarget, held: ResolvedTarget): ResolvedTarget {
  const [jar, before] = [next.profile, held.profile]
  return jar.kind === 'jar' && before.kind === 'jar' && next.project !== undefined ? { ...next, profile: { ...jar, files: before.files, pasted: before.pasted } } : next
}

/** Brings what was changed or made in memory from one jar to the next: nothing else remembers it. */
export async function carryOver(from: SessionStore, to: SessionStore, signal: AbortSignal): Promise<void> {
  for (const key of await keysOf(from, signal)) {
    const [mine, theirs] = [await from.read(key, signal), await to.read(key, signal)]
    if (mine === null || !isOnlyHere(mine)) continue
    if (theirs === null) await to.create({ ...imageOf(mine), userId: null, engine: 'cache' }, signal)
    else await to.write({ key, ifEtag: theirs.etag, data: mine.data }, signal)
  }
}

const imageOf = ({ key, data, expireDate }: StoredSession): Pick<StoredSession, 'key' | 'data'> & { readonly expireDate: number } => ({ key, data, expireDate: expireDate ?? 0 })

async function keysOf(store: SessionStore, signal: AbortSignal): Promise<readonly string[]> {
  const keys: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<SessionStore['listPage']>> = await store.listPage({ order: { by: 'key', direction: 'asc' }, cursor, limit: PAGE_ROWS }, signal)
    keys.push(...page.keys)
    cursor = page.next
  } while (cursor !== null)
  return keys
}
