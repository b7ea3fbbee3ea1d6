import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CoatcheckError } from '../../shared/errors.ts'
import type { Face, Preferences } from '../../shared/model/app.ts'
import { DEFAULT_PREFERENCES, preferences } from '../../shared/model/app.ts'
import { DEFAULT_RETENTION, cleanupRetention } from '../../shared/model/cleanup.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'
import { createCleanup } from '../core/cleanup/cleanup.ts'
import { RunFolders, createKeyKeeper } from '../core/cleanup/run-folder.ts'
import type { Decoder } from '../core/codecs/decoder.ts'
import { createInlineDecoder } from '../core/codecs/inline-decoder.ts'
import type { RemoteStore } from '../core/connections/remote-store.ts'
import { openInWorker } from '../core/connections/remote-store.ts'
import { createSpareWorker } from '../core/connections/spare-worker.ts'
import { installDemo } from '../core/demo/install-demo.ts'
import { createCreations } from '../core/journal/creations.ts'
import { createFileJournal } from '../core/journal/file-journal.ts'
import { keepJarsApart } from '../core/journal/jar-journal.ts'
import type { Journal } from '../core/journal/journal.ts'
import { createMemoryJournal } from '../core/journal/memory-journal.ts'
import { createChanges } from '../core/sessions/changes.ts'
import type { Clock } from '../core/sessions/session-source.ts'
import type { PlaceSecrets, SourceTarget } from '../../shared/model/source.ts'
import { createPlaceLabels } from '../core/sources/place-labels.ts'
import { createConnectionList } from '../core/sources/saved-connections.ts'
import { createProjects } from '../core/sources/projects.ts'
import { readHere } from '../core/project/reading/read-here.ts'
import { readInWorker } from '../core/project/reading/read-in-worker.ts'
import type { TrustProposal, TrustStore } from '../core/project/trusted/trust-store.ts'
import { trustingOnce } from '../core/project/trusted/trust-store.ts'
import { createRecentSources } from '../core/sources/recent-sources.ts'
import type { InstalledDemo } from '../core/sources/resolve-target.ts'
import type { GivenText } from '../core/sources/resolve-target.ts'
import { resolveTarget } from '../core/sources/resolve-target.ts'
import type { ResolvedTarget, StoreAccess } from '../core/sources/source-types.ts'
import { createSourceRegistry } from '../core/sources/source-registry.ts'
import type { StateFile } from '../core/util/state-file.ts'
import { createStateFile } from '../core/util/state-file.ts'
import type { Keychain } from '../core/vault/secret-box.ts'
import { createVault } from '../core/vault/vault.ts'
import { cleanupSources, whereCut } from './cleanup-sources.ts'
import { deletionsOf } from './deletions.ts'
import { openTrustStore } from './trust-file.ts'
import { createDecoderPool } from '../core/workers/decoder-pool.ts'
import { appHandlers } from '../rpc/handlers/app.ts'
import { cleanupHandlers } from '../rpc/handlers/cleanup.ts'
import { trashHandlers } from '../rpc/handlers/trash.ts'
import { changeHandlers } from '../rpc/handlers/changes.ts'
import { connectionHandlers } from '../rpc/handlers/connections.ts'
import { decoderHandlers } from '../rpc/handlers/decoder.ts'
import { projectHandlers } from '../rpc/handlers/projects.ts'
import { reportHandlers } from '../rpc/handlers/reports.ts'
import type { Services } from '../rpc/handlers/services.ts'
import { sessionHandlers } from '../rpc/handlers/sessions.ts'
import { sourceHandlers } from '../rpc/handlers/sources.ts'
import type { ReportInternal } from '../rpc/router.ts'
import { createRouter } from '../rpc/router.ts'
import { keepNurserySmall } from './small-nursery.ts'
import { readStartPlace } from './start-place.ts'

export interface AppOptions {
  readonly face: Face
  readonly version: string
  /** Preferences, recent places, the installed demo. */
  readonly dataFolder: string
  /** Holds `demo/`. */
  readonly resourcesFolder: string
  /** Worker entry files: TypeScript from the sources, JavaScript from a build. */
  readonly workers: { readonly store: URL; readonly decode: URL; readonly settings: URL }
  /** Threads that decode; 0 decodes, and reads settings, in this thread, which is right for one short command. */
  readonly decodeThreads: number
  /** Where undo lives: `memory`, or files in (or at) a place. */
  readonly journal: { readonly kind: 'memory' } | { readonly kind: 'file'; readonly file?: string }
  /** Where runs of cleaning are kept; missing: in the data folder. */
  readonly runsFolder?: string
  readonly openAtStart: string | null
  /** What gets into that which is opened at the start; missing: nothing was given beside it. */
  readonly startSecrets?: PlaceSecrets
  readonly chooseFile?: () => Promise<string | null>
  /** The system's languages, BCP 47, the dearest first; missing: this face cannot tell. */
  readonly languages?: readonly string[]
  /** Told what the user prefers, at the start and at each change. */
  readonly onPreferences?: (preferences: Preferences) => void
  /** The system's own store of keys; null, missing: this face has none. */
  readonly keychain?: Keychain | null
  readonly clock?: Clock
  /** How long a cleaning waits for a store that does not answer; missing: a minute. */
  readonly patienceMs?: number
  /** Of whoever started the app; settings of projects may ask for it. The process's own unless told. */
  readonly environment?: NodeJS.ProcessEnv
  /** Leave to run a project's own Python in this run alone. Missing, null: none was given. */
  readonly trustOnce?: TrustProposal | null
  readonly reportInternal: ReportInternal
}

export interface App {
  /** What a transport serves. */
  readonly dispatcher: Dispatcher
  /** Ends every worker. Calls that are under way are answered with CANCELLED or WORKER_LOST. */
  dispose(): Promise<void>
}

/** The one place that builds the parts and puts them together, the same for every face. */
export async function createApp(options: AppOptions): Promise<App> {
  keepNurserySmall()
  const clock = options.clock ?? Date.now
  const newId = (): string => randomBytes(12).toString('base64url')
  const decoder = createDecoder(options)
  const spare = createSpareWorker(options.workers.store)
  const journal = createJournal(options)
  const knownHostsFile = join(options.dataFolder, 'known_hosts')
  const openStore = ({ profile, ssh, cacheSsh, users }: StoreAccess, onLost: (error: CoatcheckError) => void = () => undefined): Promise<RemoteStore> =>
    openInWorker({ worker: options.workers.store, spare, profile, users, ssh: ssh === null ? null : { ...ssh, knownHostsFile }, cacheSsh: cacheSsh === undefined ? null : { ...cacheSsh, knownHostsFile }, onLost })
  const openDemo = async (signal: AbortSignal): Promise<InstalledDemo> => {
    const folder = join(options.dataFolder, 'demo', 'corner-shop')
    const manifest = await installDemo({ from: join(options.resourcesFolder, 'demo'), to: folder, now: clock(), openStore: (target) => openStore({ profile: { kind: 'sqlite', ...target }, ssh: null, users: null }) }, signal)
    return { folder, manifest }
  }
  const projects = createProjects({ trust: createTrust(options), environment: definedIn(options.environment ?? process.env), resourcesFolder: options.resourcesFolder, readSettings: options.decodeThreads === 0 ? readHere : readInWorker(options.workers.settings), clock })
  const startPlace = readStartPlace(options.openAtStart, options.startSecrets)
  const labels = createPlaceLabels(options.dataFolder)
  const folders = new RunFolders(options.runsFolder ?? join(options.dataFolder, 'cleanup'))
  const resolve = async (target: SourceTarget, given: GivenText, signal: AbortSignal): Promise<ResolvedTarget> => {
    const resolved = startPlace.withSecrets(await resolveTarget(target, { ...given, openDemo, projects }, signal))
    return whereCut({ ...resolved, environment: (await labels.read(resolved.target)) ?? resolved.environment }, folders)
  }
  const registry = createSourceRegistry({ decoder, newId, resolve, openStore, clock })
  const kept = toldOf(createStateFile(join(options.dataFolder, 'preferences.json'), 1, preferences, DEFAULT_PREFERENCES), options.onPreferences)
  const vault = createVault(options.dataFolder, options.keychain ?? null)
  const cleanup = createCleanup({
    folders, keys: createKeyKeeper(vault), sources: cleanupSources(registry), decoder, deletions: () => deletionsOf(journal),
    retention: createStateFile(join(options.dataFolder, 'retention.json'), 1, cleanupRetention, DEFAULT_RETENTION), clock, newId,
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
  })
  const services: Services = {
    facts: {
      face: options.face, version: options.version, platform: process.platform, nativeDialogs: options.chooseFile !== undefined,
      homeFolder: homedir(), journal: options.journal.kind, openAtStart: startPlace.shown,
      ...(options.languages === undefined ? {} : { languages: options.languages }),
    },
    clock,
    preferences: kept,
    recent: createRecentSources(options.dataFolder),
    registry, resolve: (target, signal) => resolve(target, {}, signal), labels, newId, projects,
    saved: createConnectionList(options.dataFolder),
    vault,
    testing: { decoder, openStore, now: clock },
    decoder,
    warm() {
      decoder.warm()
      spare.warm()
    },
    journal,
    creations: createCreations(options.journal.kind === 'memory' ? journal : null, join(options.dataFolder, 'journals')),
    changes: createChanges({ journal, clock, newId }),
    cleanup,
    chooseFile: options.chooseFile ?? null,
  }
  const handlers = {
    ...appHandlers(services), ...sourceHandlers(services), ...connectionHandlers(services), ...sessionHandlers(services), ...changeHandlers(services), ...cleanupHandlers(services), ...trashHandlers(services), ...decoderHandlers(services), ...reportHandlers(services), ...projectHandlers(services),
  }
  return {
    dispatcher: createRouter(handlers, options.reportInternal),
    async dispose() {
      await cleanup.dispose()
      await registry.dispose()
      await Promise.all([decoder.close(), spare.close()])
    },
  }
}

function createTrust({ dataFolder, trustOnce = null }: AppOptions): TrustStore {
  const store = openTrustStore(dataFolder)
  return trustOnce === null ? store : trustingOnce(store, trustOnce)
}

/** The same file; `tell` hears what it holds and each change. */
function toldOf(file: StateFile<Preferences>, tell: ((preferences: Preferences) => void) | undefined): StateFile<Preferences> {
  if (tell === undefined) return file
  void file.read().then(tell)
  return {
    ...file,
    async update(change) {
      const changed = await file.update(change)
      tell(changed)
      return changed
    },
  }
}

function definedIn(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function createDecoder(options: AppOptions): Decoder {
  return options.decodeThreads === 0 ? createInlineDecoder() : createDecoderPool({ worker: options.workers.decode, threads: options.decodeThreads })
}

function createJournal(options: AppOptions): Journal {
  if (options.journal.kind === 'memory') return createMemoryJournal()
  const folder = join(options.dataFolder, 'journals')
  return keepJarsApart(createFileJournal(options.journal.file === undefined ? { folder } : { folder, file: options.journal.file }), createMemoryJournal())
}
