import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { EpochMs } from '../../../shared/model/session.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { SessionStore } from '../stores/session-store.ts'
import { MANIFEST_FILE, readDemoManifest, type DemoManifest } from './manifest.ts'
import { shiftPastedText, shiftSessionText } from './shift-text.ts'
import { shiftStore } from './shift-store.ts'

export interface DemoPlaces {
  /** `resources/demo` of this program. */
  readonly from: string
  /** Where the copy shall live; its parent is made when missing. */
  readonly to: string
  readonly now: EpochMs
  /** Opens the copy's database for writing. */
  readonly openStore: (target: { readonly path: string; readonly table: string; readonly clock: StoreClock }) => Promise<SessionStore>
  /** Throws an existing copy away and starts afresh. */
  readonly reset?: boolean
}

/** A demo older than this is moved to now again: its sessions live for two weeks at most. */
const STALE_MS = 3 * 86_400_000

/**
 * Copies the demo project to the user's folder and moves its dates to now by a whole number of seconds, so that what was live
 * when it was made is live today. A copy that is there is left as the user has it, but for its dates when they have grown old.
 * The copy is made beside its place and renamed into it: there is a whole demo, or none.
 */
export async function installDemo(places: DemoPlaces, signal: AbortSignal): Promise<DemoManifest> {
  const present = places.reset === true ? null : await readDemoManifest(places.to).catch(() => null)
  if (present !== null && places.now - Date.parse(present.generatedAt) < STALE_MS) return present
  const from = present === null ? places.from : places.to
  const building = `${places.to}.installing-${randomUUID()}`
  await mkdir(dirname(places.to), { recursive: true, mode: 0o700 })
  try {
    await copyPrivately(from, building)
    const manifest = await shiftCopy(building, places, signal)
    await swapIn(building, places.to)
    return manifest
  } catch (error) {
    if (error instanceof CoatcheckError) throw error
    throw new CoatcheckError('STORE_PERMISSION', 'sources.demoNotCopied', { subject: places.to }, error)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function shiftCopy(folder: string, places: DemoPlaces, signal: AbortSignal): Promise<DemoManifest> {
  const made = await readDemoManifest(folder)
  const seconds = Math.floor((places.now - Date.parse(made.generatedAt)) / 1000)
  const keyring = [made.secretKey, ...made.fallbacks].map((secret) => ({ name: '', secret }))
  const store = await places.openStore({
    path: join(folder, made.database),
    table: made.table,
    clock: { useTz: made.useTz, timeZone: made.timeZone, origin: 'settings' },
  })
  try {
    await shiftStore(store, keyring, seconds, signal)
  } finally {
    await store[Symbol.asyncDispose]()
  }
  await rewrite(join(folder, made.cookies), (text) => shiftPastedText(text, keyring, seconds))
  const files: DemoManifest['files'] = []
  for (const file of made.files) {
    const path = join(folder, file.path)
    const modifiedAt = shiftMoment(file.modifiedAt, seconds)
    if (!(await rewrite(path, (text) => shiftSessionText(text, keyring, seconds)))) continue
    await utimes(path, new Date(modifiedAt), new Date(modifiedAt))
    files.push({ ...file, modifiedAt })
  }
  const manifest: DemoManifest = { ...made, files, generatedAt: shiftMoment(made.generatedAt, seconds), shiftedBySeconds: made.shiftedBySeconds + seconds }
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}

function shiftMoment(moment: string, seconds: number): string {
  return Temporal.Instant.from(moment).add({ seconds }).toString()
}

/** false: there is no such file any more. Django itself deletes an expired session file when it reads it. */
async function rewrite(path: string, change: (text: string) => string): Promise<boolean> {
  const text = await readFile(path, 'latin1').catch(ignoreMissing)
  if (text === undefined) return false
  await writeFile(path, change(text), 'latin1')
  return true
}

/** The shipped files may be read-only, and session data is nobody else's business. */
async function copyPrivately(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => basename(path) !== '__pycache__' })
  await chmod(to, 0o700)
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600)
  }
}

async function swapIn(building: string, to: string): Promise<void> {
  const old = `${to}.old-${randomUUID()}`
  await rename(to, old).catch(ignoreMissing)
  await rename(building, to)
  await rm(old, { recursive: true, force: true })
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
