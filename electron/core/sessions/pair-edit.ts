import { CoatcheckError } from '../../../shared/errors.ts'
import type { ChangeCheck, ChangeLayer, PlannedChange } from '../../../shared/model/change.ts'
import type { CacheEdit, StoreEdit } from '../stores/session-store.ts'
import type { ReadSession } from './inspect.ts'
import type { ReadLayer } from './pair-inspect.ts'
import { layerOf, layerSource } from './pair-inspect.ts'
import type { PreparedStep } from './prepare.ts'
import type { SessionSource } from './session-source.ts'
import { toMicros } from './session-source.ts'

/** Works out one layer as if it were a store of its own. null: its data cannot be read, so that it cannot be kept. */
type PrepareOne = (source: SessionSource, session: ReadSession) => Promise<PreparedStep | null>

/**
 * Row and copy are changed alike, each in its own form. The copy is dropped, so that Django reads the row, where nothing better can be
 * done: it ends, it cannot be read, or how it is written is not known.
 * @throws SESSION_GONE where only the copy is left: Django saves no session without a row
 */
export async function pairStep(source: SessionSource, session: ReadSession, now: number, prepareOne: PrepareOne): Promise<PreparedStep | null> {
  const layers = session.layers ?? []
  const row = layerOf(layers, 'db')
  if (row.session === null) throw new CoatcheckError('SESSION_GONE', 'sessions.rowGone', { hint: 'next.deleteCopy' })
  const prepared = await prepareOne(layerSource(source, 'db'), row.session)
  if (prepared === null || prepared.step.did !== 'write') return prepared
  const { cache, checks } = await copyEdit(source, layerOf(layers, 'cache'), prepared.step.edit, now, prepareOne)
  const edit: StoreEdit = { ...prepared.step.edit, ifEtag: session.stored.etag, cache }
  return { ...prepared, step: { did: 'write', edit, before: session.stored }, checks: [...prepared.checks, ...checks] }
}

async function copyEdit(source: SessionSource, copy: ReadLayer, row: StoreEdit, now: number, prepareOne: PrepareOne): Promise<{ readonly cache: CacheEdit; readonly checks: readonly ChangeCheck[] }> {
  if (copy.reason !== null) return { cache: { kind: 'drop' }, checks: [warn('cacheDown')] }
  if (copy.session === null || (row.expireDate !== undefined && row.expireDate <= toMicros(now))) return { cache: { kind: 'drop' }, checks: [] }
  const prepared = await prepareOne(layerSource(source, 'cache'), copy.session).catch((error: unknown) => {
    if (error instanceof CoatcheckError && error.code === 'DATA_CORRUPT') return null
    throw error
  })
  if (prepared === null || prepared.step.did !== 'write') return { cache: { kind: 'drop' }, checks: [warn('copyDropped')] }
  const { data, flags, expireDate } = prepared.step.edit
  const checks = prepared.checks.filter((check) => check.level === 'warn' && check.sentence.id !== 'changes.checks.assumedClock')
  return { cache: { kind: 'write', ...(data === undefined ? {} : { data }), ...(flags === undefined ? {} : { flags }), ...(expireDate === undefined ? {} : { expireDate }) }, checks }
}

interface CopyChange {
  readonly kind: PlannedChange['kind']
  /** Where the cache is, for people. */
  readonly cache: string
  readonly now: number
  /** One session only. */
  readonly single: { readonly session: ReadSession; readonly edit: StoreEdit | null } | null
}

/** What becomes of the copy, for people: the second thing that is written. null: there is no cache. */
export function copyLayer({ kind, cache, now, single }: CopyChange): ChangeLayer {
  const layer = (id: string, params: Record<string, string | number> = {}, written = true): ChangeLayer => ({ place: 'copy', sentence: { id: `changes.layers.${id}`, params: { cache, ...params } }, written })
  if (single === null) return layer(kind === 'delete' ? 'copiesDeleted' : 'copiesReplaced')
  const copy = layerOf(single.session.layers ?? [], 'cache')
  if (copy.reason !== null) return layer('copyUnreachable', {}, false)
  if (copy.session === null) return layer('copyMissing', {}, false)
  const { expireDate } = copy.session.stored
  const left = expireDate === null ? null : Math.max(0, Math.floor((expireDate - toMicros(now)) / 1_000_000))
  const edit = single.edit?.cache
  if (kind === 'delete' || edit?.kind === 'drop') return left === null ? layer('copyDeletedEndless') : layer('copyDeleted', { seconds: left.toLocaleString('en-US') })
  if (edit === undefined) return layer('copyKept', {}, false)
  return edit.data === undefined ? layer('copyMoved') : layer('copyReplaced', { before: copy.session.stored.data.byteLength, after: edit.data.byteLength })
}

function warn(id: string): ChangeCheck {
  return { level: 'warn', sentence: { id: `changes.checks.${id}`, params: {} } }
}
