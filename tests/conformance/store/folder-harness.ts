import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { existsSync, renameSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import { TABLE_TRAITS } from './harness.ts'
import type { StoreHarness, StoreTraits } from './harness.ts'

export const FILE_TRAITS: StoreTraits = { ...TABLE_TRAITS, sort: [], enumerate: 'unordered', filter: ['key'], expiry: 'mtime', expiryFact: 'mtime' }

/** In memory where that is to be had: tens of thousands of files are made and unmade. */
export const makeFolder = (): Promise<string> => mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'coatcheck-files-'))

/** Sessions end when their file was changed last, so that every instant is one of a file. */
export const fileProfile = (path: string): StoreProfile => ({ kind: 'file', path, cookieName: 'sessionid', cookieAgeSeconds: 0 })

/** As Django saves: another file, renamed over the first. */
export function saveFile(path: string, content: string | Uint8Array, mtime?: number): void {
  const made = `${path}_out_abcdefgh`
  writeFileSync(made, content, { mode: 0o600 })
  // Half a microsecond: Node cuts a float of seconds.
  if (mtime !== undefined) utimesSync(made, (mtime + 0.5) / 1_000_000, (mtime + (mtime % 1_000_000 === 0 ? 0 : 0.5)) / 1_000_000)
  renameSync(made, path)
}

export async function makeFileHarness(open: (profile: StoreProfile) => Promise<SessionStore>): Promise<StoreHarness> {
  const folder = await makeFolder()
  const opened: SessionStore[] = []
  const pathOf = (key: string): string => join(folder, `sessionid${key}`)
  return {
    holdsKey: (key) => /^[a-z0-9]{1,200}$/.test(key),
    async open() {
      const store = await open(fileProfile(folder))
      opened.push(store)
      return store
    },
    async put(rows) {
      for (const { key, data, expireDate } of rows) saveFile(pathOf(key), data, expireDate)
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
