import { createMemoryStore } from '../../electron/core/stores/memory/memory-store.ts'
import type { MemoryRow } from '../../electron/core/stores/memory/memory-store.ts'
import { createPairStore } from '../../electron/core/stores/pair/pair-store.ts'
import { TABLE_TRAITS } from './store/harness.ts'
import { describeStoreConformance } from './store/index.ts'

/** The app saves and deletes in both layers, as cached_db does. */
describeStoreConformance('a pair of row and cache', async () => {
  const layers = [new Map<string, MemoryRow>(), new Map<string, MemoryRow>()] as const
  return {
    open: async () => createPairStore(createMemoryStore(layers[0]), createMemoryStore(layers[1])),
    async put(seeds) {
      for (const rows of layers) for (const { key, data, expireDate } of seeds) rows.set(key, { data: Buffer.from(data), expireDate })
    },
    async remove(key) {
      for (const rows of layers) rows.delete(key)
    },
    async cleanUp() {
      for (const rows of layers) rows.clear()
    },
  }
}, { ...TABLE_TRAITS, filter: ['key'] })
