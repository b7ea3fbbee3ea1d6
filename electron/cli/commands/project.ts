import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { FoundProject } from '../../../shared/model/project.ts'
import { sentenceOfLapse } from '../../../shared/model/project.ts'
import { say } from '../../../shared/words/say.ts'
import { dataFolder } from '../../app/data-folder.ts'
import { placesOf } from '../../app/places.ts'
import { openTrustStore } from '../../app/trust-file.ts'
import { discoverProjects } from '../../core/project/discover/discover.ts'
import { examine } from '../../core/project/doctor/doctor.ts'
import type { ProjectKnowledge } from '../../core/project/read-project.ts'
import type { ReadOptions } from '../../core/project/read-project.ts'
import { proposeTrust, readProject } from '../../core/project/read-project.ts'
import { readHere } from '../../core/project/reading/read-here.ts'
import type { TrustProposal, TrustStore } from '../../core/project/trusted/trust-store.ts'
import { chosenModule } from '../../core/project/trusted/trust-store.ts'
import type { Running } from '../context.ts'
import { inContext } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { doctorJson, doctorText, sourcesJson, sourcesText } from '../output/project.ts'
import { printable } from '../output/text.ts'

export interface ProjectOptions {
  readonly json?: boolean
  /** Run the project's own Python, this once. */
  readonly trust?: boolean
  /** A settings module. */
  readonly settings?: string
  /** An interpreter. */
  readonly python?: string
  /** Connect to the store, wherever it is, and count its expired rows. */
  readonly count?: boolean
}

/** What the project uses: settings with their origin, and its stores. */
export async function sources(running: Running, folder: string, options: ProjectOptions): Promise<ExitCode> {
  const { known } = await readKnown(running, folder, options)
  running.terminal.out(`${options.json === true ? sourcesJson(known) : printable(sourcesText(known))}\n`)
  return EXIT.done
}

/** What is wrong with how sessions are set up. @returns 1 when anything is an error */
export async function doctor(running: Running, folder: string, options: ProjectOptions): Promise<ExitCode> {
  const { known, proposal } = await readKnown(running, folder, options)
  const expiredRows = await countRows(running, known, proposal, options)
  const findings = examine({ reading: known.reading, secrets: known.secrets, facts: known.trusted?.facts ?? null, folder: known.project.folder, expiredRows })
  running.terminal.out(`${options.json === true ? doctorJson(known, findings, expiredRows) : printable(doctorText(known, findings))}\n`)
  return findings.some((finding) => finding.severity === 'error') ? EXIT.failed : EXIT.done
}

/** null: not counted. A database file is looked into; a server only where that was asked for. */
async function countRows(running: Running, known: ProjectKnowledge, proposal: TrustProposal | null, { count, trust }: ProjectOptions): Promise<number | null> {
  const { terminal } = running
  const store = known.stores.find(({ active }) => active)
  const isFile = store?.url?.startsWith('sqlite:') === true
  if (store === undefined || (count !== true && !isFile)) return null
  try {
    return await inContext(running, { journal: false, trustOnce: trust === true ? proposal : null }, 0, async ({ client }) => {
      const source = await client.call('sources.open', { target: { kind: 'folder', path: known.project.folder, store: store.id, module: known.module.module } }, terminal.signal)
      return source.capabilities.expiry === 'column' ? (await client.call('projects.countExpired', { sourceId: source.id }, terminal.signal)).count : null
    })
  } catch (error) {
    // Settings can be judged without their database.
    if (count === true || terminal.signal.aborted) throw error
    return null
  }
}

async function readKnown(running: Running, folder: string, options: ProjectOptions): Promise<{ readonly known: ProjectKnowledge; readonly proposal: TrustProposal | null }> {
  const { terminal, entry } = running
  const project = chooseProject(await discoverProjects(folder, terminal.signal), folder)
  const store = openTrustStore(dataFolder(terminal.env))
  const module = options.settings ?? (await chosenModule(store, project))
  const proposal = await proposalOf(project, { ...options, module, store })
  const environment = Object.fromEntries(Object.entries(terminal.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  const known = await readProject(project, { module, environment, leave: leaveOf(running, proposal, store, options.trust === true), resourcesFolder: placesOf(entry).resourcesFolder, readSettings: readHere }, terminal.signal)
  return { known, proposal }
}

function chooseProject({ projects, folder }: { readonly projects: readonly FoundProject[]; readonly folder: string }, given: string): FoundProject {
  const [first, ...rest] = projects
  if (first === undefined) throw new CoatcheckError('STORE_NOT_FOUND', verbatim('No Django project was found here, nor above or below.'), { hint: verbatim('Name the folder that has manage.py.'), subject: given })
  const own = projects.find((project) => project.folder === folder)
  if (own !== undefined || rest.length === 0) return own ?? first
  throw new CoatcheckError('REQUEST_INVALID', verbatim(`There are ${projects.length} projects here.`), { hint: verbatim(`Name one: ${projects.map((project) => project.folder).join(', ')}`), subject: given })
}

/** What trusting the project would run; null: no Python was found for it. */
async function proposalOf(project: FoundProject, { module, store, ...options }: ProjectOptions & { readonly module: string | null; readonly store: TrustStore }): Promise<TrustProposal | null> {
  const chosen = options.python ?? (await store.last(project.folder, module ?? project.settings[0]?.module ?? ''))?.python ?? null
  return options.trust !== true && project.pythons.length === 0 && chosen === null ? null : proposeTrust(project, module, chosen)
}

/** A folder that was trusted before is read by its own Python; `--trust` does so once, and says what is run. What has ended trust is told. */
function leaveOf({ terminal }: Running, proposal: TrustProposal | null, store: TrustStore, wantsTrust: boolean): ReadOptions['leave'] {
  return async (files) => {
    if (proposal === null) return null
    const grant = wantsTrust ? store.grantOnce(proposal) : await store.find(proposal, files)
    const lapse = grant === null ? await store.lapse(proposal, files) : null
    if (lapse !== null) terminal.err(`${printable(say(sentenceOfLapse(lapse)))}\n`)
    if (wantsTrust && grant !== null) terminal.err(`${printable(grant.command)}\n`)
    return grant
  }
}
