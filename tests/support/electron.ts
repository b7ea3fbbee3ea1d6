import { EventEmitter } from 'node:events'
import type { BrowserWindowConstructorOptions, MenuItemConstructorOptions, PermissionCheckHandlerHandlerDetails } from 'electron'
import type { ElectronApi } from '../../electron/main/electron-api.ts'

/** A frame of a page, as `event.senderFrame`. */
export interface FakeFrame {
  readonly origin: string
  readonly parent: FakeFrame | null
  readonly sent: [channel: string, value: unknown][]
  send(channel: string, value: unknown): void
}

export function fakeFrame(origin: string, parent: FakeFrame | null = null): FakeFrame {
  const sent: [string, unknown][] = []
  return { origin, parent, sent, send: (channel, value) => sent.push([channel, value]) }
}

let lastContentsId = 0

export class FakeContents extends EventEmitter {
  readonly id = (lastContentsId += 1)
  readonly sent: [channel: string, value: unknown][] = []
  mainFrame = fakeFrame('app://coatcheck')
  windowOpenHandler: (details: { url: string }) => unknown = () => ({ action: 'allow' })
  destroyed = false
  send(channel: string, value: unknown): void { this.sent.push([channel, value]) }
  isDestroyed(): boolean { return this.destroyed }
  getURL(): string { return `${this.mainFrame.origin}/index.html` }
  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void { this.windowOpenHandler = handler }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  loaded = ''
  readonly options: BrowserWindowConstructorOptions
  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
  }
  async loadURL(url: string): Promise<void> { this.loaded = url }
  show(): void { this.emit('shown') }
  focus(): void { this.emit('focused') }
  maximize(): void { this.emit('maximized') }
  isMaximized(): boolean { return false }
  isMinimized(): boolean { return false }
  getNormalBounds() { return { x: 10, y: 20, width: 900, height: 700 } }
}

type PermissionRequestHandler = (contents: FakeContents, permission: string, answer: (granted: boolean) => void) => void
type PermissionCheckHandler = (contents: FakeContents | null, permission: string, origin: string, details?: PermissionCheckHandlerHandlerDetails) => boolean

export class FakeSession extends EventEmitter {
  request: PermissionRequestHandler = (_contents, _permission, answer) => answer(true)
  check: PermissionCheckHandler = () => true
  device: () => boolean = () => true
  setPermissionRequestHandler(handler: PermissionRequestHandler): void { this.request = handler }
  setPermissionCheckHandler(handler: PermissionCheckHandler): void { this.check = handler }
  setDevicePermissionHandler(handler: () => boolean): void { this.device = handler }
}

export interface FakeElectron {
  readonly api: ElectronApi
  readonly app: EventEmitter & { isPackaged: boolean }
  readonly ipc: EventEmitter
  readonly session: FakeSession
  readonly windows: FakeWindow[]
  /** What was asked of the system: `quit`, `open https://…`, `scheme app`… */
  readonly log: string[]
  readonly menu: () => MenuItemConstructorOptions[]
  readonly fetchPage: (url: string, method?: string) => Promise<Response>
}

export type StorageBackend = ReturnType<ElectronApi['safeStorage']['getSelectedStorageBackend']>

/** Seals by turning bytes around, which is enough to tell sealed from open. */
export function fakeSafeStorage({ backend = 'gnome_libsecret', available = true }: { backend?: StorageBackend; available?: boolean } = {}) {
  const turn = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
  return {
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: async () => available,
    encryptStringAsync: async (text: string) => turn(Buffer.from(text)),
    decryptStringAsync: async (sealed: Buffer) => ({ shouldReEncrypt: false, result: turn(sealed).toString() }),
  }
}

/** Only what the main process uses; `Pick` in `ElectronApi` lets the compiler notice when that changes. */
export function fakeElectron({ packaged = true, firstInstance = true } = {}): FakeElectron {
  const log: string[] = []
  const windows: FakeWindow[] = []
  const ipc = new EventEmitter()
  const session = new FakeSession()
  let menu: MenuItemConstructorOptions[] = []
  let servePage: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 500 })
  const app = Object.assign(new EventEmitter(), {
    isPackaged: packaged,
    getPreferredSystemLanguages: () => ['en-US'],
    setPath: (name: string, path: string) => log.push(`path ${name} ${path}`),
    requestSingleInstanceLock: (data: unknown) => {
      log.push(`lock ${JSON.stringify(data)}`)
      return firstInstance
    },
    enableSandbox: () => log.push('sandbox'),
    setAsDefaultProtocolClient: (scheme: string) => log.push(`links ${scheme}`),
    whenReady: async () => { log.push('ready') },
    quit: () => log.push('quit'),
  })
  class Window extends FakeWindow {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options)
      windows.push(this)
    }
  }
  const api = {
    app,
    BrowserWindow: Window,
    Menu: { buildFromTemplate: (template: MenuItemConstructorOptions[]) => template, setApplicationMenu: (template: MenuItemConstructorOptions[]) => { menu = template } },
    dialog: { showOpenDialog: async () => ({ canceled: false, filePaths: ['/chosen.sqlite3'] }) },
    ipcMain: ipc,
    nativeTheme: { shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: object }[]) => log.push(...schemes.map(({ scheme, privileges }) => `scheme ${scheme} ${Object.keys(privileges).join()}`)),
      handle: (scheme: string, handler: typeof servePage) => {
        log.push(`serve ${scheme}`)
        servePage = handler
      },
    },
    safeStorage: fakeSafeStorage(),
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: { defaultSession: session },
    shell: { openExternal: async (url: string) => { log.push(`open ${url}`) } },
  }
  return {
    api: api as unknown as ElectronApi,
    app, ipc, session, windows, log,
    menu: () => menu,
    fetchPage: async (url, method = 'GET') => servePage(new Request(url, { method })),
  }
}
