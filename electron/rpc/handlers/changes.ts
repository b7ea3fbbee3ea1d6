import { CoatcheckError } from '../../../shared/errors.ts'
import type { ChangeResult } from '../../../shared/model/change.ts'
import type { Handlers } from '../../../shared/rpc/contract.ts'
import type { JournalEntry } from '../../core/journal/journal.ts'
import { toChangeRecord } from '../../core/journal/journal.ts'
import type { ChangeTarget } from '../../core/sessions/changes.ts'
import { storedPlace } from '../../core/sessions/layers.ts'
import type { OpenSource } from '../../core/sources/source-types.ts'
import type { Services } from './services.ts'

type ChangeHandlers = Pick<Handlers, 'changes.plan' | 'changes.apply' | 'changes.undo' | 'changes.undoJournal' | 'changes.list'>

export function changeHandlers(services: Services): ChangeHandlers {
  const { registry, journal, changes } = services

  async function undo(entry: JournalEntry, open: OpenSource, signal: AbortSignal): Promise<ChangeResult> {
    if (entry.undone) throw new CoatcheckError('NOTHING_TO_CHANGE', 'sessions.takenBack')
    const result = await changes.undo(toChangeTarget(open), entry, signal)
    registry.announce({ kind: 'source-changed', sourceId: open.source.id })
    return result
  }

  return {
    'changes.plan': ({ sourceId, change }, signal) => changes.plan(toChangeTarget(registry.get(sourceId)), change, signal),
    'changes.apply': async ({ planId }, signal) => {
      const { sourceId, ...result } = await changes.apply(planId, signal)
      registry.announce({ kind: 'source-changed', sourceId })
      return result
    },
    'changes.undo': async ({ changeId }, signal) => {
      const entry = await journal.read(changeId)
      if (entry === null) throw new CoatcheckError('JOURNAL_INVALID', 'sessions.notRemembered', { hint: 'next.undoLasts' })
      return undo(entry, findOpen(registry.all(), entry), signal)
    },
    'changes.undoJournal': async ({ path, apply, unlock, ...secrets }, signal) => {
      const entry = await journal.open(path)
      const known = registry.all().find((open) => isSameTarget(open, entry))
      const source = known?.source ?? (await registry.open(entry.target, secrets, signal))
      if (!apply) return dryUndo(entry)
      if (unlock !== undefined) await registry.unlock(source.id, unlock, signal)
      return undo(entry, registry.get(source.id), signal)
    },
    'changes.list': async ({ sourceId }) => {
      const open = registry.get(sourceId)
      return (await journal.list()).filter((entry) => isSameTarget(open, entry)).map(toChangeRecord)
    },
  }
}

function toChangeTarget(open: OpenSource): ChangeTarget {
  const { source, session, resolved } = open
  return {
    sourceId: source.id, target: resolved.target, table: source.table ?? source.location, place: storedPlace(source.engine, source.payload), cache: source.cache?.location ?? null, source: session,
    canDelete: source.capabilities.delete, readOnlyReason: source.readOnlyReason, isLocked: source.lock === 'locked',
    notLocalReason: source.notLocalReason,
  }
}

const isSameTarget = (open: OpenSource, entry: JournalEntry): boolean => JSON.stringify(open.resolved.target) === JSON.stringify(entry.target)

function findOpen(all: readonly OpenSource[], entry: JournalEntry): OpenSource {
  const open = all.find((candidate) => isSameTarget(candidate, entry))
  if (open === undefined) throw new CoatcheckError('REQUEST_INVALID', 'sessions.sourceNotOpen', { hint: 'next.openThenUndo' })
  return open
}

function dryUndo(entry: JournalEntry): ChangeResult {
  const done = entry.outcomes.filter((item) => item.outcome === 'done')
  return { changeId: null, outcomes: [], changed: done.length, failed: 0, skipped: entry.steps.length - done.length, journal: null }
}
