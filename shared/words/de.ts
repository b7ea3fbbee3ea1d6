import { actions } from './de/actions.ts'
import { changes } from './de/changes.ts'
import { cacheValues } from './de/cache-values.ts'
import { cleanUp } from './de/clean-up.ts'
import { cleanup } from './de/cleanup.ts'
import { cookie } from './de/cookie.ts'
import { connections } from './de/connections.ts'
import { decoder } from './de/decoder.ts'
import { errors } from './de/errors.ts'
import { everywhere } from './de/everywhere.ts'
import { expiry } from './de/expiry.ts'
import { foreign } from './de/foreign.ts'
import { history } from './de/history.ts'
import { overview } from './de/overview.ts'
import { inspector } from './de/inspector.ts'
import { layers } from './de/layers.ts'
import { menu } from './de/menu.ts'
import { mint } from './de/mint.ts'
import { review } from './de/review.ts'
import { doctor } from './de/doctor.ts'
import { project } from './de/project.ts'
import { projectView } from './de/project-view.ts'
import { pickle } from './de/pickle.ts'
import { query } from './de/query.ts'
import { reasons } from './de/reasons.ts'
import { reports } from './de/reports.ts'
import { sources } from './de/sources.ts'
import { states } from './de/states.ts'
import { trash } from './de/trash.ts'
import { verdicts } from './de/verdicts.ts'
import { welcome } from './de/welcome.ts'
import { why } from './de/why.ts'
import { workbench } from './de/workbench.ts'
import type { Words } from './words.ts'

/** German: every text of the window. One file for each room, as in English. */
export const de: Words = {
  actions,
  cacheValues,
  changes,
  cleanUp,
  cleanup,
  cookie,
  connections,
  decoder,
  doctor,
  errors,
  everywhere,
  expiry,
  foreign,
  history,
  overview,
  inspector,
  layers,
  menu,
  mint,
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
}
