import type { WalkOrder } from '../../../shared/model/session.ts'
import type { SeenPath } from '../../../shared/query/seen-paths.ts'
import { storedValues } from './browse.ts'
import { layerSource } from './pair-inspect.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext } from './session-source.ts'

/** Sessions that are looked into: one short page. */
const SESSIONS = 50

/** Paths into the data of the first sessions of a store, to complete a query with. Names only, never values. */
export async function seenPaths(source: SessionSource, order: WalkOrder, now: number, signal: AbortSignal): Promise<readonly SeenPath[]> {
  const page = await source.store.listPage({ order, cursor: null, limit: SESSIONS }, signal)
  const { cache } = page
  if (cache?.rowless === true) return source.decoder.paths(storedValues({ ...page, ...cache }), decodeContext(layerSource(source, 'cache'), now), signal)
  return source.decoder.paths(storedValues(page), decodeContext(source, now), signal)
}
