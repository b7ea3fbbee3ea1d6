import type { Handlers } from '../../../shared/rpc/contract.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { findClashes } from '../../core/project/doctor/doctor.ts'
import { findExpired } from '../../core/project/doctor/engine-rules.ts'
import { countExpired } from '../../core/sessions/count-expired.ts'
import type { Services } from './services.ts'

type ProjectHandlers = Pick<Handlers, 'projects.read' | 'projects.trust' | 'projects.revoke' | 'projects.clashes' | 'projects.countExpired'>

export function projectHandlers({ projects, registry, clock }: Services): ProjectHandlers {
  /** What is open of the project is read anew: its settings may say more, or less. */
  async function renew(folder: string, signal: AbortSignal): Promise<void> {
    const open = registry.all().filter(({ source }) => source.project?.folder === folder)
    for (const { source } of open) await registry.renew(source.id, signal).catch(() => undefined)
  }

  return {
    // Whatever lies on this machine may run on localhost.
    'projects.clashes': async ({ project, others }) => others.flatMap((other) => findClashes([other, project].map((one) => ({ ...one, isLocal: true })))),
    'projects.countExpired': async ({ sourceId }, signal) => {
      const { source, session } = registry.get(sourceId)
      if (source.capabilities.expiry !== 'column') throw new CoatcheckError('STORE_UNSUPPORTED', 'project.noExpiredRows', { subject: source.name })
      const count = await countExpired(session.store, clock(), signal)
      return { count, findings: findExpired(count) }
    },
    'projects.read': ({ folder, module = null }, signal) => projects.report(folder, module, signal),
    'projects.trust': async ({ folder, python, module }, signal) => {
      await projects.trust({ folder, python, module }, signal)
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
