import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Component } from 'vue'
import type { ActionId } from '../../../shared/actions.ts'

export type ActionGroup = 'session' | 'value' | 'source' | 'app'

/** Something that can be done now, from wherever the user is. */
export interface Action {
  readonly id: ActionId
  readonly group: ActionGroup
  readonly icon: Component
  /** Counts in the title: "Delete 3 sessions…". */
  readonly count?: number
  /** Beside the title: what it would do here. */
  readonly note?: string | null
  /** Leads to a review before anything is written. */
  readonly isReviewed?: boolean
  /** Is in force already (a theme). */
  readonly isOn?: boolean
  /** Why it cannot be done now; null or missing: it can. */
  readonly blocked?: string | null
  run(): void
}

/** What the screens on show can do. A screen adds its actions while it is there (`useActions`). */
export const useActionState = defineStore('actions', () => {
  const lists = shallowRef<readonly (() => readonly Action[])[]>([])
  /** Which of the two panels over everything is open. */
  const opened = shallowRef<'palette' | 'shortcuts' | null>(null)

  /** A menu of one group of actions, at a place of the window; null: none is open. */
  const menu = shallowRef<{ readonly group: ActionGroup; readonly x: number; readonly y: number } | null>(null)

  function openMenu(group: ActionGroup, { x, y }: { readonly x: number; readonly y: number }): void {
    menu.value = { group, x, y }
  }

  function add(list: () => readonly Action[]): () => void {
    lists.value = [...lists.value, list]
    return () => {
      lists.value = lists.value.filter((other) => other !== list)
    }
  }

  const all = computed(() => lists.value.flatMap((list) => list()))

  function run(id: ActionId): void {
    const action = all.value.find((other) => other.id === id)
    if (action !== undefined && (action.blocked ?? null) === null) action.run()
  }

  return { all, opened, menu, openMenu, add, run }
})
