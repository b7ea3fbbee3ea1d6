import type { Handlers } from '../../../shared/rpc/contract.ts'
import { listSessions, streamSessions, tallySessions } from '../../core/sessions/browse.ts'
import { describeSession, readSession } from '../../core/sessions/inspect.ts'
import { searchSessions } from '../../core/sessions/search.ts'
import { explainLogin } from '../../core/sessions/why.ts'
import { markMade, markMadeSession } from '../../core/sessions/made.ts'
import { findUserSessions } from '../../core/sources/user-sessions.ts'
import type { Services } from './services.ts'

type SessionHandlers = Pick<Handlers, 'sessions.listPage' | 'sessions.read' | 'sessions.why' | 'sessions.tally' | 'sessions.search' | 'sessions.stream' | 'users.search' | 'users.sessions'>

export function sessionHandlers(services: Services): SessionHandlers {
  const { registry, clock, creations } = services
  const session = (id: string): ReturnType<typeof registry.get>['session'] => registry.get(id).session
  return {
    'sessions.listPage': async ({ sourceId, ...query }, signal) => {
      const page = await listSessions(session(sourceId), query, clock(), signal)
      return { ...page, rows: markMade(page.rows, await creations()) }
    },
    'sessions.read': async ({ sourceId, key }, signal) => {
      const source = session(sourceId)
      const now = clock()
      const found = await readSession(source, key, now, signal)
      return found === null ? null : markMadeSession(await describeSession(source, found, now, signal), await creations())
    },
    'sessions.why': ({ sourceId, key }, signal) => explainLogin(session(sourceId), key, clock(), signal),
    'users.search': async ({ sourceId, text, limit }, signal) => {
      const { owners } = session(sourceId)
      const table = (await owners?.table(signal)) ?? null
      if (owners === null || table === null) return { table: null, users: [], more: false }
      const found = await owners.search(text, limit + 1, signal)
      return { table, users: found.slice(0, limit), more: found.length > limit }
    },
    'users.sessions': (query, signal) => findUserSessions(registry, query, clock(), signal),
    'sessions.tally': ({ sourceId, ...query }, signal) => tallySessions(session(sourceId), query, clock(), signal),
    'sessions.search': async function* ({ sourceId, ...query }, signal) {
      const made = await creations()
      for await (const page of searchSessions(session(sourceId), query, clock(), signal)) yield { ...page, rows: markMade(page.rows, made) }
    },
    'sessions.stream': ({ sourceId, ...query }, signal) => streamSessions(session(sourceId), query, clock(), signal),
  }
}
