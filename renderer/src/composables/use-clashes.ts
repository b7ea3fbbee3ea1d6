import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { DoctorFinding, ProjectReport } from '../../../shared/model/project.ts'
import { useClient } from '../rpc/client.ts'
import { useProjectsState } from '../state/use-projects-state.ts'

/** What is wrong between a project and the other ones that this window knows. Asked again with each new report; a failure finds nothing. */
export function useClashes(folder: () => string, report: () => ProjectReport | null): Readonly<Ref<readonly DoctorFinding[]>> {
  const client = useClient()
  const projects = useProjectsState()
  const clashes = shallowRef<readonly DoctorFinding[]>([])
  let request = new AbortController()

  watch([folder, report, () => [...projects.known.keys()].join('\n')], async () => {
    request.abort()
    const { signal } = (request = new AbortController())
    const others = [...projects.known.keys()].filter((other) => other !== folder())
    clashes.value = []
    if (report() === null || others.length === 0) return
    const found = await client.call('projects.clashes', { folder: folder(), others: others.slice(0, 50) }, signal).catch(() => [])
    if (!signal.aborted) clashes.value = found
  }, { immediate: true })

  onScopeDispose(() => request.abort())
  return clashes
}
