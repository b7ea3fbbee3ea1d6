import { createHash } from 'node:crypto'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupAction } from '../../../shared/model/cleanup.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { EpochMs } from '../../../shared/model/session.ts'
import type { DataEntry, DictNode } from '../../../shared/values/node.ts'
import { sameData } from '../../../shared/values/walk.ts'
import { lossOf, readValue } from './actions.ts'
import { auditOf } from './audit.ts'
import { readSession } from '../sessions/inspect.ts'
import type { ReadSession } from '../sessions/inspect.ts'
import { endOf } from '../sessions/inspect.ts'
import { layerOf, layerSource } from '../sessions/pair-inspect.ts'
import { pairStep } from '../sessions/pair-edit.ts'
import { dataEdit, expiryStep } from '../sessions/prepare.ts'
import type { PreparedStep } from '../sessions/prepare.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { packBytes, packImages, unpackBytes, unpackImages } from '../stores/image-bytes.ts'
import { restoreMany } from '../stores/many.ts'
import type { StoreEdit } from '../stores/session-store.ts'
import type { Intent, Rest } from './journal.ts'
import type { ActionPlace, ActionWork } from './part-work.ts'
import { OF_ONE, UNSTOPPED } from './part-work.ts'
import type { cleanup } from '../../../shared/words/en/cleanup.ts'
import type { Target } from './target-list.ts'

/** What an action makes of one session, or why it is left as it is. */
export type EditStep = PreparedStep | Reason

const AT_ONCE = 50
const SECOND = 1_000_000

/** @throws SIGNATURE_KEY_MISSING, STORE_UNSUPPORTED: what speaks against all of them */
export async function editStep(source: SessionSource, session: ReadSession, action: CleanupAction, now: EpochMs): Promise<EditStep> {
  const dict = session.data?.kind === 'dict' ? session.data : null
  if (action.kind === 'expire') return (await expiryStep(source, session, action.expiry, now, UNSTOPPED)) ?? why('unreadable')
  if (action.kind === 'to-json') return toJson(source, session, now)
  if (dict === null) return why('unreadable')
  switch (action.kind) {
    case 'extend': {
      const { at } = endOf(source, session, now)
      if (at === null) return why('endless')
      const until = Math.round(at / 1000) + action.seconds * 1000
      if (until <= now) return why('ended')
      return (await expiryStep(source, session, { kind: 'at', at: until }, now, UNSTOPPED)) ?? why('unreadable')
    }
    case 'set-key':
      return dataStep(source, session, withKey(dict, action.name, action.value), now)
    case 'remove-key': {
      const left: DictNode = { ...dict, entries: dict.entries.filter((entry) => !isNamed(entry, action.name)) }
      return left.entries.length === dict.entries.length ? why('noKey', { name: action.name }) : dataStep(source, session, left, now)
    }
    case 're-sign':
      return whole(source, session, dict, now)
    case 'delete':
    case 'copy':
      throw new CoatcheckError('INTERNAL', 'cleanup.noEdit')
  }
}

const why = (id: keyof typeof cleanup.skips, params: Reason['params'] = {}): Reason => ({ id: `cleanup.skips.${id}`, params })

async function dataStep(source: SessionSource, session: ReadSession, given: DictNode, now: EpochMs): Promise<EditStep> {
  if (session.data !== null && sameData(session.data, given)) return why('same')
  return whole(source, session, given, now)
}

async function whole(source: SessionSource, session: ReadSession, given: DictNode, now: EpochMs): Promise<EditStep> {
  const one = (layer: SessionSource, stored: ReadSession): Promise<PreparedStep> => dataEdit(layer, stored, { given, expiry: null }, now, UNSTOPPED)
  const prepared = session.layers === undefined ? await one(source, session) : await pairStep(source, session, now, one)
  return prepared ?? why('unreadable')
}

/** Only what JSON carries without loss. Of a pair the row alone: the cache writes its copies as it is set up to, whatever SESSION_SERIALIZER says. */
async function toJson(source: SessionSource, session: ReadSession, now: EpochMs): Promise<EditStep> {
  const row = session.layers === undefined ? session : layerOf(session.layers, 'db').session
  const copy = session.layers === undefined ? null : layerOf(session.layers, 'cache').session
  if (row?.data?.kind !== 'dict') return why('unreadable')
  if (row.text.serializer !== 'pickle') return why('isJson')
  // Django goes on from the copy, and saves what it holds.
  const losses = [...(await auditOf(source, row, now)), ...(copy === null ? [] : await auditOf(layerSource(source, 'cache'), copy, now))]
  const loss = lossOf(losses)
  if (loss !== null) return loss
  const { text } = row
  const asJson: ReadSession = { ...row, text: { ...text, serializer: 'json', habit: text.habit === null ? null : { ...text.habit, pickleProtocol: null, pickleFramed: null } } }
  const prepared = await dataEdit(layerSource(source, 'db'), asJson, { given: row.data, expiry: null }, now, UNSTOPPED)
  if (prepared === null) return why('unreadable')
  if (session.layers === undefined || prepared.step.did !== 'write') return prepared
  return { ...prepared, step: { did: 'write', edit: { ...prepared.step.edit, ifEtag: session.stored.etag }, before: session.stored } }
}

function withKey(dict: DictNode, name: string, notation: string): DictNode {
  const entry: DataEntry = { key: { kind: 'str', value: name }, value: readValue(notation) }
  const at = dict.entries.findIndex((one) => isNamed(one, name))
  return { ...dict, entries: at < 0 ? [...dict.entries, entry] : dict.entries.with(at, entry) }
}

const isNamed = ({ key }: DataEntry, name: string): boolean => key.kind === 'str' && key.value === name

interface Edited {
  readonly session: ReadSession
  readonly edit: StoreEdit
}

/** Every action that leaves the session where it is, and writes it anew. */
export function edits(place: ActionPlace): ActionWork {
  const source = (): SessionSource => place.source().source

  async function prepareOne({ key, ifEtag }: Target): Promise<Edited | Rest[number]> {
    const session = await readSession(source(), key, place.now, UNSTOPPED)
    if (session === null) return [0, 'gone', null]
    if (session.stored.etag !== ifEtag) return [0, 'conflict', null]
    try {
      const step = await editStep(source(), session, place.action, place.now)
      if ('params' in step) return [0, 'skipped', step]
      return step.step.did === 'write' ? { session, edit: step.step.edit } : [0, 'skipped', why('unreadable')]
    } catch (error) {
      if (error instanceof CoatcheckError && OF_ONE.includes(error.code)) return [0, error.code === 'SESSION_GONE' ? 'gone' : 'skipped', error.reason]
      throw error
    }
  }

  return {
    async prepare(part, targets, keeps) {
      const edited: (Edited | Rest[number])[] = []
      for (let from = 0; from < targets.length; from += AT_ONCE) edited.push(...(await Promise.all(targets.slice(from, from + AT_ONCE).map(prepareOne))))
      const ready = edited.map((one) => ('edit' in one ? one : null))
      const attempt = ready.flatMap((one, index) => (one === null ? [] : [index]))
      return {
        intent: {
          part, did: 'write', etags: ready.map((one) => one?.session.stored.etag ?? null),
          images: keeps ? packImages(ready.map((one) => one?.session.stored.image ?? null)) : null,
          before: keeps ? packBytes(ready.map((one) => one?.session.stored.data ?? new Uint8Array())) : null,
          after: ready.map((one) => (one === null ? null : { hash: one.edit.data === undefined ? null : hashOf(one.edit.data), expireDate: one.edit.expireDate ?? null })),
        },
        rest: edited.flatMap((one, index): Rest => ('edit' in one ? [] : [[index, one[1], one[2]]])),
        attempt,
        run: (pace) => source().store.writeMany(attempt.flatMap((index) => ready[index]?.edit ?? []), UNSTOPPED, pace),
      }
    },
    async recover(intent, targets) {
      const done = new Map<number, KeyOutcome>()
      const rest: Rest[number][] = []
      const again: number[] = []
      for (const [index, { key, ifEtag }] of targets.entries()) {
        const now = await source().store.read(key, UNSTOPPED)
        if (now !== null && now.etag === ifEtag) again.push(index)
        else if (intent.after[index] === null || intent.after[index] === undefined) rest.push([index, now === null ? 'gone' : 'conflict', null])
        else if (isDone(intent, index, now)) done.set(index, { key, outcome: 'done', etag: now?.etag ?? null, reason: null })
        else rest.push([index, now === null ? 'gone' : 'conflict', null])
      }
      return { done, rest, again }
    },
    async undo({ intent, result }, targets, indexes, pace) {
      const [images, before] = [unpackImages(intent.images ?? packBytes([])), unpackBytes(intent.before ?? packBytes([]))]
      const outcomes: KeyOutcome[] = []
      for (const index of indexes) outcomes.push(await undoOne(place, { key: targets[index]?.key ?? '', image: images[index] ?? null, data: before[index] ?? new Uint8Array(), was: intent.etags[index] ?? null, is: result === null ? undefined : (result.etags[index] ?? null), intent, index }, pace))
      return outcomes
    },
  }
}

interface Undone {
  readonly key: string
  readonly image: ReturnType<typeof unpackImages>[number]
  readonly data: Uint8Array
  readonly was: string | null
  /** As the run left it; undefined: it was not told. */
  readonly is: string | null | undefined
  readonly intent: Intent
  readonly index: number
}

async function undoOne(place: ActionPlace, { key, image, data, was, is, intent, index }: Undone, pace: 'gentle' | 'full'): Promise<KeyOutcome> {
  const { store } = place.source().source
  if (image === null) return { key, outcome: 'failed', etag: null, reason: reason('stores.nothingKept') }
  const now = await store.read(key, UNSTOPPED)
  if (now !== null && now.etag === was) return { key, outcome: 'done', etag: now.etag, reason: null }
  if (now === null) {
    // Ended by a store that drops what has ended: it comes back as a deleted one does. One that the site deleted stays deleted.
    if (is !== null) return { key, outcome: 'gone', etag: null, reason: null }
    const [outcome] = await restoreMany(store, packImages([image]), UNSTOPPED, pace)
    return outcome ?? { key, outcome: 'failed', etag: null, reason: null }
  }
  const isOurs = is === undefined ? isDone(intent, index, now) : now.etag === is
  if (!isOurs) return { key, outcome: 'exists', etag: now.etag, reason: null }
  return store.write({ key, ifEtag: now.etag, data, image }, UNSTOPPED)
}

/** Whether what stands there is what the intent was going to leave. */
function isDone({ after }: Intent, index: number, now: { readonly data: Uint8Array; readonly expireDate: number | null } | null): boolean {
  const meant = after[index]
  if (meant === null || meant === undefined) return false
  if (now === null) return meant.expireDate !== null
  if (meant.hash !== null) return hashOf(now.data) === meant.hash
  return meant.expireDate !== null && now.expireDate !== null && Math.abs(now.expireDate - meant.expireDate) < SECOND
}

const hashOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('base64url')
