import { throwIfAborted } from '../../../shared/errors.ts'
import type { Etag, SessionKey } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { packBytes } from '../stores/image-bytes.ts'
import type { StorePage, StoredSession } from '../stores/session-store.ts'

const AT_ONCE = 100

/** The sessions of a selection that are there, and still as they were seen, as pages of the store. */
export async function* pagesOfSelection(source: SessionSource, selection: ReadonlyMap<SessionKey, Etag | null>, signal: AbortSignal): AsyncGenerator<StorePage> {
  const keys = [...selection.keys()]
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    throwIfAborted(signal)
    const part = keys.slice(from, from + AT_ONCE)
    const found = await Promise.all(part.map((key) => source.store.read(key, signal)))
    const here = found.filter((session) => session !== null).filter(({ key, etag }) => [null, undefined, etag].includes(selection.get(key)))
    const rowless = here.filter((session) => isRowless(session))
    yield toPage(here.filter((session) => !isRowless(session)), part.length - rowless.length)
    if (rowless.length > 0) yield toPage(rowless, rowless.length)
  }
}

const layerOf = ({ layers }: StoredSession, layer: 'db' | 'cache'): NonNullable<StoredSession['layers']>[number] | undefined => layers?.find((one) => one.layer === layer)
const isRowless = (session: StoredSession): boolean => session.layers !== undefined && (layerOf(session, 'db')?.session ?? null) === null

function toPage(sessions: readonly StoredSession[], examined: number): StorePage {
  const first = sessions[0]
  const rows = sessions.map((session) => (session.layers === undefined ? session : (layerOf(session, 'db')?.session ?? null)))
  return {
    keys: sessions.map(({ key }) => key),
    etags: sessions.map(({ etag }) => etag),
    next: null,
    examined,
    ...columnsOf(rows),
    ...(first?.layers === undefined ? {} : { cache: { rowless: isRowless(first), found: sessions.map(foundOf), ...columnsOf(sessions.map((session) => layerOf(session, 'cache')?.session ?? null)) } }),
  }
}

function columnsOf(sessions: readonly (StoredSession | null)[]): Pick<StorePage, 'data' | 'sizes' | 'expireDates' | 'flags'> {
  const isFlagged = sessions.some((session) => session?.flags !== undefined)
  return {
    data: packBytes(sessions.map((session) => session?.data ?? new Uint8Array())),
    sizes: sessions.map((session) => session?.data.length ?? 0),
    expireDates: sessions.map((session) => session?.expireDate ?? null),
    ...(isFlagged ? { flags: sessions.map((session) => session?.flags ?? 0) } : {}),
  }
}

function foundOf(session: StoredSession): 'hit' | 'miss' | 'failed' {
  const copy = layerOf(session, 'cache')
  if (copy === undefined || copy.reason !== null) return 'failed'
  return copy.session === null ? 'miss' : 'hit'
}
