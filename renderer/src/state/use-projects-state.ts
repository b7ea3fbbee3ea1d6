import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { DoctorFinding, ExpiredRows, ProjectReport } from '../../../shared/model/project.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'

/** What is known of a project. A report that is being made anew leaves the one before in place. */
export type ProjectState =
  | { readonly phase: 'reading'; readonly report: ProjectReport | null }
  | { readonly phase: 'ready'; readonly report: ProjectReport }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }

const SEVERITIES = ['error', 'warning', 'info'] as const

/** Projects that were read, by their real folder. */
export const useProjectsState = defineStore('projects', () => {
  const client = useClient()
  const known = shallowRef<ReadonlyMap<string, ProjectState>>(new Map())
  /** Projects without an open store, which stay in the list of sources until they are closed. */
  const kept = shallowRef<ReadonlySet<string>>(new Set())
  /** What the doctor says of each beside the others. */
  const clashes = shallowRef<ReadonlyMap<string, readonly DoctorFinding[]>>(new Map())
  /** Expired rows of each, where they were counted. */
  const expired = shallowRef<ReadonlyMap<string, ExpiredRows>>(new Map())
  const latest = new Map<string, number>()
  let comparison = 0

  function put(folder: string, state: ProjectState): void {
    known.value = new Map(known.value).set(folder, state)
  }

  function reportOf(folder: string): ProjectReport | null {
    const state = known.value.get(folder)
    return state === undefined || state.phase === 'failed' ? null : state.report
  }

  /** All that the doctor says of it, worst first. */
  function findingsOf(folder: string): readonly DoctorFinding[] {
    const found = [...(reportOf(folder)?.findings ?? []), ...(clashes.value.get(folder) ?? []), ...(expired.value.get(folder)?.findings ?? [])]
    return SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity))
  }

  /** Asks which of these projects share a cookie name. A failure finds nothing. */
  async function compare(folders: readonly string[]): Promise<void> {
    const owners = folders.flatMap((folder) => {
      const report = reportOf(folder)
      const cookieName = report?.reading.settings.SESSION_COOKIE_NAME.value
      return report !== null && typeof cookieName === 'string' ? [{ folder, owner: { name: report.project.name, cookieName } }] : []
    })
    const turn = (comparison += 1)
    const found = owners.length < 2 ? [] : await Promise.all(owners.map(async ({ folder, owner }) => {
      const others = owners.filter((other) => other.folder !== folder).map((other) => other.owner)
      return [folder, await client.call('projects.clashes', { project: owner, others }).catch((): DoctorFinding[] => [])] as const
    }))
    if (turn === comparison) clashes.value = new Map(found)
  }

  /** Walks an open store of the project. */
  async function countExpired(folder: string, sourceId: SourceId): Promise<void> {
    const counted = await client.call('projects.countExpired', { sourceId })
    expired.value = new Map(expired.value).set(folder, counted)
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
      if (latest.get(folder) === turn) put(folder, { phase: 'failed', error: error instanceof CoatcheckError ? error : unexpected(error) })
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
  async function trust({ project }: ProjectReport, { python, module }: { readonly python: string; readonly module: string }): Promise<void> {
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

  return { known, kept, expired, countExpired, reportOf, findingsOf, compare, read, ensure, adopt, trust, revoke, keep, forget }
})
