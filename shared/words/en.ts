import { actions } from './en/actions.ts'
import { changes } from './en/changes.ts'
import { cacheValues } from './en/cache-values.ts'
import { cleanUp } from './en/clean-up.ts'
import { cleanup } from './en/cleanup.ts'
import { cli } from './en/cli.ts'
import { cookie } from './en/cookie.ts'
import { connections } from './en/connections.ts'
import { decoder } from './en/decoder.ts'
import { errors } from './en/errors.ts'
import { everywhere } from './en/everywhere.ts'
import { expiry } from './en/expiry.ts'
import { foreign } from './en/foreign.ts'
import { history } from './en/history.ts'
import { host } from './en/host.ts'
import { inspector } from './en/inspector.ts'
import { layers } from './en/layers.ts'
import { menu } from './en/menu.ts'
import { mint } from './en/mint.ts'
import { overview } from './en/overview.ts'
import { review } from './en/review.ts'
import { doctor } from './en/doctor.ts'
import { project } from './en/project.ts'
import { projectView } from './en/project-view.ts'
import { pickle } from './en/pickle.ts'
import { query } from './en/query.ts'
import { reasons } from './en/reasons.ts'
import { reports } from './en/reports.ts'
import { sources } from './en/sources.ts'
import { states } from './en/states.ts'
import { trash } from './en/trash.ts'
import { verdicts } from './en/verdicts.ts'
import { welcome } from './en/welcome.ts'
import { why } from './en/why.ts'
import { workbench } from './en/workbench.ts'

/** English, the first language: every text of every face. One file for each room of the house. */
export const en = {
  actions,
  cacheValues,
  changes,
  cleanUp,
  cleanup,
  cli,
  cookie,
  connections,
  decoder,
  doctor,
  errors,
  everywhere,
  expiry,
  foreign,
  history,
  host,
  inspector,
  layers,
  menu,
  mint,
  overview,
  review,
  pickle,
  query,
  reasons,
  reports,
  project,
  projectView,
  sources,
  states,
  trash,
  verdicts,
  welcome,
  why,
  workbench,
} as const
