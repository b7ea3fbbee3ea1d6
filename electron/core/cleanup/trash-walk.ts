import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { imageFromBytes, unpackBytes } from '../stores/image-bytes.ts'
import type { StoreImage } from '../stores/session-store.ts'
import type { KeyKeeper, Manifest, RunFolders } from './run-folder.ts'
import { UNDO_FILE } from './run-folder.ts'
import { partsOf } from './tally-run.ts'
import { readUndone } from './undo-file.ts'

/** A deletion that this program can take back: what it removed, as it was. */
export interface Deletion {
  readonly id: string
  readonly at: number
  readonly target: SourceTarget
  readonly sentence: { readonly id: string; readonly params: Readonly<Record<string, string | number>> }
  readonly images: readonly StoreImage[]
}

/** What was removed together, newest first among others. */
export type Removed =
  | { readonly kind: 'run'; readonly id: string; readonly at: number; readonly manifest: Manifest }
  | { readonly kind: 'deletion'; readonly id: string; readonly at: number; readonly deletion: Deletion }

/** Where in what was removed a session is kept. */
export interface KeptPlace {
  readonly part: number
  readonly index: number
}

export interface KeptSession {
  readonly place: KeptPlace
  readonly key: SessionKey
  /** Taken apart when it is asked for: a part of a run may hold many. */
  image(): StoreImage
}

export interface TrashFiles {
  readonly folders: RunFolders
  readonly keys: KeyKeeper
  readonly deletions: () => Promise<readonly Deletion[]>
}

/** Runs that delete, and deletions, newest first. */
export async function removedNewestFirst({ folders, deletions }: TrashFiles): Promise<readonly Removed[]> {
  const runs = folders.list().flatMap((manifest): Removed[] => (manifest.action.kind === 'delete' && manifest.undo ? [{ kind: 'run', id: manifest.runId, at: manifest.startedAt, manifest }] : []))
  const single = (await deletions()).map((deletion): Removed => ({ kind: 'deletion', id: deletion.id, at: deletion.at, deletion }))
  return [...runs, ...single].toSorted((a, b) => b.at - a.at || a.id.localeCompare(b.id))
}

/** Part by part from a place on, what can still be put back; never more than a part at once. Nothing where its key is not to be had. */
export async function* keptSessions(removed: Removed, files: TrashFiles, from: KeptPlace): AsyncGenerator<readonly KeptSession[]> {
  const isAhead = ({ part, index }: KeptPlace): boolean => part > from.part || (part === from.part && index >= from.index)
  if (removed.kind === 'deletion') {
    yield removed.deletion.images.map((image, index) => ({ place: { part: 0, index }, key: image.key, image: () => image })).filter(({ place }) => isAhead(place))
    return
  }
  const { manifest } = removed
  const key = await files.keys.open(manifest.runId, manifest.key)
  if (key !== null) yield* keptOfRun(manifest, key, files.folders, isAhead)
}

async function* keptOfRun(manifest: Manifest, key: Buffer, folders: RunFolders, isAhead: (place: KeptPlace) => boolean): AsyncGenerator<readonly KeptSession[]> {
  const undone = await readUndone(folders.pathOf(manifest.runId, UNDO_FILE), key)
  for await (const { part, targets, journal, undoable } of partsOf(folders, manifest, key)) {
    const wanted = undoable.filter((index) => isAhead({ part, index }) && undone.get(part)?.done.has(index) !== true)
    const images = wanted.length === 0 || journal === null || journal.intent.images === null ? [] : unpackBytes(journal.intent.images)
    yield wanted.flatMap((index) => {
      const bytes = images[index]
      return bytes === undefined || bytes.length === 0 ? [] : [{ place: { part, index }, key: targets[index]?.key ?? '', image: () => imageFromBytes(bytes) }]
    })
  }
}

/** The text of a place, and back. @throws REQUEST_INVALID */
export const placeText = ({ part, index }: KeptPlace): string => `${part}.${index}`

export function readPlace(text: string): KeptPlace {
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(text)
  if (found === null) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.noTrashed')
  return { part: Number(found[1]), index: Number(found[2]) }
}
