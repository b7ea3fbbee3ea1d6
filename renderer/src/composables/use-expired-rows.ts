import { computed, watch } from 'vue'
import type { ComputedRef } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { ProjectReport } from '../../../shared/model/project.ts'
import { openSourceOf, rowStore, storePlaces, storeTarget } from '../format/project-store.ts'
import { useProjectsState } from '../state/use-projects-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'
import { useTask } from './use-task.ts'

/** What the doctor knows of expired rows. `places`: where they are, shown before anything is connected to. */
export interface RowCount {
  readonly phase: 'none' | 'ask' | 'counting' | 'counted' | 'failed'
  readonly places: readonly string[]
  readonly count: number
  readonly failure: CoatcheckError | null
}

/** Counts expired rows where the store is open, as soon as the doctor is looked at; elsewhere only when people ask. */
export function useExpiredRows(subject: () => { readonly report: ProjectReport | null; readonly isShown: boolean }): { readonly rows: ComputedRef<RowCount>; count(): Promise<void> } {
  const projects = useProjectsState()
  const sources = useSourcesState()
  const task = useTask()

  const store = computed(() => rowStore(subject().report?.stores ?? []))
  const folder = computed(() => subject().report?.project.folder ?? null)
  const open = computed(() => (store.value === null ? null : openSourceOf(store.value, sources.open.filter(({ project }) => project?.folder === folder.value))))
  const rows = computed<RowCount>(() => {
    const counted = folder.value === null ? undefined : projects.expired.get(folder.value)
    const places = store.value === null ? [] : storePlaces(store.value, subject().report?.stores ?? [])
    const phase = places.length === 0 ? 'none' : task.busy.value ? 'counting' : task.failure.value !== null ? 'failed' : counted === undefined ? 'ask' : 'counted'
    return { phase, places, count: counted?.count ?? 0, failure: task.failure.value }
  })

  async function count(): Promise<void> {
    const { report } = subject()
    const { value: wanted } = store
    if (report === null || wanted === null) return
    await task.run(async () => {
      const source = open.value ?? (await sources.openSource({ target: storeTarget(report, wanted) }))
      await projects.countExpired(report.project.folder, source.id)
    })
  }

  watch(() => [subject().isShown, open.value?.id, open.value === null ? 0 : sources.revision(open.value.id)] as const, ([isShown, id]) => {
    if (isShown && id !== undefined) void count()
  }, { immediate: true })

  return { rows, count }
}
