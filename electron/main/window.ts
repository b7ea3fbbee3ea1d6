import type { BrowserWindow } from 'electron'
import type { ElectronApi } from './electron-api.ts'
import { SMALLEST, readBounds, writeBounds } from './window-bounds.ts'

export interface WindowOptions {
  readonly preload: string
  readonly startPage: string
  readonly boundsFile: string
  readonly icon: string
  readonly packaged: boolean
}

// `--canvas` of both themes (renderer/src/styles/tokens.css): what shows until the page has painted.
const PAPER = '#f6f3ec'
const GRAPHITE = '#171411'

export function openWindow({ BrowserWindow, nativeTheme, screen }: Pick<ElectronApi, 'BrowserWindow' | 'nativeTheme' | 'screen'>, options: WindowOptions): BrowserWindow {
  const { bounds, maximized } = readBounds(options.boundsFile, screen.getAllDisplays())
  const window = new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Coatcheck',
    icon: options.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GRAPHITE : PAPER,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !options.packaged,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeBounds(options.boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }))
  void window.loadURL(options.startPage)
  return window
}
