import { OVERVIEW_ROWS, OVERVIEW_ROWS_FAR } from '../../../shared/model/overview.ts'
import type { Handlers } from '../../../shared/rpc/contract.ts'
import { reportJsonReadiness } from '../../core/reports/json-readiness.ts'
import { reportKeyRotation } from '../../core/reports/key-rotation.ts'
import { reportOverview } from '../../core/reports/overview.ts'
import { reportSummary } from '../../core/reports/summary.ts'
import type { Services } from './services.ts'

type ReportHandlers = Pick<Handlers, 'reports.jsonReadiness' | 'reports.keyRotation' | 'reports.overview' | 'reports.summary'>

export function reportHandlers({ registry, clock }: Services): ReportHandlers {
  return {
    'reports.jsonReadiness': ({ sourceId }, signal) => reportJsonReadiness(registry.get(sourceId).session, clock(), signal),
    'reports.keyRotation': ({ sourceId }, signal) => reportKeyRotation(registry.get(sourceId).session, clock(), signal),
    'reports.overview': ({ sourceId }, signal) => {
      const { session, resolved } = registry.get(sourceId)
      return reportOverview(session, clock(), signal, resolved.isLocal ? OVERVIEW_ROWS : OVERVIEW_ROWS_FAR)
    },
    'reports.summary': ({ sourceId }, signal) => reportSummary(registry.get(sourceId).session, clock(), signal),
  }
}
