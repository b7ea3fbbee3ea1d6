import { computed, watch } from 'vue'
import type { ProjectReport, ProjectStore } from '../../../shared/model/project.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { storeTarget } from '../format/project-store.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useProjectsState } from '../state/use-projects-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'

/** The projects of the list of sources: reads those whose stores are open, which runs nothing that is not trusted. */
export function useProjects() {
  const place = usePlaceState()
  const projects = useProjectsState()
  const sources = useSourcesState()

  const open = computed(() => new Map(sources.open.flatMap(({ project }) => (project === null ? [] : [[project.folder, project.module] as const]))))
  watch(open, (folders) => {
    for (const [folder, module] of folders) void projects.ensure(folder, module)
  }, { immediate: true })

  const reports = computed(() => new Map([...projects.known.keys()].flatMap((folder): [string, ProjectReport][] => {
    const report = projects.reportOf(folder)
    return report === null ? [] : [[folder, { ...report, findings: projects.findingsOf(folder) }]]
  })))
  const folders = computed(() => new Map([...open.value.keys(), ...projects.kept].map((folder) => [folder, projects.reportOf(folder)?.project.name ?? folder])))

  // With each new report, and where one comes or goes.
  watch([folders, () => projects.known], () => void projects.compare([...folders.value.keys()]), { immediate: true })

  /** null: the project was not read yet. */
  function targetOf(folder: string, store: ProjectStore): SourceTarget | null {
    const report = projects.reportOf(folder)
    return report === null ? null : storeTarget(report, store)
  }

  /** Closes a project that has no open store. */
  function close(folder: string): void {
    projects.forget(folder)
    if (place.place.kind !== 'project' || place.place.folder !== folder) return
    const [first] = sources.open
    place.go(first === undefined ? { kind: 'welcome' } : { kind: 'source', id: first.id })
  }

  return { reports, folders, kept: computed(() => projects.kept), targetOf, close }
}
