import type { Handlers } from '../../../shared/rpc/contract.ts'
import { listSessions, streamSessions, tallySessions } from '../../core/sessions/browse.ts'
import { describeSession, readSession } from '../../core/sessions/inspect.ts'
import { searchSessions } from '../../core/sessions/search.ts'
import type { WhySite } from '../../core/sessions/why.ts'
import { explainLogin } from '../../core/sessions/why.ts'
import { explainCookies } from '../../core/sessions/why-cookie.ts'
import { readSentCookies } from '../../core/sources/pasted-cookies.ts'
import type { Services } from './services.ts'

type SessionHandlers = Pick<Handlers, 'sessions.listPage' | 'sessions.read' | 'sessions.why' | 'sessions.whyCookie' | 'sessions.tally' | 'sessions.search' | 'sessions.stream'>

export function sessionHandlers(services: Services): SessionHandlers {
  const { registry, clock } = services
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
    'sessions.listPage': async ({ sourceId, ...query }, signal) => listSessions(session(sourceId), query, clock(), signal),
    'sessions.read': async ({ sourceId, key }, signal) => {
      const source = session(sourceId)
      const now = clock()
      const found = await readSession(source, key, now, signal)
      return found === null ? null : describeSession(source, found, now, signal)
    },
    'sessions.why': ({ sourceId, key }, signal) => explainLogin(siteOf(sourceId), key, clock(), signal),
    'sessions.whyCookie': async ({ sourceId, cookies }, signal) => explainCookies(siteOf(sourceId), readSentCookies(cookies, session(sourceId).settings.cookieName), clock(), signal),
    'sessions.tally': ({ sourceId, ...query }, signal) => tallySessions(session(sourceId), query, clock(), signal),
    'sessions.search': ({ sourceId, ...query }, signal) => searchSessions(session(sourceId), query, clock(), signal),
    'sessions.stream': ({ sourceId, ...query }, signal) => streamSessions(session(sourceId), query, clock(), signal),
  }
}
