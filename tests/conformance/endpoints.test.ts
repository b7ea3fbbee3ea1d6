import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { LayerProfile } from '../../electron/core/connections/open-store.ts'
import { readStoreUrl } from '../../electron/core/connections/read-url.ts'
import { SOURCE_FORMS, explainForms } from '../support/source-forms.ts'
import { collect, never, readAll } from './store/harness.ts'

const whyNot = await explainForms()
const forms = Object.entries(SOURCE_FORMS).filter(([form]) => !form.includes(' before ')).map(([form, make]) => ({ form, make, title: `${form}${whyNot(form) === null ? '' : ` (skipped: ${whyNot(form)})`}`, why: whyNot(form) }))
const CLOCK = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const

/** Where this process connects to while `work` runs, as `host:port` or the path of a socket. */
async function endpointsOf(work: () => Promise<void>): Promise<ReadonlySet<string>> {
  const endpoints = new Set<string>()
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket }
    socket.on('connectionAttempt', (host: string, port: number | undefined) => endpoints.add(port === undefined ? host : `${host}:${port}`))
  }
  subscribe('net.client.socket', note)
  try {
    await work()
  } finally {
    unsubscribe('net.client.socket', note)
  }
  return endpoints
}

/** What the URL names, and, of Sentinels, the master that they name. */
async function namedBy(profile: LayerProfile): Promise<ReadonlySet<string>> {
  if (profile.kind === 'postgres' || profile.kind === 'mysql') return new Set([`${profile.host}:${profile.port}`])
  const addresses = profile.kind === 'redis' ? profile.addresses : profile.kind === 'memcached' ? profile.servers : []
  const spelled = addresses.map((address) => ('path' in address ? address.path : `${address.host === 'localhost' ? '127.0.0.1' : address.host}:${address.port}`))
  const [first] = addresses
  if (profile.kind !== 'redis' || profile.topology.kind !== 'sentinel' || first === undefined || 'path' in first) return new Set(spelled)
  const client = new Redis(first)
  const master = (await client.call('SENTINEL', 'get-master-addr-by-name', profile.topology.master)) as string[]
  client.disconnect()
  return new Set([...spelled, master.join(':')])
}

describe.each(forms)('$title', ({ make, why }) => {
  test.skipIf(why !== null)('opened, listed and read, it connects to what its URL names, and to nothing else', async () => {
    await using stack = new AsyncDisposableStack()
    const { url, key } = await make(stack)
    const { profile } = readStoreUrl(url, CLOCK)
    const named = await namedBy(profile)
    const endpoints = await endpointsOf(async () => {
      const store = await openStore(profile)
      const { capabilities } = await store.describe(never)
      const order = { by: capabilities.sort[0] ?? 'stored', direction: 'asc' } as const
      expect((await readAll(store, order, 5)).length).toBeGreaterThan(0)
      expect(await store.read(key, never)).not.toBeNull()
      await collect(store.tally({ order, every: 5, now: 0 }, never))
      await store[Symbol.asyncDispose]()
    })
    for (const endpoint of endpoints) expect([...named]).toContain(endpoint)
    expect(endpoints.size > 0).toBe(named.size > 0)
  }, 60_000)
})
