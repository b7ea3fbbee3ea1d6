import type { Handlers } from '../../../shared/rpc/contract.ts'
import type { OpenProject } from '../../core/project/doctor/doctor.ts'
import { findClashes } from '../../core/project/doctor/doctor.ts'
import type { Services } from './services.ts'

type ProjectHandlers = Pick<Handlers, 'projects.read' | 'projects.trust' | 'projects.revoke' | 'projects.clashes'>

export function projectHandlers({ projects, registry }: Services): ProjectHandlers {
  /** What is open of the project is read anew: its settings may say more, or less. */
  async function renew(folder: string, signal: AbortSignal): Promise<void> {
    const open = registry.all().filter(({ source }) => source.project?.folder === folder)
    for (const { source } of open) await registry.renew(source.id, signal).catch(() => undefined)
  }

  /** Whatever lies on this machine may run on localhost. null: it cannot be read. */
  async function cookieOf(folder: string, signal: AbortSignal): Promise<OpenProject | null> {
    const report = await projects.report(folder, null, signal).catch(() => null)
    if (report === null) return null
    const { value } = report.reading.settings.SESSION_COOKIE_NAME
    return { name: report.project.name, cookieName: typeof value === 'string' ? value : null, isLocal: true }
  }

  return {
    'projects.clashes': async ({ folder, others }, signal) => {
      const own = await cookieOf(folder, signal)
      if (own === null) return []
      const found = []
      for (const path of others.filter((other) => other !== folder)) {
        const other = await cookieOf(path, signal)
        if (other !== null) found.push(...findClashes([other, own]))
      }
      return found
    },
    'projects.read': ({ folder, module = null }, signal) => projects.report(folder, module, signal),
    'projects.trust': async ({ folder, python, module }, signal) => {
      await projects.trust({ folder, python, module })
      const report = await projects.report(folder, module, signal)
      await renew(report.project.folder, signal)
      return report
    },
    'projects.revoke': async ({ folder }, signal) => {
      await projects.revoke(folder)
      const report = await projects.report(folder, null, signal)
      await renew(report.project.folder, signal)
      return report
    },
  }
}
