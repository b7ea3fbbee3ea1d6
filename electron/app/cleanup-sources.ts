import type { CleanupSources, CleanupTarget } from '../core/cleanup/cleanup-target.ts'
import { storedPlace } from '../core/sessions/layers.ts'
import type { OpenSource, SourceRegistry } from '../core/sources/source-types.ts'

const { signal } = new AbortController()

/** Open sources as cleaning sees them. */
export function cleanupSources(registry: SourceRegistry): CleanupSources {
  return {
    get: (sourceId) => toCleanupTarget(registry.get(sourceId)),
    find(target) {
      const place = JSON.stringify(target)
      const open = registry.all().find(({ resolved }) => JSON.stringify(resolved.target) === place)
      return open === undefined ? null : toCleanupTarget(open)
    },
    unlock: async (sourceId, name) => void (await registry.unlock(sourceId, name, signal)),
    lock: async (sourceId) => void (await registry.lock(sourceId, signal)),
    async renew(sourceId) {
      const lost = registry.all().find(({ source }) => source.id === sourceId)
      // One whose worker has ended is opened like a new one, under the same id; what is told of it holds.
      if (lost !== undefined) await registry.open(lost.resolved.target, {}, signal)
    },
    changed: (sourceId) => registry.announce({ kind: 'source-changed', sourceId }),
  }
}

function toCleanupTarget({ source, session, resolved }: OpenSource): CleanupTarget {
  return {
    sourceId: source.id, target: resolved.target, name: source.name, table: source.table ?? source.location, place: storedPlace(source.engine, source.payload), cache: source.cache?.location ?? null,
    source: session, capabilities: source.capabilities, readOnlyReason: source.readOnlyReason, isLocked: source.lock === 'locked',
    needsName: source.environment !== 'local' || source.lock === 'locked',
  }
}
