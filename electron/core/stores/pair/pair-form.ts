import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { LayerId } from '../../../../shared/model/store.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { RawValue, StoreImage, StoredSession } from '../session-store.ts'

/** One layer as it was read: a session, nothing, or an error instead of an answer. */
export type LayerRead = { readonly kind: 'present'; readonly session: StoredSession } | { readonly kind: 'missing' } | { readonly kind: 'failed'; readonly reason: Reason }

/** Etags of both layers; null: nothing was there. `unread`: it did not answer. */
export interface PairEtags {
  readonly db: Etag | null
  readonly cache: Etag | 'unread' | null
}

const [NOTHING, UNREAD, BETWEEN] = ['-', '?', '~']

export function joinEtags({ db, cache }: PairEtags): Etag {
  return `${db ?? NOTHING}${BETWEEN}${cache === 'unread' ? UNREAD : (cache ?? NOTHING)}`
}

export function splitEtags(etag: Etag): PairEtags {
  const at = etag.indexOf(BETWEEN)
  const [db, cache] = at < 0 ? [etag, NOTHING] : [etag.slice(0, at), etag.slice(at + 1)]
  return { db: db === NOTHING ? null : db, cache: cache === UNREAD ? 'unread' : cache === NOTHING ? null : cache }
}

export function etagsOf(row: LayerRead, cache: LayerRead): PairEtags {
  const etag = (read: LayerRead): Etag | null => (read.kind === 'present' ? read.session.etag : null)
  return { db: etag(row), cache: cache.kind === 'failed' ? 'unread' : etag(cache) }
}

/** Columns of a pair's image that are not the driver's own: the stored bytes, which an edit is taken back with. */
const DATA = '=data'
const FLAGS = '=flags'
const EVERY_LAYER: readonly LayerId[] = ['db', 'cache']

/** What a layer needs to be brought back: its own image, and its bytes. */
export interface LayerImage {
  readonly image: StoreImage
  readonly data: Uint8Array
  readonly flags: number | undefined
}

/** Both images in one: `db:session_data`, `cache:value`… */
export function joinImages(key: SessionKey, layers: Readonly<Partial<Record<LayerId, StoredSession>>>): StoreImage {
  const columns: Record<string, RawValue> = {}
  for (const layer of EVERY_LAYER) {
    const session = layers[layer]
    if (session === undefined) continue
    for (const [name, value] of Object.entries(session.image.columns)) columns[`${layer}:${name}`] = value
    columns[`${layer}:${DATA}`] = session.data
    if (session.flags !== undefined) columns[`${layer}:${FLAGS}`] = session.flags
  }
  return { key, columns }
}

/** null: that layer held nothing. @throws REQUEST_INVALID for an image that is none of a pair */
export function splitImages({ key, columns }: StoreImage): Readonly<Record<LayerId, LayerImage | null>> {
  const images = { db: takeLayer(key, columns, 'db'), cache: takeLayer(key, columns, 'cache') }
  if (images.db === null && images.cache === null) throw new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
  return images
}

function takeLayer(key: SessionKey, columns: StoreImage['columns'], layer: LayerId): LayerImage | null {
  const own = Object.entries(columns).flatMap(([name, value]) => (name.startsWith(`${layer}:`) ? [[name.slice(layer.length + 1), value] as const] : []))
  const { [DATA]: data, [FLAGS]: flags, ...rest } = Object.fromEntries(own)
  if (!(data instanceof Uint8Array)) return null
  return { image: { key, columns: rest }, data, flags: flags === undefined || flags === null ? undefined : Number(flags) }
}
