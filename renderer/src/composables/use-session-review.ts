import { computed, shallowRef } from 'vue'
import type { ExpirySetting } from '../../../shared/model/change.ts'
import type { SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { useChange } from './use-change.ts'
import type { useDraft } from './use-draft.ts'

export interface SessionReviewOptions {
  readonly sourceId: () => string
  readonly detail: () => SessionDetail | null
  readonly draft: ReturnType<typeof useDraft>
  readonly reload: () => Promise<void>
  /** Edits of `original`, made again on what is stored now. */
  readonly merge: (original: DataNode, current: DataNode, stored: DataNode) => DataNode
  readonly canWriteData: () => boolean
  readonly onChanged: (keys: readonly SessionKey[]) => void
}

/** Everything that can be done to the session in the inspector, each by way of a review; and the ways out of a conflict. */
export function useSessionReview(options: SessionReviewOptions) {
  const { detail, draft, reload } = options
  const change = useChange({
    sourceId: options.sourceId,
    onChanged: (keys, kind) => {
      if (kind === 'edit') draft.discard()
      options.onChanged(keys)
      void reload()
    },
  })
  const lastExpiry = shallowRef<ExpirySetting>({ kind: 'now' })
  const planning = computed(() => change.state.value.phase === 'planning')
  const reviewed = computed(() => {
    const { value } = change.state
    return value.phase === 'review' || value.phase === 'applying' || value.phase === 'stopped' ? value : null
  })
  const target = (session: SessionDetail) => [{ key: session.row.key, ifEtag: session.etag }]

  function edits(): void {
    const session = detail()
    const { value } = draft.draft
    if (session === null || value === null || !draft.isDirty.value || draft.fault.value !== null || !options.canWriteData()) return
    void change.start({ kind: 'edit', key: session.row.key, ifEtag: value.etag, data: formatNotation(value.current, { interchange: false }), expiry: null })
  }

  function expiry(setting: ExpirySetting): void {
    const session = detail()
    lastExpiry.value = setting
    if (session !== null) void change.start({ kind: 'expire', sessions: target(session), expiry: setting })
  }

  function deletion(): void {
    const session = detail()
    if (session !== null) void change.start({ kind: 'delete', sessions: target(session) })
  }

  /** Mine again, on what the app saved meanwhile: another review, nothing else. */
  async function keepMine(): Promise<void> {
    const kind = reviewed.value?.plan.kind
    change.cancel()
    await reload()
    if (kind === 'edit') {
      draft.rebase(options.merge)
      edits()
    } else if (kind === 'delete') deletion()
    else if (kind === 'expire') expiry(lastExpiry.value)
  }

  async function takeTheirs(): Promise<void> {
    discard()
    await reload()
  }

  function discard(): void {
    change.cancel()
    draft.discard()
  }

  return { change, reviewed, planning, edits, expiry, deletion, keepMine, takeTheirs, discard }
}
