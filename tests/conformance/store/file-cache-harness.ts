import { createHash } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileHeader } from '../../../electron/core/codecs/cache-value/file-header.ts'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import type { SessionStore, StoreEdit, StorePage } from '../../../electron/core/stores/session-store.ts'
import { makeFolder, saveFile } from './folder-harness.ts'
import { TABLE_TRAITS, never } from './harness.ts'
import type { StoreHarness, StoreTraits } from './harness.ts'

export const FILE_CACHE_TRAITS: StoreTraits = { ...TABLE_TRAITS, sort: [], enumerate: 'unordered', filter: [], expiry: 'in-value', expiryFact: 'expiry' }

export const fileCacheProfile = (path: string): StoreProfile => ({ kind: 'file-cache', path, prefix: 'shop', version: '2' })
const hashOf = (key: string): string => createHash('md5').update(`shop:2:django.contrib.sessions.cache${key}`).digest('hex')

/** `pickle.dumps(float)`, protocol 5. */
function header(expireDate: number): Buffer {
  const bytes = Buffer.from('80059500000000000000004700000000000000002e', 'hex')
  bytes.writeUInt8(10, 3)
  bytes.writeDoubleBE(expireDate / 1_000_000, 12)
  return bytes
}

const HEADER_BYTES = 21

export async function makeFileCacheHarness(open: (profile: StoreProfile) => Promise<SessionStore>): Promise<StoreHarness> {
  const folder = await makeFolder()
  const opened: SessionStore[] = []
  const keys = new Map<string, string>()
  const pathOf = (key: string): string => {
    keys.set(hashOf(key), key)
    return join(folder, `${hashOf(key)}.djcache`)
  }
  return {
    async open() {
      const store = await open(fileCacheProfile(folder))
      opened.push(store)
      return withoutHeaders(store, (hash) => keys.get(hash) ?? hash)
    },
    async put(rows) {
      for (const { key, data, expireDate } of rows) saveFile(pathOf(key), Buffer.concat([header(expireDate), Buffer.from(data)]))
    },
    async remove(key) {
      unlinkSync(pathOf(key))
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      const left = await readdir(folder)
      await rm(folder, { recursive: true, force: true })
      if (left.some((name) => name.includes('_out_'))) throw new Error('A file in the making was left behind.')
    },
  }
}

/**
 * The suite's rows have a key and bare data, the files of this cache a hash and data behind a header: what a codec above the store
 * would do, and what nobody can (from hash to key), is done here.
 */
function withoutHeaders(store: SessionStore, keyOf: (hash: string) => string): SessionStore {
  const wrap = async (edit: StoreEdit): Promise<StoreEdit> => {
    if (edit.data === undefined) return edit
    const whole = edit.image?.columns['data'] ?? (await store.read(edit.key, never))?.data
    const head = whole instanceof Uint8Array ? whole.subarray(0, readFileHeader(whole)?.sizeBytes ?? 0) : new Uint8Array()
    return { ...edit, data: Buffer.concat([head, edit.data]) }
  }
  const bare = (page: StorePage): StorePage => {
    const rows = page.keys.map((_, index) => page.data.bytes.subarray(index === 0 ? 0 : page.data.ends[index - 1], page.data.ends[index]).subarray(HEADER_BYTES))
    let end = 0
    return { ...page, keys: page.keys.map(keyOf), sizes: page.sizes.map((size) => size - HEADER_BYTES), data: { bytes: new Uint8Array(Buffer.concat(rows)), ends: Uint32Array.from(rows, (row) => (end += row.length)) } }
  }
  return {
    describe: (signal) => store.describe(signal),
    listPage: async (query, signal) => bare(await store.listPage(query, signal)),
    async read(key, signal) {
      const session = await store.read(key, signal)
      return session === null ? null : { ...session, data: session.data.subarray(HEADER_BYTES) }
    },
    tally: (query, signal) => store.tally(query, signal),
    write: async (edit, signal) => store.write(signal.aborted ? edit : await wrap(edit), signal),
    writeMany: async (edits, signal) => store.writeMany(await Promise.all(edits.map(wrap)), signal),
    deleteMany: (targets, signal) => store.deleteMany(targets, signal),
    restore: (image, signal) => store.restore(image, signal),
    create: (session, signal) => store.create({ ...session, data: Buffer.concat([header(session.expireDate), session.data]) }, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
