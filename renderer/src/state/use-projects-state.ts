import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { ProjectReport } from '../../../shared/model/project.ts'
import { useClient } from '../rpc/client.ts'

/** What is known of a project. A report that is being made anew leaves the one before in place. */
export type ProjectState =
  | { readonly phase: 'reading'; readonly report: ProjectReport | null }
  | { readonly phase: 'ready'; readonly report: ProjectReport }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

/** Projects that were read, by their real folder. */
export const useProjectsState = defineStore('projects', () => {
  const client = useClient()
  const known = shallowRef<ReadonlyMap<string, ProjectState>>(new Map())
  /** Projects without an open store, which stay in the list of sources until they are closed. */
  const kept = shallowRef<ReadonlySet<string>>(new Set())
  const latest = new Map<string, number>()

  function put(folder: string, state: ProjectState): void {
    known.value = new Map(known.value).set(folder, state)
  }

  function reportOf(folder: string): ProjectReport | null {
    const state = known.value.get(folder)
    return state === undefined || state.phase === 'failed' ? null : state.report
  }

  /** The answer to what was asked last stands. */
  async function read(folder: string, module: string | null = reportOf(folder)?.module ?? null): Promise<void> {
    const turn = (latest.get(folder) ?? 0) + 1
    latest.set(folder, turn)
    put(folder, { phase: 'reading', report: reportOf(folder) })
    try {
      const report = await client.call('projects.read', { folder, ...(module === null ? {} : { module }) })
      if (latest.get(folder) === turn) put(folder, { phase: 'ready', report })
    } catch (error) {
      if (latest.get(folder) === turn) put(folder, { phase: 'failed', error: error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', String(error)) })
    }
  }

  /** Reads it where that was not done yet. */
  async function ensure(folder: string, module: string | null = null): Promise<void> {
    if (!known.value.has(folder)) await read(folder, module)
  }

  /** Takes up a report that another call gave, and keeps its project in sight. */
  function adopt(report: ProjectReport): void {
    latest.set(report.project.folder, (latest.get(report.project.folder) ?? 0) + 1)
    put(report.project.folder, { phase: 'ready', report })
  }

  /** Runs the project's own Python from now on. */
  async function trust({ project, trust: proposal }: ProjectReport): Promise<void> {
    if (proposal === null) return
    const { python, module } = proposal
    adopt(await client.call('projects.trust', { folder: project.folder, python, module }))
  }

  async function revoke(folder: string): Promise<void> {
    adopt(await client.call('projects.revoke', { folder }))
  }

  function keep(folder: string): void {
    kept.value = new Set([...kept.value, folder])
  }

  function forget(folder: string): void {
    kept.value = new Set([...kept.value].filter((other) => other !== folder))
  }

  return { known, kept, reportOf, read, ensure, adopt, trust, revoke, keep, forget }
})
