import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Cursor, Etag, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import { yieldToLoop } from '../../util/abort.ts'
import { packImages } from '../image-bytes.ts'
import { KeyLists } from '../key-lists.ts'
import { PageRows, isReadable } from '../page-rows.ts'
import type { DeleteTarget, NewSession, PageQuery, SessionStore, StoreDescription, StoreEdit, StoreImage, StoreImages, StorePage, StoredSession, TallyQuery, TallyStep } from '../session-store.ts'
import type { FolderLayout } from './folder-layout.ts'
import { FolderWriter, fileImage } from './folder-writer.ts'
import type { FoundFile, SessionFolder } from './session-folder.ts'

/** Files of one go: a few milliseconds, then everybody else has a turn. */
const GO_FILES = 100
const TALLY_FILES = 5000

/** Sessions as files of one folder. What the files are called and hold is up to the layout. */
export class FolderStore implements SessionStore {
  readonly #folder: SessionFolder
  readonly #layout: FolderLayout
  readonly #lists: KeyLists
  readonly #writer: FolderWriter
  #isClosed = false

  constructor(folder: SessionFolder, layout: FolderLayout) {
    this.#folder = folder
    this.#layout = layout
    this.#writer = new FolderWriter(folder, layout)
    this.#lists = new KeyLists(() => this.#keys())
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.#begin(signal)
    this.#folder.check()
    const readOnlyReason = this.#folder.whyReadOnly()
    const { payload, expiry, server, facts } = this.#layout
    const mayWrite = readOnlyReason === null
    return {
      payload,
      capabilities: { write: mayWrite, delete: mayWrite, sort: [], count: 'exact', enumerate: 'unordered', filter: this.#layout.filter, expiry },
      server,
      extraColumns: [],
      facts: [{ name: 'folder', value: this.#folder.path }, ...facts, { name: 'compare-and-swap', value: 'looked at again just before the rename: files have no truer one' }],
      readOnlyReason,
    }
  }

  async listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    this.#begin(signal)
    const { keys, from, list, next } = await this.#lists.page(this.#layout.filter.includes('key') ? query : { ...query, filter: null }, signal)
    const page = new PageRows(query)
    for (const [index, key] of keys.entries()) {
      if (index % GO_FILES === GO_FILES - 1) await yieldToLoop(signal)
      const file = this.#find(key, LIMITS.storedValueBytes)
      if (file !== null && !page.add(this.#toRow(key, file))) return page.finish(list.cursorAt(from + index), index)
    }
    throwIfAborted(signal)
    return page.finish(next, keys.length)
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.#begin(signal)
    const file = this.#find(key, LIMITS.storedValueBytes)
    if (file === null) return null
    if (!isReadable(file.sizeBytes)) throw tooLarge(file.sizeBytes)
    return { key, data: file.bytes, expireDate: this.#layout.expireDate(file), etag: this.#layout.etag(file), physical: [...physicalFacts(file), ...this.#layout.physical(file)], image: fileImage(key, file) }
  }

  async images(keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages> {
    this.#begin(signal)
    const etags: (Etag | null)[] = []
    const images: (StoreImage | null)[] = []
    for (const [index, key] of keys.entries()) {
      if (index % GO_FILES === GO_FILES - 1) await yieldToLoop(signal)
      const file = this.#find(key, LIMITS.storedValueBytes)
      const isKept = file !== null && isReadable(file.sizeBytes)
      etags.push(isKept ? this.#layout.etag(file) : null)
      images.push(isKept ? fileImage(key, file) : null)
    }
    return { etags, data: packImages(images) }
  }

  async* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    this.#begin(signal)
    if (!Number.isSafeInteger(query.every) || query.every < 1) throw new CoatcheckError('REQUEST_INVALID', 'stores.tallyRows')
    const list = this.#lists.current(query.order)
    let counted = { examined: 0, live: 0 }
    let cursor: Cursor | null = list.cursorAt(0)
    while (cursor !== null) {
      const { keys, from, next } = await list.page(cursor, TALLY_FILES, signal)
      const signposts: Cursor[] = []
      for (const [index, key] of keys.entries()) {
        if (index % GO_FILES === GO_FILES - 1) await yieldToLoop(signal)
        const position = from + index
        if (position > 0 && position % query.every === 0) signposts.push(list.cursorAt(position))
        counted = this.#count(counted, key, query)
      }
      const { examined, live } = counted
      yield { examined, live, expired: examined - live, signposts }
      await yieldToLoop(signal)
      cursor = next
    }
  }

  async write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.write(edit)
  }

  async writeMany(edits: readonly StoreEdit[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    return this.#each(edits, (edit) => this.#writer.write(edit), signal)
  }

  async deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    try {
      return await this.#each(targets, (target) => this.#writer.remove(target), signal)
    } finally {
      // Once for all of them: a sync for each file would be most of the time.
      this.#folder.sync()
    }
  }

  async restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.restore(image)
  }

  async create(session: NewSession, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.create(session)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#lists.close()
  }

  #begin(signal: AbortSignal): void {
    throwIfAborted(signal)
    if (this.#isClosed) throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }

  async* #keys(): AsyncGenerator<readonly SessionKey[]> {
    for await (const names of this.#folder.names((name) => this.#layout.keyOf(name) !== null)) yield names.map((name) => this.#layout.keyOf(name) ?? '')
  }

  #find(key: SessionKey, limit: number): FoundFile | null {
    for (const name of this.#layout.namesOf(key)) {
      const file = this.#folder.read(name, limit)
      if (file !== null) return file
    }
    return null
  }

  #toRow(key: SessionKey, file: FoundFile): Parameters<PageRows['add']>[0] {
    return { key, data: isReadable(file.sizeBytes) ? file.bytes : null, sizeBytes: file.sizeBytes, expireDate: this.#layout.expireDate(file), etag: () => this.#layout.etag(file) }
  }

  #count({ examined, live }: Counted, key: SessionKey, { now }: TallyQuery): Counted {
    const file = this.#find(key, this.#layout.headBytes)
    if (file === null) return { examined, live }
    const expireDate = this.#layout.expireDate(file)
    // Without a date it never ends, as far as the file tells.
    return { examined: examined + 1, live: live + (expireDate === null || expireDate > now ? 1 : 0) }
  }

  async #each<Item>(items: readonly Item[], work: (item: Item) => KeyOutcome, signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    const outcomes: KeyOutcome[] = []
    for (const item of items) {
      if (outcomes.length % GO_FILES === GO_FILES - 1) await yieldToLoop(signal)
      outcomes.push(work(item))
    }
    return outcomes
  }
}

type Counted = Pick<TallyStep, 'examined' | 'live'>

function physicalFacts({ sizeBytes, mtime, mode, uid, gid }: FoundFile): readonly PhysicalFact[] {
  return [
    { name: 'mtime', value: Temporal.Instant.fromEpochNanoseconds(BigInt(mtime) * 1000n).toString() },
    { name: 'mode', value: `0${mode.toString(8)}` },
    { name: 'owner', value: `${uid}:${gid}` },
    { name: 'size', value: `${sizeBytes} bytes` },
  ]
}

export function tooLarge(size: number): CoatcheckError {
  return new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size, limit: LIMITS.storedValueBytes }), { hint: 'next.otherTools' })
}
