import { computed } from 'vue'
import type { SessionDetail } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { sameData } from '../../../shared/values/walk.ts'
import type { Draft } from '../state/use-drafts-state.ts'
import { useDraftsState } from '../state/use-drafts-state.ts'

/** Why the typed text is not session data. `message`: empty for `not-a-dict`. `position`: offset in UTF-16 units. */
export interface TextFault {
  readonly reason: 'not-notation' | 'not-a-dict'
  readonly message: string
  readonly position: number
}

/** Most steps back. */
const HISTORY = 100

/** The unwritten edits of one session. `detail` gives null while none is shown. */
export function useDraft(options: { readonly sourceId: () => string; readonly detail: () => SessionDetail | null }) {
  const { sourceId, detail } = options
  const drafts = useDraftsState()

  const stored = computed<DataNode | null>(() => {
    const notation = detail()?.text.data ?? null
    const parsed = notation === null ? null : parseNotation(notation)
    return parsed?.ok === true ? parsed.node : null
  })
  const draft = computed<Draft | null>(() => {
    const session = detail()
    const original = stored.value
    if (session === null || original === null) return null
    return drafts.find(sourceId(), session.row.key) ?? { etag: session.etag, original, current: original, text: null, past: [], future: [] }
  })
  const text = computed(() => (draft.value === null ? '' : (draft.value.text ?? pretty(draft.value.current))))
  const fault = computed(() => (draft.value?.text === null || draft.value === null ? null : findFault(draft.value.text)))
  const isDirty = computed(() => draft.value !== null && (fault.value !== null || !sameData(draft.value.original, draft.value.current)))
  /** The app saved the session after the edits began. */
  const isStale = computed(() => isDirty.value && draft.value?.etag !== detail()?.etag)

  function keep(next: Draft): void {
    const session = detail()
    if (session !== null) drafts.keep(sourceId(), session.row.key, next)
  }

  function edit(current: DataNode): void {
    const { value } = draft
    if (value !== null) keep({ ...value, current, text: null, past: [...value.past, value.current].slice(-HISTORY), future: [] })
  }

  /** Typing in one go is one step of the history: the editor undoes within it. */
  function editText(typed: string): void {
    const { value } = draft
    if (value === null || typed === text.value) return
    const parsed = parseNotation(typed)
    const isData = parsed.ok && parsed.node.kind === 'dict'
    const past = value.text === null ? [...value.past, value.current].slice(-HISTORY) : value.past
    keep({ ...value, current: isData ? parsed.node : value.current, text: typed, past, future: [] })
  }

  function undo(): void {
    const { value } = draft
    const current = value?.past.at(-1)
    if (value !== null && current !== undefined) keep({ ...value, current, text: null, past: value.past.slice(0, -1), future: [value.current, ...value.future] })
  }

  function redo(): void {
    const { value } = draft
    const current = value?.future[0]
    if (value !== null && current !== undefined) keep({ ...value, current, text: null, past: [...value.past, value.current], future: value.future.slice(1) })
  }

  function discard(): void {
    const session = detail()
    if (session !== null) drafts.keep(sourceId(), session.row.key, null)
  }

  /** The edits stay, and count from what the store holds now. `merge` makes them again on it. */
  function rebase(merge: (original: DataNode, current: DataNode, stored: DataNode) => DataNode): void {
    const session = detail()
    const { value } = draft
    if (session === null || value === null || stored.value === null) return
    keep({ ...value, etag: session.etag, original: stored.value, current: merge(value.original, value.current, stored.value), text: null })
  }

  return { draft, text, fault, isDirty, isStale, edit, editText, undo, redo, discard, rebase }
}

function pretty(node: DataNode): string {
  return formatNotation(node, { indent: 2, interchange: false })
}

/** null: the text is session data. */
export function findFault(text: string): TextFault | null {
  const parsed = parseNotation(text)
  if (!parsed.ok) return { reason: 'not-notation', message: parsed.message, position: parsed.position }
  return parsed.node.kind === 'dict' ? null : { reason: 'not-a-dict', message: '', position: 0 }
}
