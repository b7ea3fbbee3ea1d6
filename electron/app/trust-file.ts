import { join } from 'node:path'
import type { TrustStore } from '../core/project/trusted/trust-store.ts'
import { createTrustStore, storedGrants } from '../core/project/trusted/trust-store.ts'
import { createStateFile } from '../core/util/state-file.ts'

/** Which folders are trusted to run their own code: `trust.json` in the data folder. */
export function openTrustStore(dataFolder: string): TrustStore {
  return createTrustStore(createStateFile(join(dataFolder, 'trust.json'), 1, storedGrants, []))
}
