import { Clock, Cookie, Copy, FileCheck2, GitCompareArrows, KeyRound, Link, Plus, RotateCw, Trash2, Undo2, X } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { isLocalPath, writeDeepLink } from '../../../shared/deep-link.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import { useDialogState } from '../state/use-dialog-state.ts'
import { createBlock, holdsCookies, readOnlyText } from '../format/store-blocks.ts'
import { useActions } from './use-actions.ts'
import { useCloseSource } from './use-close-source.ts'
import type { SessionList } from './use-session-list.ts'
import type { ReportId } from './use-report.ts'
import type { RowMarks } from './use-row-marks.ts'
import type { Undo } from './use-undo.ts'

interface SourceActions {
  readonly source: () => Source | null
  readonly list: SessionList
  readonly marks: RowMarks
  readonly undo: Undo
  readonly remove: (keys: readonly SessionKey[]) => void
  readonly create: () => void
  readonly compare: () => void
  readonly report: (name: ReportId) => void
}

/** What can be done with the source on show, and with the sessions that are chosen in it. */
export function useSourceActions({ source, list, marks, undo, remove, create, compare, report }: SourceActions): void {
  const { t } = useI18n()
  const dialog = useDialogState()
  const close = useCloseSource()

  useActions(() => {
    const shown = source()
    if (shown === null) return []
    const keys = marks.chosen.value
    const path = linkablePath(shown)
    const none = keys.length === 0 ? t('actions.noSelection') : null
    const [last] = undo.undoable.value
    const sentence = last === undefined ? null : t(last.sentence.id, last.sentence.params)
    return [
      { id: 'copy-keys', group: 'session', icon: Copy, count: Math.max(1, keys.length), blocked: none, run: () => void navigator.clipboard.writeText(keys.join('\n')) },
      { id: 'copy-link', group: 'session', icon: Link, blocked: keys.length === 1 ? (path === null ? t('actions.noLink') : null) : keys.length === 0 ? none : t('actions.oneSession'), run: () => { if (path !== null) void navigator.clipboard.writeText(writeDeepLink({ path, key: keys[0] ?? null })) } },
      { id: 'compare-sessions', group: 'session', icon: GitCompareArrows, blocked: marks.marked.value.size === 2 ? null : t('history.compare.reason'), run: compare },
      { id: 'delete-sessions', group: 'session', icon: Trash2, count: Math.max(1, keys.length), blocked: readOnlyText(shown, t) ?? none, isReviewed: true, run: () => remove(keys) },
      { id: 'undo-change', group: 'source', icon: Undo2, note: sentence, blocked: last === undefined ? t('actions.nothingToUndo') : null, run: () => { if (last !== undefined) void undo.undo(last.changeId) } },
      { id: 'new-session', group: 'source', icon: Plus, blocked: createBlock(shown, t), isReviewed: true, run: create },
      { id: 'read-again', group: 'source', icon: RotateCw, run: () => list.refresh() },
      ...(holdsCookies(shown) ? [{ id: 'add-cookies', group: 'source', icon: Cookie, run: () => dialog.askCookies(shown.id) } as const] : []),
      { id: 'report-json', group: 'source', icon: FileCheck2, run: () => report('readiness') },
      { id: 'report-rotation', group: 'source', icon: KeyRound, run: () => report('rotation') },
      { id: 'set-keys', group: 'source', icon: KeyRound, run: () => dialog.askKeys(shown.id) },
      // Reading dates anew reads the store anew, and what was pasted is nowhere to be read again.
      ...(shown.target.kind === 'pasted' ? [] : [{ id: 'set-clock' as const, group: 'source' as const, icon: Clock, run: () => dialog.askClock(shown.id) }]),
      { id: 'close-source', group: 'source', icon: X, note: shown.name, run: () => close(shown) },
    ]
  })
}

/** A path by which a link opens this very source again; null: there is none. */
function linkablePath({ target }: Source): string | null {
  if (target.kind === 'sqlite') return target.table === 'django_session' && isLocalPath(target.path) ? target.path : null
  if (target.kind === 'folder') return target.store === undefined && target.module === undefined && isLocalPath(target.path) ? target.path : null
  return target.kind === 'jar' && target.cookieName === 'sessionid' && isLocalPath(target.path) ? target.path : null
}
