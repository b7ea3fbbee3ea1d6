import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { Cursor } from '../../../shared/model/session.ts'
import type { Keyring } from '../codecs/decoder.ts'
import type { SessionStore, StoreEdit, StorePage, StoredSession } from '../stores/session-store.ts'
import { shiftSessionText } from './shift-text.ts'

/** Moves every session of a store in time: its expire date, and its text where a key verifies it. */
export async function shiftStore(store: SessionStore, keyring: Keyring, seconds: number, signal: AbortSignal): Promise<void> {
  const edits: StoreEdit[] = []
  for (const key of await allKeys(store, signal)) {
    const stored = await store.read(key, signal)
    if (stored !== null) edits.push(shiftEdit(stored, keyring, seconds))
  }
  const outcomes = await store.writeMany(edits, signal)
  const lost = outcomes.find(({ outcome }) => outcome !== 'done')
  if (lost !== undefined) throw new CoatcheckError('INTERNAL', reason('sources.demoNotMoved', { outcome: lost.outcome }))
}

function shiftEdit(stored: StoredSession, keyring: Keyring, seconds: number): StoreEdit {
  const text = Buffer.from(stored.data).toString('utf8')
  const moved = shiftSessionText(text, keyring, seconds)
  return {
    key: stored.key,
    ifEtag: stored.etag,
    ...(moved === text ? {} : { data: Buffer.from(moved, 'utf8') }),
    ...(stored.expireDate === null ? {} : { expireDate: stored.expireDate + seconds * 1_000_000 }),
  }
}

/** By key, because that does not change while the expire dates do. */
async function allKeys(store: SessionStore, signal: AbortSignal): Promise<readonly string[]> {
  const keys: string[] = []
  let cursor: Cursor | null = null
  do {
    const page: StorePage = await store.listPage({ order: { by: 'key', direction: 'asc' }, cursor, limit: LIMITS.pageRows }, signal)
    keys.push(...page.keys)
    cursor = page.next
  } while (cursor !== null)
  return keys
}
