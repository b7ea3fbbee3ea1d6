import { afterEach, beforeEach, describe } from 'vitest'
import { describeCancelling } from './cancelling.ts'
import { describeDeleting } from './deleting.ts'
import { describeExpiry } from './expiry.ts'
import type { MakeHarness, StoreHarness } from './harness.ts'
import { describeLifecycle } from './lifecycle.ts'
import { describeOddKeys } from './odd-keys.ts'
import { describePaging } from './paging.ts'
import { describeReading } from './reading.ts'
import { describeRestoring } from './restoring.ts'
import { describeTally } from './tally.ts'
import { describeWriting } from './writing.ts'

/** What must hold for every store. A store is one line in `stores.conformance.test.ts`. */
export function describeStoreConformance(name: string, make: MakeHarness): void {
  describe(name, () => {
    let current: StoreHarness | null = null
    beforeEach(async () => { current = await make() })
    afterEach(async () => { await current?.cleanUp() })
    const harness: StoreHarness = {
      open: () => use(current).open(),
      put: (rows) => use(current).put(rows),
      remove: (key) => use(current).remove(key),
      cleanUp: () => use(current).cleanUp(),
      holdsKey: (key) => use(current).holdsKey?.(key) ?? true,
      get holdsNul() { return use(current).holdsNul ?? true },
    }
    describePaging(harness)
    describeTally(harness)
    describeReading(harness)
    describeWriting(harness)
    describeDeleting(harness)
    describeRestoring(harness)
    describeExpiry(harness)
    describeOddKeys(harness)
    describeCancelling(harness)
    describeLifecycle(harness)
  })
}

function use(harness: StoreHarness | null): StoreHarness {
  if (harness === null) throw new Error('A harness exists during a test only.')
  return harness
}
