import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import manifest from '../../package.json' with { type: 'json' }
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { App } from '../app/compose.ts'
import { createApp } from '../app/compose.ts'
import { dataFolder } from '../app/data-folder.ts'
import { placesOf } from '../app/places.ts'
import { workerEntries } from '../app/worker-entries.ts'
import { createAccess, newSecret } from './access.ts'
import { openAppWindow } from './app-window.ts'
import type { Browser } from './browsers.ts'
import { findBrowser } from './browsers.ts'
import type { Ending } from './ending.ts'
import { createEnding } from './ending.ts'
import type { Host } from './host.ts'
import { openHost } from './host.ts'
import { IDLE_LIMIT_MS, watchIdle } from './idle.ts'
import type { HostArguments } from './options.ts'
import { readArguments } from './options.ts'
import { askRunningHost, claimDataFolder } from './running-host.ts'
import { say } from './say.ts'
import { readStaticTable } from './static-table.ts'
import { canReadLines, onLine } from './terminal.ts'

/**
 * Serves the pages until something ends it: a signal, the program that started it, or half an hour without use.
 * @param entry `import.meta.url` of the entry that this runs in
 * @returns the exit code
 */
export async function runHost(args: readonly string[], entry: string): Promise<number> {
  try {
    const options = readArguments(args, process.env)
    const folder = openDataFolder(options)
    const running = await askRunningHost(folder, options.source)
    if (running !== null) return leadTo(running)
    return await serveUntilEnd(options, folder, entry)
  } catch (error) {
    if (!(error instanceof CoatcheckError)) throw error
    console.error(`coatcheck: ${error.code}: ${error.message}${error.details.hint === undefined ? '' : ` (${error.details.hint})`}`)
    return error.code === 'REQUEST_INVALID' ? 2 : 1
  }
}

async function serveUntilEnd(options: HostArguments, folder: string, entry: string): Promise<number> {
  const ending = createEnding()
  const { rendererFolder, resourcesFolder } = placesOf(entry)
  const app = await composeApp(options, folder, entry, resourcesFolder)
  ending.add(() => app.dispose())
  try {
    const secret = newSecret()
    const idle = watchIdle(IDLE_LIMIT_MS, () => ending.end('idle'))
    const host = await openHost({
      address: options.address,
      port: options.port,
      pages: readStaticTable(rendererFolder),
      access: createAccess(() => performance.now()),
      controlSecret: secret,
      dispatcher: app.dispatcher,
      idle,
    })
    ending.add(() => host.close())
    const claim = await claimDataFolder(folder, { address: options.address, port: host.port, secret })
    if (claim === null) return leadTo((await askRunningHost(folder, options.source)) ?? '')
    ending.add(async () => claim.release())

    announce(host, (stop) => ending.add(async () => stop()))
    const browser = options.open ? findBrowser(process.env, process.platform) : null
    if (browser !== null) void showWindow(browser, folder, host, ending)
    const reason = await ending.asked
    if (reason !== 'signal') console.log(say(reason === 'idle' ? 'idleEnded' : 'parentEnded'))
    return 0
  } finally {
    await ending.finish()
  }
}

function composeApp(options: HostArguments, folder: string, entry: string, resourcesFolder: string): Promise<App> {
  return createApp({
    face: 'browser',
    version: manifest.version,
    dataFolder: folder,
    resourcesFolder,
    workers: workerEntries(entry),
    decodeThreads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    // Undo holds live sessions: without a keychain to protect them they stay off the disk.
    journal: { kind: 'memory' },
    openAtStart: options.source,
    startSecrets: options.secrets,
    reportInternal: (error, name) => console.error(name, error),
  })
}

function openDataFolder(options: HostArguments): string {
  const folder = dataFolder(options.dataFolder === null ? process.env : { ...process.env, COATCHECK_DATA_FOLDER: options.dataFolder })
  if (process.platform !== 'win32' && (statSync(folder).mode & 0o002) !== 0) {
    throw new CoatcheckError('STORE_PERMISSION', verbatim(`Every user can write to the data folder ${folder}.`), { hint: verbatim('Name a folder of your own with --data-folder.'), subject: folder })
  }
  return folder
}

function leadTo(link: string): number {
  console.log(say('ready', { link }))
  console.log(say('running'))
  return 0
}

function announce(host: Host, onEnd: (stop: () => void) => void): void {
  const listens = canReadLines()
  console.log(say('ready', { link: host.newLink(null) }))
  console.log(say(listens ? 'linkLife' : 'linkLifeNoTerminal'))
  console.log(say('idle'))
  if (listens) onEnd(onLine(() => console.log(say('newLink', { link: host.newLink(null) }))))
}

async function showWindow(browser: Browser, folder: string, host: Host, ending: Ending): Promise<void> {
  console.log(say('windowOpened', { browser: browser.name }))
  try {
    const window = await openAppWindow({
      browser,
      dataFolder: folder,
      link: host.newLink(null),
      onStart: (started) => ending.add(() => started.close()),
    })
    await window.closed
    if (!ending.over) console.log(say('windowClosed'))
  } catch {
    if (!ending.over) console.log(say('windowFailed', { browser: browser.name }))
  }
}
