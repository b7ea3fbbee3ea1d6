import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SourceId } from '../../../shared/model/source.ts'
import { SeenPaths } from '../../../shared/query/seen-paths.ts'
import type { SeenPath } from '../../../shared/query/seen-paths.ts'
import type { DataNode } from '../../../shared/values/node.ts'

/** Paths into session data that were seen since the window opened, source by source. No values. */
export const useSeenPathsState = defineStore('seen-paths', () => {
  const bySource = new Map<SourceId, SeenPaths>()
  const paths = shallowRef<ReadonlyMap<SourceId, readonly SeenPath[]>>(new Map())

  function change(id: SourceId, learn: (seen: SeenPaths) => void): void {
    const seen = bySource.get(id) ?? new SeenPaths()
    bySource.set(id, seen)
    learn(seen)
    paths.value = new Map(paths.value).set(id, seen.all)
  }

  return {
    of: (id: SourceId): readonly SeenPath[] => paths.value.get(id) ?? [],
    add: (id: SourceId, found: readonly SeenPath[]) => change(id, (seen) => { for (const path of found) seen.add(path) }),
    learn: (id: SourceId, data: DataNode) => change(id, (seen) => seen.learn(data)),
  }
})
