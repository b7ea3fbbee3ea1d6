import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyOutcome } from '../../shared/model/change.ts'
import type { SessionStore, StoredSession } from '../../electron/core/stores/session-store.ts'

/** Of protocol 5, which every Python here writes: PROTO, FRAME, BINFLOAT. */
const FLOAT_AT = 12

/** Copies of cached_db in Django's FileBasedCache, as plainly as can be: what a pair is compared with real Django over. */
export function createFileCacheLayer(folder: string): SessionStore {
  const pathOf = (key: string): string => join(folder, `${createHash('md5').update(`:1:django.contrib.sessions.cached_db${key}`).digest('hex')}.djcache`)
  async function read(key: string): Promise<StoredSession | null> {
    const data = await readFile(pathOf(key)).catch(() => null)
    if (data === null) return null
    const expireDate = Math.round(data.readDoubleBE(FLOAT_AT) * 1_000_000)
    return { key, data, expireDate, etag: createHash('sha256').update(data).digest('base64url').slice(0, 22), physical: [{ name: 'file', value: pathOf(key) }], image: { key, columns: { content: data } } }
  }
  async function compare(key: string, ifEtag: string | null): Promise<KeyOutcome> {
    const now = await read(key)
    return { key, outcome: now === null ? 'gone' : ifEtag !== null && now.etag !== ifEtag ? 'conflict' : 'done', etag: now?.etag ?? null, reason: null }
  }
  const store: SessionStore = {
    describe: async () => ({
      payload: { kind: 'cache-value', container: 'file-cache', reader: 'django', serializer: 'pickle', compressor: 'zlib' },
      capabilities: { write: true, delete: true, sort: [], count: 'none', enumerate: 'none', expiry: 'ttl' },
      server: 'FileBasedCache', extraColumns: [], facts: [], readOnlyReason: null,
    }),
    listPage: async () => ({ keys: [], expireDates: [], data: { bytes: new Uint8Array(), ends: new Uint32Array() }, sizes: [], etags: null, next: null, examined: 0 }),
    read,
    async* tally() { yield { examined: 0, live: 0, expired: 0, signposts: [] } },
    async write({ key, ifEtag, data }) {
      const found = await compare(key, ifEtag)
      if (found.outcome !== 'done' || data === undefined) return found
      await writeFile(pathOf(key), data)
      return { ...found, etag: (await read(key))?.etag ?? null }
    },
    writeMany: async (edits, signal) => Promise.all(edits.map((edit) => store.write(edit, signal))),
    deleteMany: async (targets) => Promise.all(targets.map(async ({ key, ifEtag }) => {
      const found = await compare(key, ifEtag)
      if (found.outcome === 'done') await rm(pathOf(key))
      return found.outcome === 'done' ? { ...found, etag: null } : found
    })),
    async restore({ key, columns: { content } }) {
      const found = await compare(key, null)
      if (found.outcome !== 'gone' || !(content instanceof Uint8Array)) return { ...found, outcome: 'exists' }
      await writeFile(pathOf(key), content)
      return { ...found, outcome: 'done', etag: (await read(key))?.etag ?? null }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  return store
}
