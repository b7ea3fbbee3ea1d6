import { CoatcheckError } from '../../../../shared/errors.ts'
import type { KeyOutcome, LayerOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { CacheEdit, DeleteTarget, NewSession, SessionStore, StoreEdit, StoreImage } from '../session-store.ts'
import type { LayerImage } from './pair-form.ts'
import { etagsOf, joinEtags, splitEtags, splitImages } from './pair-form.ts'
import type { PairReader } from './pair-reader.ts'

/**
 * Writes both layers in the order of Django's cached_db: the row, then the copy in the cache. Both are looked at before anything is
 * written, and each write compares once more; a copy that changed in between takes the row's write back with it.
 */
export class PairWriter {
  readonly #rows: SessionStore
  readonly #cache: SessionStore
  readonly #reader: PairReader

  constructor(rows: SessionStore, cache: SessionStore, reader: PairReader) {
    this.#rows = rows
    this.#cache = cache
    this.#reader = reader
  }

  async write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome> {
    const { key, image } = edit
    const given = splitEtags(edit.ifEtag)
    const { row, cache } = await this.#reader.readLayers(key, signal)
    const etag = joinEtags(etagsOf(row, cache))
    if (row.kind === 'missing' && cache.kind === 'missing') return outcomeOf(key, 'gone', null)
    if (cache.kind === 'failed' && given.cache !== 'unread') return { ...outcomeOf(key, 'failed', etag), reason: cache.reason }
    // A copy where none was can only be of the row, which is compared; one that did not answer was never seen.
    const isSameCopy = given.cache === 'unread' || given.cache === null || (cache.kind === 'present' && cache.session.etag === given.cache)
    if (!isSameCopy || (row.kind === 'present' ? row.session.etag : null) !== given.db) return outcomeOf(key, row.kind === 'missing' && given.db !== null ? 'gone' : 'conflict', etag)
    const before = row.kind === 'present' ? row.session : null
    const images = image === undefined ? null : splitImages(image)
    const changes = this.#rowEdit(edit, images?.db ?? null)
    const written = changes === null || given.db === null ? null : await this.#rows.write({ ...changes, key, ifEtag: given.db }, signal)
    if (written !== null && written.outcome !== 'done') return { ...written, etag, layers: [layerOf('db', written)] }
    const done = await this.#writeCache(key, { edit: edit.cache, image: images === null ? undefined : images.cache, ifEtag: given.cache, signal })
    if (done?.outcome === 'conflict' && written?.etag !== null && written !== null && before !== null) {
      const back = await this.#rows.write({ key, ifEtag: written.etag, data: before.data, image: before.image }, signal)
      if (back.outcome === 'done') return outcomeOf(key, 'conflict', await this.#etagNow(key, signal))
    }
    return this.#sum(key, [written === null ? null : layerOf('db', written), done === null ? null : layerOf('cache', done)], signal)
  }

  async deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    const etags = targets.map(({ ifEtag }) => (ifEtag === null ? null : splitEtags(ifEtag)))
    const withRow = targets.flatMap(({ key }, index) => (etags[index]?.db === null ? [] : [{ key, ifEtag: etags[index]?.db ?? null }]))
    const deleted = [...(await this.#rows.deleteMany(withRow, signal))]
    const rows: KeyOutcome[] = []
    for (const [index, { key }] of targets.entries()) rows.push(etags[index]?.db === null ? await this.#absentRow(key, signal) : (deleted.shift() ?? outcomeOf(key, 'failed', null)))
    const copies = rows.flatMap((row, index) => (row.outcome === 'done' || row.outcome === 'gone' ? [{ key: row.key, ifEtag: copyEtag(row, etags[index]?.cache ?? null) }] : []))
    // From here on nothing may stop it: a row without its copy is a session that lives on.
    const dropped = [...(await this.#dropAll(copies))]
    const outcomes: KeyOutcome[] = []
    for (const row of rows) {
      const copy = row.outcome === 'done' || row.outcome === 'gone' ? dropped.shift() : undefined
      outcomes.push(copy === undefined ? { ...row, etag: await this.#etagNow(row.key, signal), layers: [layerOf('db', row)] } : await this.#sumDeletion(row, copy, signal))
    }
    return outcomes
  }

  async restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome> {
    const { key } = image
    const { db, cache } = splitImages(image)
    const standing = await this.#etagNow(key, signal)
    if (standing !== null) return outcomeOf(key, 'exists', standing)
    const row = db === null ? null : await this.#rows.restore(db.image, signal)
    if (row !== null && row.outcome !== 'done') return { ...row, etag: await this.#etagNow(key, signal), layers: [layerOf('db', row)] }
    const copy = cache === null ? null : await this.#attempt(key, () => this.#cache.restore(cache.image, signal))
    return this.#sum(key, [row === null ? null : layerOf('db', row), copy === null ? null : layerOf('cache', copy)], signal)
  }

  async create({ cache, ...row }: NewSession, signal: AbortSignal): Promise<KeyOutcome> {
    const { key } = row
    const standing = await this.#etagNow(key, signal)
    if (standing !== null) return outcomeOf(key, 'exists', standing)
    const made = await this.#rows.create(row, signal)
    if (made.outcome !== 'done') return { ...made, etag: await this.#etagNow(key, signal), layers: [layerOf('db', made)] }
    const copy = cache === undefined ? null : await this.#attempt(key, () => this.#cache.create({ ...row, ...cache, engine: 'cached_db' }, signal))
    return this.#sum(key, [layerOf('db', made), copy === null ? null : layerOf('cache', copy)], signal)
  }

  /** What goes to the row; null: nothing. @throws NOTHING_TO_CHANGE when neither layer is to be changed */
  #rowEdit({ data, expireDate, userId, image, cache }: StoreEdit, taken: LayerImage | null): Omit<StoreEdit, 'key' | 'ifEtag'> | null {
    if (image !== undefined) return taken === null ? null : { data: taken.data, image: taken.image }
    if (data === undefined && expireDate === undefined) {
      if (cache === undefined) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
      return null
    }
    return { ...(data === undefined ? {} : { data }), ...(expireDate === undefined ? {} : { expireDate }), ...(userId === undefined ? {} : { userId }) }
  }

  /** null: the copy was left alone. */
  async #writeCache(key: SessionKey, { edit, image, ifEtag, signal }: CopyChange): Promise<KeyOutcome | null> {
    if (image !== undefined) return this.#attempt(key, () => this.#putBack(key, image, ifEtag, signal))
    if (edit === undefined) return null
    // Nothing was there: Django makes a copy from the row at its next reading. One that it made meanwhile may be of the old row.
    if (ifEtag === null || edit.kind === 'drop') return this.#attempt(key, () => this.#drop(key, ifEtag === 'unread' ? null : ifEtag, signal))
    const { data, flags, expireDate } = edit
    const fresh = { ...(data === undefined ? {} : { data }), ...(flags === undefined ? {} : { flags }), ...(expireDate === undefined ? {} : { expireDate }) }
    return this.#attempt(key, async () => {
      const etag = ifEtag === 'unread' ? await this.#cacheEtag(key, signal) : ifEtag
      return etag === null ? outcomeOf(key, 'done', null) : this.#cache.write({ key, ifEtag: etag, ...fresh }, signal)
    })
  }

  async #putBack(key: SessionKey, image: LayerImage | null, ifEtag: Etag | 'unread' | null, signal: AbortSignal): Promise<KeyOutcome> {
    if (image === null) return this.#drop(key, ifEtag === 'unread' ? null : ifEtag, signal)
    const etag = ifEtag === 'unread' || ifEtag === null ? await this.#cacheEtag(key, signal) : ifEtag
    if (etag === null) return this.#cache.restore(image.image, signal)
    return this.#cache.write({ key, ifEtag: etag, data: image.data, image: image.image, ...(image.flags === undefined ? {} : { flags: image.flags }) }, signal)
  }

  /** A copy that is gone already is as good as dropped. */
  async #drop(key: SessionKey, ifEtag: Etag | null, signal: AbortSignal): Promise<KeyOutcome> {
    const [outcome = outcomeOf(key, 'failed', null)] = await this.#cache.deleteMany([{ key, ifEtag }], signal)
    return outcome.outcome === 'gone' ? { ...outcome, outcome: 'done' } : outcome
  }

  async #dropAll(copies: readonly DeleteTarget[]): Promise<readonly KeyOutcome[]> {
    if (copies.length === 0) return []
    try {
      return await this.#cache.deleteMany(copies, new AbortController().signal)
    } catch (error) {
      return copies.map(({ key }) => failureOf(key, error))
    }
  }

  async #sumDeletion(row: KeyOutcome, copy: KeyOutcome, signal: AbortSignal): Promise<KeyOutcome> {
    const { key } = row
    if (row.outcome === 'gone' && copy.outcome === 'gone') return outcomeOf(key, 'gone', null)
    const layers = [row.outcome === 'gone' ? null : layerOf('db', row), copy.outcome === 'gone' ? null : layerOf('cache', copy)].filter((layer) => layer !== null)
    if (layers.every(({ outcome }) => outcome === 'done')) return { key, outcome: 'done', etag: null, reason: null, layers }
    return this.#sum(key, layers, signal)
  }

  async #absentRow(key: SessionKey, signal: AbortSignal): Promise<KeyOutcome> {
    return outcomeOf(key, (await this.#rows.read(key, signal)) === null ? 'gone' : 'conflict', null)
  }

  async #attempt(key: SessionKey, run: () => Promise<KeyOutcome>): Promise<KeyOutcome> {
    try {
      return await run()
    } catch (error) {
      return failureOf(key, error)
    }
  }

  async #sum(key: SessionKey, layers: readonly (LayerOutcome | null)[], signal: AbortSignal): Promise<KeyOutcome> {
    const known = layers.filter((layer) => layer !== null)
    const bad = known.find(({ outcome }) => outcome !== 'done')
    const isPartly = bad !== undefined && known.some(({ outcome }) => outcome === 'done')
    return { key, outcome: bad === undefined ? 'done' : isPartly ? 'partly' : bad.outcome, etag: await this.#etagNow(key, signal), reason: bad?.reason ?? null, layers: known }
  }

  async #etagNow(key: SessionKey, signal: AbortSignal): Promise<Etag | null> {
    const { row, cache } = await this.#reader.readLayers(key, signal)
    return row.kind === 'missing' && cache.kind !== 'present' ? null : joinEtags(etagsOf(row, cache))
  }

  async #cacheEtag(key: SessionKey, signal: AbortSignal): Promise<Etag | null> {
    return (await this.#cache.read(key, signal))?.etag ?? null
  }
}

interface CopyChange {
  readonly edit: CacheEdit | undefined
  /** undefined: no undo; null: there was no copy. */
  readonly image: LayerImage | null | undefined
  readonly ifEtag: Etag | 'unread' | null
  readonly signal: AbortSignal
}

/**
 * Which copy may go. As Django's `delete`, whatever stands there, once the row that was compared is gone: a newer copy can only be
 * the old one made again. Without a row the copy itself is compared.
 */
function copyEtag(row: KeyOutcome, etag: Etag | 'unread' | null): Etag | null {
  return row.outcome === 'done' || etag === 'unread' ? null : etag
}

/** A cache that fails is an outcome: the row may be written by then. */
function failureOf(key: SessionKey, error: unknown): KeyOutcome {
  if (!(error instanceof CoatcheckError)) throw error
  return { key, outcome: error.code === 'CONNECT_LOST' ? 'unknown' : 'failed', etag: null, reason: error.reason }
}

function outcomeOf(key: SessionKey, outcome: KeyOutcome['outcome'], etag: Etag | null): KeyOutcome {
  return { key, outcome, etag, reason: null }
}

function layerOf(layer: LayerOutcome['layer'], { outcome, reason }: KeyOutcome): LayerOutcome {
  return { layer, outcome, reason }
}
