import { afterEach, beforeEach, describe } from 'vitest'
import { describeCancelling } from './cancelling.ts'
import { describeCreating } from './creating.ts'
import { describeDeleting } from './deleting.ts'
import { describeExpiry } from './expiry.ts'
import { describeFiltering } from './filtering.ts'
import { NOON, TABLE_TRAITS, makeRows, ordersOf } from './harness.ts'
import type { MakeHarness, StoreHarness, StoreTraits, Subject } from './harness.ts'
import { describeLifecycle } from './lifecycle.ts'
import { describeOddKeys } from './odd-keys.ts'
import { describePaging } from './paging.ts'
import { describeReading } from './reading.ts'
import { describeRestoring } from './restoring.ts'
import { describeTally } from './tally.ts'
import { describeWriting } from './writing.ts'

/** What must hold for every store. A store is one line in a file of its family. */
export function describeStoreConformance(name: string, make: MakeHarness, traits: StoreTraits = TABLE_TRAITS): void {
  describe(name, () => {
    let current: StoreHarness | null = null
    beforeEach(async () => { current = await make() })
    afterEach(async () => { await current?.cleanUp() })
    const orders = ordersOf(traits)
    const [order] = orders
    if (order === undefined) throw new Error('A store is walked in some order.')
    const subject: Subject = {
      traits,
      orders,
      order,
      at: (ticks) => NOON + ticks * traits.tick,
      rows: (count) => makeRows(count, traits.tick),
      open: () => use(current).open(),
      put: (rows) => use(current).put(rows),
      remove: (key) => use(current).remove(key),
      cleanUp: () => use(current).cleanUp(),
      holdsKey: (key) => use(current).holdsKey?.(key) ?? true,
      get holdsNul() { return use(current).holdsNul ?? true },
    }
    describePaging(subject)
    describeFiltering(subject)
    describeTally(subject)
    describeReading(subject)
    describeWriting(subject)
    describeDeleting(subject)
    describeRestoring(subject)
    describeCreating(subject)
    describeExpiry(subject)
    describeOddKeys(subject)
    describeCancelling(subject)
    describeLifecycle(subject)
  })
}

function use(harness: StoreHarness | null): StoreHarness {
  if (harness === null) throw new Error('A harness exists during a test only.')
  return harness
}
