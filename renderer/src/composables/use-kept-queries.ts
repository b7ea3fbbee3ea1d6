import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { KeptQuery } from '../../../shared/model/app.ts'
import { MOST_KEPT } from '../../../shared/model/kept.ts'
import { locale } from '../format/locale.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'

const MOST_RECENT = 10

export interface KeptQueries {
  /** With a name, of this place and of all, in the order of their names. */
  readonly saved: ComputedRef<readonly KeptQuery[]>
  /** Asked here, newest first, and not saved. */
  readonly recent: ComputedRef<readonly string[]>
  remember(text: string): void
  /** `everywhere`: at every place, not only at this one. */
  save(query: { readonly text: string; readonly name: string; readonly everywhere: boolean }): void
  /** The saved one of this text; it stays among those asked here. */
  forget(text: string): void
  forgetRecent(): void
}

/** Queries that the core keeps among the preferences. `place`: where the open source is; null: none is open. */
export function useKeptQueries(place: () => string | null): KeptQueries {
  const state = usePreferencesState()
  const all = computed(() => state.preferences.queries ?? [])
  const isSaved = ({ name, place: of }: KeptQuery): boolean => name !== null && (of === null || of === place())
  const isRecent = ({ name, place: of }: KeptQuery): boolean => name === null && of !== null && of === place()
  const saved = computed(() => all.value.filter(isSaved).toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? '', locale())))
  const keep = (queries: readonly KeptQuery[]): void => state.change({ queries: queries.slice(0, MOST_KEPT) })

  return {
    saved,
    recent: computed(() => all.value.filter((one) => isRecent(one) && saved.value.every(({ text }) => text !== one.text)).map(({ text }) => text)),
    remember(text) {
      const here = place()
      if (here === null) return
      const before = all.value.filter((one) => isRecent(one) && one.text !== text).slice(0, MOST_RECENT - 1)
      keep([{ text, name: null, place: here }, ...before, ...all.value.filter((one) => !isRecent(one))])
    },
    save: ({ text, name, everywhere }) => keep([{ text, name, place: everywhere ? null : place() }, ...all.value.filter((one) => !(isSaved(one) && one.text === text))]),
    forget: (text) => keep(all.value.filter((one) => !(isSaved(one) && one.text === text))),
    forgetRecent: () => keep(all.value.filter((one) => !isRecent(one))),
  }
}
