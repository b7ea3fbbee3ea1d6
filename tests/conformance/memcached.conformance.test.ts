import { afterAll, beforeAll, describe } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestMemcached } from '../support/memcached.ts'
import { describeStoreConformance } from './store/index.ts'
import { MEMCACHED_TRAITS, makeMemcachedHarness } from './store/memcached-harness.ts'

const missing = whyNoMemcached()

describe.skipIf(missing !== null)(`with memcached${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const servers: TestMemcached[] = []
  // Items as long as the suite's longest.
  beforeAll(async () => { servers.push(...(await Promise.all([startMemcached(['-I', '16m', '-m', '256']), startMemcached(['-I', '16m', '-m', '256'])]))) })
  afterAll(async () => { for (const server of servers.splice(0)) await server.kill() })

  describeStoreConformance('one server', () => makeMemcachedHarness(servers.slice(0, 1), openStore), MEMCACHED_TRAITS)

  describeStoreConformance('two servers', () => makeMemcachedHarness(servers, openStore), MEMCACHED_TRAITS)
})
