import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import { packImages, unpackImages } from './image-bytes.ts'
import type { Pace, SessionStore, StoreImages, StoredSession } from './session-store.ts'

/** Of one store in flight: a client of a server sends them in one go. */
const AT_ONCE = 100

/** Before-images of many, for any store: those that have no better way are asked one by one. */
export async function imagesOf(store: SessionStore, keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages> {
  if (store.images !== undefined) return store.images(keys, signal)
  const found = await readMany(store, keys, signal)
  return { etags: found.map((session) => session?.etag ?? null), data: packImages(found.map((session) => session?.image ?? null)) }
}

/** null: gone, or too long to be read. */
async function readMany(store: SessionStore, keys: readonly SessionKey[], signal: AbortSignal): Promise<readonly (StoredSession | null)[]> {
  return eachOf(keys, (key) => store.read(key, signal).catch((error: unknown) => {
    if (error instanceof CoatcheckError && error.code === 'SESSION_TOO_LARGE') return null
    throw error
  }))
}

/** Puts many back, each only where nothing stands; one outcome for each, in order. */
export async function restoreMany(store: SessionStore, images: PackedData, signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
  if (store.restoreMany !== undefined) return store.restoreMany(images, signal, pace)
  return eachOf(unpackImages(images), async (image) => (image === null ? { key: '', outcome: 'failed', etag: null, reason: reason('stores.nothingKept') } : store.restore(image, signal)))
}

async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += AT_ONCE) results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))))
  return results
}
