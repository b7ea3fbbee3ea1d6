import type { Handlers } from '../../../shared/rpc/contract.ts'
import { listSessions, streamSessions, tallySessions } from '../../core/sessions/browse.ts'
import { followSession } from '../../core/sessions/follow.ts'
import { findSessionHits } from '../../core/sessions/hits.ts'
import { describeSession, readSession } from '../../core/sessions/inspect.ts'
import { searchSessions } from '../../core/sessions/search.ts'
import { seenPaths } from '../../core/sessions/seen-paths.ts'
import { searchWithFacets } from '../../core/reports/found-facets.ts'
import type { WhySite } from '../../core/sessions/why.ts'
import { explainLogin } from '../../core/sessions/why.ts'
import { markMade, markMadeSession } from '../../core/sessions/made.ts'
import { explainCookies } from '../../core/sessions/why-cookie.ts'
import { readSentCookies } from '../../core/sources/pasted-cookies.ts'
import { findUserSessions } from '../../core/sources/user-sessions.ts'
import type { Services } from './services.ts'

type SessionHandlers = Pick<Handlers, 'sessions.listPage' | 'sessions.version' | 'sessions.read' | 'sessions.hits' | 'sessions.paths' | 'sessions.why' | 'sessions.whyCookie' | 'sessions.follow' | 'sessions.tally' | 'sessions.search' | 'sessions.stream' | 'users.search' | 'users.sessions'>

export function sessionHandlers(services: Services): SessionHandlers {
  const { registry, clock, creations } = services
  const session = (id: string): ReturnType<typeof registry.get>['session'] => registry.get(id).session

  /** Whatever of other projects is open on this machine, and has a cookie of the same name. */
  function siteOf(id: string): WhySite {
    const open = registry.get(id)
    const folder = open.source.project?.folder ?? null
    const others = folder === null || !open.resolved.isLocal ? [] : registry.all().filter(({ source, resolved }) => (
      resolved.isLocal && source.project !== null && source.project.folder !== folder && source.cookieName === open.source.cookieName
    ))
    return { name: open.source.name, source: open.session, others: others.map((other) => ({ name: other.source.name, source: other.session })) }
  }

  return {
    'sessions.listPage': async ({ sourceId, ...query }, signal) => {
      const page = await listSessions(session(sourceId), query, clock(), signal)
      return { ...page, rows: markMade(page.rows, await creations()) }
    },
    'sessions.version': async ({ sourceId }, signal) => ({ version: (await session(sourceId).store.revision?.(signal)) ?? null }),
    'sessions.read': async ({ sourceId, key }, signal) => {
      const source = session(sourceId)
      const now = clock()
      const found = await readSession(source, key, now, signal)
      return found === null ? null : markMadeSession(await describeSession(source, found, now, signal), await creations())
    },
    'sessions.hits': ({ sourceId, ...asked }, signal) => findSessionHits(session(sourceId), asked, clock(), signal),
    'sessions.paths': ({ sourceId, order }, signal) => seenPaths(session(sourceId), order, clock(), signal),
    'sessions.why': ({ sourceId, key }, signal) => explainLogin(siteOf(sourceId), key, clock(), signal),
    'sessions.whyCookie': async ({ sourceId, cookies }, signal) => explainCookies(siteOf(sourceId), readSentCookies(cookies, session(sourceId).settings.cookieName), clock(), signal),
    'users.search': async ({ sourceId, text, limit }, signal) => {
      const { owners } = session(sourceId)
      const table = (await owners?.table(signal)) ?? null
      if (owners === null || table === null) return { table: null, users: [], more: false }
      const found = await owners.search(text, limit + 1, signal)
      return { table, users: found.slice(0, limit), more: found.length > limit }
    },
    'users.sessions': (query, signal) => findUserSessions(registry, query, clock(), signal),
    'sessions.follow': ({ sourceId, key, everyMs }, signal) => followSession({ source: () => session(sourceId), key, clock, everyMs }, signal),
    'sessions.tally': ({ sourceId, ...query }, signal) => tallySessions(session(sourceId), query, clock(), signal),
    'sessions.search': async function* ({ sourceId, withFacets, ...query }, signal) {
      const made = await creations()
      const found = (withFacets ? searchWithFacets : searchSessions)(session(sourceId), query, clock(), signal)
      for await (const page of found) yield { ...page, rows: markMade(page.rows, made) }
    },
    'sessions.stream': ({ sourceId, ...query }, signal) => streamSessions(session(sourceId), query, clock(), signal),
  }
}
