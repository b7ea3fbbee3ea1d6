import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { CleanupAction, CleanupRetention, CleanupRule, DryRun, DryRunStep } from '../../../shared/model/cleanup.ts'
import type { EpochMs } from '../../../shared/model/session.ts'
import { assertPossible, skipOf, writesJson } from './actions.ts'
import { countAlone } from './alone.ts'
import type { CleanupTarget } from './cleanup-target.ts'
import { DryRunFacts } from './dry-run-facts.ts'
import { findMatches } from './find-matches.ts'
import { actionSentence, clearSessions, layersOf, nothingOf, ruleSentence, undoForecast, warningsOf } from './forecast.ts'
import { readyRules } from './rules.ts'
import type { KeptKey, KeyKeeper, RunFolders } from './run-folder.ts'
import { LIST_FILE } from './run-folder.ts'
import { makeSamples } from './samples.ts'
import { TargetListWriter } from './target-list.ts'

export interface DryRunRequest {
  readonly target: CleanupTarget
  /** Of a copy: where to; null: another action. */
  readonly copyTo: CleanupTarget | null
  readonly rules: readonly CleanupRule[]
  readonly action: CleanupAction
}

export interface DryRunParts {
  readonly folders: RunFolders
  readonly keys: KeyKeeper
  readonly retention: CleanupRetention
  readonly runId: string
  readonly now: EpochMs
}

/** A dry run and what starting it needs. */
export interface HeldDryRun extends DryRunRequest {
  readonly dryRun: DryRun
  readonly kept: KeptKey
}

const STEP_EVERY_MS = 100

/** Walks the store and writes the list of what fits; nothing else is written. The last step is given to `hold`. */
export async function* makeDryRun(request: DryRunRequest, parts: DryRunParts, hold: (held: HeldDryRun) => void, signal: AbortSignal): AsyncGenerator<DryRunStep> {
  const { target, rules, action } = request
  const { folders, keys, runId, now } = parts
  assertPossible(target, action, request.copyTo)
  if (target.capabilities.enumerate === 'none' && !rules.some(({ kind }) => kind === 'selection')) throw new CoatcheckError('STORE_UNSUPPORTED', reason('cleanup.unlisted', { table: target.table }), { hint: 'next.chooseByKeys' })
  const ready = await readyRules(target.source, rules, now, signal)
  const alone = await countAlone(target.source, rules, now, signal)
  const knowsAll = target.source.expiry !== 'mtime' && ready.selection === null
  folders.make(runId)
  folders.own(runId)
  const isOfTable = action.kind === 'delete' && target.capabilities.expiry === 'column' && target.cache === null
  let isHeld = false
  try {
    const { kept, key } = await keys.make(runId)
    const list = await TargetListWriter.open(folders.pathOf(runId, LIST_FILE), key, { grows: isOfTable })
    const facts = new DryRunFacts(target.source, now)
    let [examined, unread, shownAt] = [0, 0, -Infinity]
    try {
      for await (const step of findMatches(target.source, { ...ready, audits: action.kind === 'to-json' || (action.kind === 'copy' && writesJson(request.copyTo)), alone }, now, signal)) {
        if (knowsAll) for (const end of step.ends) facts.see(end)
        for (const match of step.matches) {
          facts.add(match)
          const skip = skipOf(action, match)
          if (skip !== null) facts.skip(match.facts.key, skip)
          await list.add(match.facts, match.facts.sizeBytes)
        }
        examined += step.examined
        unread += step.unread
        if (performance.now() - shownAt < STEP_EVERY_MS) continue
        shownAt = performance.now()
        yield { examined, matched: facts.matched, total: null, dryRun: null }
      }
    } finally {
      await list.close()
    }
    const protection = kept.kind === 'vault' ? kept.protection : 'file-mode'
    const dryRun: DryRun = {
      dryRunId: runId, sourceId: target.sourceId, rules, action, at: now, sentences: [...rules.map(ruleSentence), actionSentence(action, request.copyTo)],
      alone: alone?.counts ?? rules.map(({ kind }) => (kind === 'selection' ? null : facts.matched)), matched: facts.matched, count: target.capabilities.enumerate === 'incomplete' ? 'at-least' : 'exact', examined, unread, bytes: facts.bytes,
      ends: facts.ends(knowsAll), oldestEnd: facts.oldestEnd, newestEnd: facts.newestEnd, users: facts.users, anonymous: facts.anonymous, live: facts.live,
      samples: await makeSamples(request, facts.samples, now, signal),
      layers: layersOf(request, facts.matched),
      clearsessions: clearSessions(target, facts),
      undo: undoForecast(action, facts, { retention: parts.retention, protection }),
      warnings: warningsOf(request, facts, unread), wouldSkip: facts.skips,
      nothing: facts.matched > 0 ? null : nothingOf(target, rules, examined),
      confirmName: needsName(request) ? target.name : null, goodUntil: now + LIMITS.planMs,
    }
    hold({ ...request, dryRun, kept })
    isHeld = true
    yield { examined, matched: facts.matched, total: examined, dryRun }
  } finally {
    if (!isHeld) folders.remove(runId)
  }
}

/** What is written to decides. */
function needsName({ target, copyTo }: DryRunRequest): boolean {
  return copyTo === null ? target.needsName : copyTo.needsName
}
