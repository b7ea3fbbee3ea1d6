import type { Handlers } from '../../../shared/rpc/contract.ts'
import { listSessions, streamSessions, tallySessions } from '../../core/sessions/browse.ts'
import { followSession } from '../../core/sessions/follow.ts'
import { describeSession, readSession } from '../../core/sessions/inspect.ts'
import { searchSessions } from '../../core/sessions/search.ts'
import { explainLogin } from '../../core/sessions/why.ts'
import type { Services } from './services.ts'

type SessionHandlers = Pick<Handlers, 'sessions.listPage' | 'sessions.read' | 'sessions.why' | 'sessions.follow' | 'sessions.tally' | 'sessions.search' | 'sessions.stream'>

export function sessionHandlers(services: Services): SessionHandlers {
  const { registry, clock } = services
  const session = (id: string): ReturnType<typeof registry.get>['session'] => registry.get(id).session
  return {
    'sessions.listPage': async ({ sourceId, ...query }, signal) => listSessions(session(sourceId), query, clock(), signal),
    'sessions.read': async ({ sourceId, key }, signal) => {
      const source = session(sourceId)
      const now = clock()
      const found = await readSession(source, key, now, signal)
      return found === null ? null : describeSession(source, found, now, signal)
    },
    'sessions.why': ({ sourceId, key }, signal) => explainLogin(session(sourceId), key, clock(), signal),
    'sessions.follow': ({ sourceId, key, everyMs }, signal) => followSession({ source: () => session(sourceId), key, clock, everyMs }, signal),
    'sessions.tally': ({ sourceId, ...query }, signal) => tallySessions(session(sourceId), query, clock(), signal),
    'sessions.search': ({ sourceId, ...query }, signal) => searchSessions(session(sourceId), query, clock(), signal),
    'sessions.stream': ({ sourceId, ...query }, signal) => streamSessions(session(sourceId), query, clock(), signal),
  }
}
