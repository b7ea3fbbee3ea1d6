import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Etag, SessionKey } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'

/** Edits of one session that are not written yet. Both views of the data, tree and text, edit the same draft. */
export interface Draft {
  /** What the store held when the edits began. */
  readonly etag: Etag
  readonly original: DataNode
  readonly current: DataNode
  /** The text as it was typed; null: written anew from `current`. It may be invalid, `current` never is. */
  readonly text: string | null
  readonly past: readonly DataNode[]
  readonly future: readonly DataNode[]
}

/** Drafts outlive the selection: who looks at another session finds the edits again. They are in memory only. */
export const useDraftsState = defineStore('drafts', () => {
  const drafts = shallowRef<ReadonlyMap<string, Draft>>(new Map())
  const idOf = (sourceId: string, key: SessionKey): string => JSON.stringify([sourceId, key])

  function find(sourceId: string, key: SessionKey): Draft | null {
    return drafts.value.get(idOf(sourceId, key)) ?? null
  }

  /** null: forget it. */
  function keep(sourceId: string, key: SessionKey, draft: Draft | null): void {
    const next = new Map(drafts.value)
    if (draft === null) next.delete(idOf(sourceId, key))
    else next.set(idOf(sourceId, key), draft)
    drafts.value = next
  }

  return { drafts, find, keep }
})
