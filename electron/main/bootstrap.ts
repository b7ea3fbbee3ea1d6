import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { BrowserWindow } from 'electron'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import type { Language } from '../../shared/model/language.ts'
import { pickLanguage } from '../../shared/model/language.ts'
import type { Preferences } from '../../shared/model/app.ts'
import type { App, AppOptions } from '../app/compose.ts'
import { createApp } from '../app/compose.ts'
import { dataFolder } from '../app/data-folder.ts'
import { placesOf } from '../app/places.ts'
import { workerEntries } from '../app/worker-entries.ts'
import { watchParent } from '../host/parent.ts'
import { readStaticTable } from '../host/static-table.ts'
import { START_PAGE, registerScheme, servePages } from './app-protocol.ts'
import type { Opening } from './deep-link.ts'
import { LINK_SCHEME, canOpen, hasRefusedLink, readDeepLink, readOpening } from './deep-link.ts'
import type { ElectronApi } from './electron-api.ts'
import { serveIpc } from './ipc-transport.ts'
import { createKeychain } from './keychain.ts'
import { openLink } from './links.ts'
import { menuTemplate } from './menu.ts'
import { denyNavigation, denyPermissions, originOf } from './permissions.ts'
import type { Requests } from './requests.ts'
import { createRequests } from './requests.ts'
import { openWindow } from './window.ts'
import { WORDS } from './words.ts'

export interface StartOptions {
  /** `import.meta.url` of the entry. */
  readonly entry: string
  /** As in `process.argv`. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Where a packaged app keeps its resources: beside the archive, where SQLite can open them. */
  readonly packagedResources: string
  /** Tests put their own in. */
  readonly compose?: (options: AppOptions) => Promise<App>
}

/** Starts the desktop app. The order matters: what must happen before Electron is ready comes before the `await`. */
export async function start(electron: ElectronApi, options: StartOptions): Promise<void> {
  const { app } = electron
  const folder = dataFolder(options.env)
  // One profile, and so one running app, for each data folder.
  app.setPath('userData', join(folder, 'electron'))
  // Electron itself, and the folder it was told to run, come first in the arguments of a checkout.
  const opening = readOpening(options.args.slice(app.isPackaged ? 1 : 2))
  const refused = opening === null && hasRefusedLink(options.args)
  if (!app.requestSingleInstanceLock({ opening, refused })) {
    app.quit()
    return
  }
  const startPage = startPageOf(electron, options.env)
  let window: BrowserWindow | null = null
  const page = { contentsId: () => window?.webContents.id ?? null, origin: originOf(startPage) }
  const requests = createRequests(electron, page)

  app.enableSandbox()
  registerScheme(electron)
  denyNavigation(electron, startPage)
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  else watchParent(() => app.quit())
  receiveOpenings(electron, requests, () => window)

  await app.whenReady()
  const places = placesOf(options.entry)
  const resourcesFolder = app.isPackaged ? options.packagedResources : places.resourcesFolder
  const languages = app.getPreferredSystemLanguages()
  let language = pickLanguage('system', languages)
  const drawMenu = (): void => electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(menuTemplate({
    language,
    platform: options.platform,
    packaged: app.isPackaged,
    onAction: (action) => requests.send({ kind: 'action', action }),
    onLink: (id) => openLink(electron, id),
  })))
  const onPreferences = (preferences: Preferences): void => {
    const chosen = pickLanguage(preferences.language ?? 'system', languages)
    if (chosen === language) return
    language = chosen
    drawMenu()
  }
  drawMenu()
  const core = await (options.compose ?? createApp)({ ...appOptions(electron, options, { folder, resourcesFolder, opening, window: () => window, language: () => language }), languages, onPreferences })
  disposeAtQuit(electron, core)
  denyPermissions(electron.session.defaultSession, page.origin)
  servePages(electron, readStaticTable(places.rendererFolder))
  serveIpc(electron, page, core.dispatcher)
  if (refused) requests.send({ kind: 'refused' })
  if (opening !== null && opening.key !== null) requests.send({ kind: 'open', ...opening })

  const open = (): void => {
    window = openWindow(electron, {
      preload: places.preload,
      startPage,
      boundsFile: join(folder, 'window.json'),
      icon: join(resourcesFolder, 'icons/256x256.png'),
      packaged: app.isPackaged,
    })
    window.once('closed', () => { window = null })
  }
  open()
  app.on('activate', () => { if (window === null) open() })
  app.on('window-all-closed', () => { if (options.platform !== 'darwin') app.quit() })
}

/** The development server counts only for an app that is not packaged. */
function startPageOf({ app }: ElectronApi, env: NodeJS.ProcessEnv): string {
  const development = app.isPackaged ? undefined : env['ELECTRON_RENDERER_URL']
  return development === undefined ? START_PAGE : new URL('/index.html', development).href
}

interface Surroundings {
  readonly folder: string
  readonly resourcesFolder: string
  readonly opening: Opening | null
  readonly window: () => BrowserWindow | null
  readonly language: () => Language
}

function appOptions(electron: ElectronApi, options: StartOptions, { folder, resourcesFolder, opening, window, language }: Surroundings): AppOptions {
  return {
    face: 'electron',
    version: manifest.version,
    dataFolder: folder,
    resourcesFolder,
    workers: workerEntries(options.entry),
    decodeThreads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    // Until a keychain protects it, undo stays off the disk.
    journal: { kind: 'memory' },
    openAtStart: opening !== null && opening.key === null ? opening.path : null,
    keychain: createKeychain(electron, options.platform),
    chooseFile: () => chooseFile(electron, options.platform, window(), language()),
    reportInternal: (error, name) => process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`),
  }
}

async function chooseFile({ dialog }: ElectronApi, platform: NodeJS.Platform, window: BrowserWindow | null, language: Language): Promise<string | null> {
  const { menu: words } = WORDS[language]
  const settings: Electron.OpenDialogOptions = {
    title: words.chooseTitle,
    // Only macOS has one dialog for both.
    properties: platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openFile'],
    filters: [{ name: words.chooseFilter, extensions: ['sqlite3', 'sqlite', 'db'] }, { name: words.chooseAll, extensions: ['*'] }],
  }
  const { filePaths } = await (window === null ? dialog.showOpenDialog(settings) : dialog.showOpenDialog(window, settings))
  return filePaths[0] ?? null
}

const MOST_QUIT_MS = 5_000

const secondStart = z.strictObject({ refused: z.boolean().default(false), opening: z.strictObject({ path: z.string(), key: z.string().nullable() }).nullable() })

/** Links and files that arrive while the app runs. They are checked again here, whoever sent them. */
function receiveOpenings({ app }: ElectronApi, requests: Requests, window: () => BrowserWindow | null): void {
  const receive = (opening: Opening | null, isRefused = false): void => {
    if (opening !== null && canOpen(opening.path)) requests.send({ kind: 'open', ...opening })
    else if (isRefused || opening !== null) requests.send({ kind: 'refused' })
    const shown = window()
    if (shown?.isMinimized() === true) shown.restore()
    shown?.focus()
  }
  app.on('second-instance', (_event, _args, _folder, data) => {
    const { opening = null, refused = false } = secondStart.safeParse(data).data ?? {}
    receive(opening, refused)
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    receive(readDeepLink(url), true)
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    receive({ path, key: null })
  })
}

/** Waits for the core's workers, once. */
function disposeAtQuit({ app }: ElectronApi, core: App): void {
  let disposed = false
  app.on('will-quit', (event) => {
    if (disposed) return
    event.preventDefault()
    // A worker that does not end must not keep the app from ending.
    const late = new Promise((resolve) => setTimeout(resolve, MOST_QUIT_MS))
    void Promise.race([core.dispose(), late]).finally(() => {
      disposed = true
      app.quit()
    })
  })
}
