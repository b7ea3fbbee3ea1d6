import { CoatcheckError, cancelled, serializeError, throwIfAborted } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { ConnectionReport, TestStep, TestStepId } from '../../../shared/model/connection.ts'
import type { Decoder } from '../codecs/decoder.ts'
import { hostOf, lookUpHost } from '../connections/look-up-host.ts'
import { listSessions } from '../sessions/browse.ts'
import type { SessionStore, StoreDescription } from '../stores/session-store.ts'
import { monotonicMs } from '../util/clock.ts'
import { lockReasonOf } from './lock.ts'
import { accessOf, withWrites } from './place-secrets.ts'
import type { ResolvedTarget, StoreAccess } from './source-types.ts'

export interface TestParts {
  readonly decoder: Decoder
  readonly openStore: (access: StoreAccess) => Promise<SessionStore>
  readonly now: () => number
}

/** Sessions that are read to see whether values can be read at all. */
const SAMPLES = 20

/** The step that an error is of. What is not here is of the place itself. */
const STEP_OF: Readonly<Partial<Record<ErrorCode, TestStepId>>> = {
  SSH_UNREACHABLE: 'ssh', SSH_AUTH: 'ssh', SSH_HOST_UNKNOWN: 'ssh', SSH_HOST_CHANGED: 'ssh', SSH_FORWARD: 'port',
  CONNECT_REFUSED: 'port', CONNECT_TIMEOUT: 'port', CONNECT_TLS: 'tls', CONNECT_AUTH: 'sign-in', CONNECT_LOST: 'sign-in',
  STORE_NOT_DJANGO: 'sessions', STORE_UNSUPPORTED: 'sessions',
}

/** Opens, looks, reads a few sessions and closes. Each step that is named was gone; nothing is written or kept. @throws CANCELLED */
export async function testPlace(resolved: ResolvedTarget, parts: TestParts, signal: AbortSignal): Promise<ConnectionReport> {
  const walk = startWalk(stepsOf(resolved))
  let store: SessionStore | null = null
  try {
    const host = hostOf(resolved.profile)
    if (host !== null && resolved.ssh === null) walk.pass('name', await walk.timed('name', async () => (await lookUpHost(host, signal)).join(', ')))
    const opened = store = await walk.timed('open', () => openUnlessAborted(parts, resolved, signal))
    const description = await opened.describe(signal)
    walk.pass('open', description.server)
    walk.pass('sessions', sessionsDetail(resolved, description))
    await walk.timed('values', () => readSamples(resolved, parts, { store: opened, description }, signal)).then((sample) => walk.mark('values', sample.state, sample.detail))
    const cache = cacheOf(resolved)
    if (cache !== null) {
      // A pair opens without its cache, as Django goes on without it: asked alone, the cache says what is in the way.
      try {
        walk.mark('cache', 'ok', await walk.timed('cache', () => describeOnce(parts, cache, signal)))
      } catch (error) {
        throwIfAborted(signal)
        if (!(error instanceof CoatcheckError)) throw error
        return walk.end(error, 'cache')
      }
    }
    const reason = description.readOnlyReason ?? lockReasonOf(resolved, description)
    walk.mark('write', reason === null ? 'ok' : 'warn', reason)
    return walk.end(null)
  } catch (error) {
    throwIfAborted(signal)
    if (!(error instanceof CoatcheckError)) throw error
    return walk.end(error)
  } finally {
    await store?.[Symbol.asyncDispose]()
  }
}

function stepsOf({ profile, ssh }: ResolvedTarget): readonly TestStepId[] {
  const way: readonly TestStepId[] = hostOf(profile) === null ? [] : [ssh === null ? 'name' : 'ssh', 'port']
  const tls: readonly TestStepId[] = 'tls' in profile && profile.tls === 'verify' && way.length > 0 ? ['tls'] : []
  const signsIn = 'password' in profile
  return [...way, ...tls, ...(signsIn ? ['sign-in' as const] : []), 'place', 'sessions', 'values', ...(profile.kind === 'pair' ? ['cache' as const] : []), 'write']
}

interface Walk {
  timed<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Marks a step; `open` stands for all up to the place, which were gone in one go. */
  pass(id: TestStepId | 'open', detail: string | null): void
  mark(id: TestStepId, state: TestStep['state'], detail: TestStep['detail']): void
  /** `at`: the step that the error is of; left out: as its code tells. */
  end(error: CoatcheckError | null, at?: TestStepId): ConnectionReport
}

function startWalk(ids: readonly TestStepId[]): Walk {
  const started = monotonicMs()
  const took = new Map<string, number>()
  const done = new Map<TestStepId, TestStep>()
  const mark: Walk['mark'] = (id, state, detail) => { if (ids.includes(id)) done.set(id, { id, state, detail, ms: took.get(id) ?? null }) }

  function passUpTo(last: TestStepId): void {
    for (const id of ids.slice(0, Math.max(0, ids.indexOf(last)))) if (!done.has(id)) mark(id, 'ok', null)
  }

  return {
    async timed(what, work) {
      const from = monotonicMs()
      try {
        return await work()
      } finally {
        took.set(what, Math.round(monotonicMs() - from))
      }
    },
    mark,
    pass(id, detail) {
      if (id !== 'open') {
        mark(id, 'ok', detail)
        return
      }
      took.set('place', took.get('open') ?? 0)
      passUpTo('place')
      mark('place', 'ok', detail)
    },
    end(error, step) {
      if (error !== null) {
        const failed = step !== undefined ? step : !done.has('name') && ids.includes('name') ? 'name' : (STEP_OF[error.code] ?? 'place')
        // An error of a step that this place does not have is of the first one after it.
        const at = ids.includes(failed) ? failed : (ids.find((id) => !done.has(id)) ?? 'place')
        passUpTo(at)
        mark(at, 'failed', error.reason)
      }
      return { steps: ids.map((id) => done.get(id) ?? { id, state: 'skipped', detail: null, ms: null }), error: error === null ? null : serializeError(error), elapsedMs: Math.round(monotonicMs() - started) }
    },
  }
}

/** A worker that opens after all, when nobody wants it any more, is closed. */
async function openUnlessAborted({ openStore }: TestParts, resolved: StoreAccess, signal: AbortSignal): Promise<SessionStore> {
  throwIfAborted(signal)
  const opening = openStore({ ...accessOf(resolved), profile: withWrites(resolved.profile, false), users: null })
  const aborted = new Promise<never>((_, reject) => { signal.addEventListener('abort', () => reject(cancelled()), { once: true }) })
  try {
    return await Promise.race([opening, aborted])
  } catch (error) {
    if (signal.aborted) opening.then((late) => late[Symbol.asyncDispose](), () => undefined)
    throw error
  }
}

/** The cache of a pair, as a store of its own; null: no pair. */
function cacheOf({ profile, cacheSsh }: ResolvedTarget): StoreAccess | null {
  return profile.kind === 'pair' ? { profile: profile.cache, ssh: cacheSsh ?? null, users: null } : null
}

/** Opens and closes it. Resolves to server and version. */
async function describeOnce(parts: TestParts, access: StoreAccess, signal: AbortSignal): Promise<string> {
  await using store = await openUnlessAborted(parts, access, signal)
  return (await store.describe(signal)).server
}

function sessionsDetail({ profile }: ResolvedTarget, { extraColumns }: StoreDescription): string | null {
  const table = 'table' in profile ? profile.table : null
  return table === null || extraColumns.length === 0 ? table : `${table}, with columns of its own: ${extraColumns.join(', ')}`
}

async function readSamples({ settings, keyring }: ResolvedTarget, { decoder, now }: TestParts, { store, description }: { readonly store: SessionStore; readonly description: StoreDescription }, signal: AbortSignal): Promise<Pick<TestStep, 'state' | 'detail'>> {
  const { rows } = await listSessions({ store, decoder, settings, keyring, owners: null, payload: description.payload, expiry: description.capabilities.expiry, filter: description.capabilities.filter, hasNaiveDates: false }, { order: { by: 'stored', direction: 'asc' }, cursor: null, limit: SAMPLES }, now(), signal)
  const readable = rows.filter((row) => row.state !== 'undecodable').length
  if (rows.length === 0) return { state: 'warn', detail: '0' }
  return { state: readable === 0 ? 'warn' : 'ok', detail: `${readable} / ${rows.length}` }
}
