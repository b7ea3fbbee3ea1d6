import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Browser {
  readonly name: string
  readonly path: string
}

const ON_PATH: readonly Browser[] = [
  { name: 'Chromium', path: 'chromium' },
  { name: 'Chromium', path: 'chromium-browser' },
  { name: 'Chrome', path: 'google-chrome-stable' },
  { name: 'Chrome', path: 'google-chrome' },
  { name: 'Edge', path: 'microsoft-edge-stable' },
  { name: 'Edge', path: 'microsoft-edge' },
]
const MAC: readonly Browser[] = [
  { name: 'Chrome', path: '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' },
  { name: 'Edge', path: '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge' },
  { name: 'Chromium', path: '/Applications/Chromium.app/Contents/MacOS/Chromium' },
]
const WINDOWS: readonly Browser[] = [
  { name: 'Chrome', path: 'Google\\Chrome\\Application\\chrome.exe' },
  { name: 'Edge', path: 'Microsoft\\Edge\\Application\\msedge.exe' },
]

/** The first installed browser that can show a page in a window of its own; null: none, or no display to show it on. */
export function findBrowser(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Browser | null {
  return candidates(env, platform).find(({ path }) => isExecutable(path)) ?? null
}

function candidates(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly Browser[] {
  const chosen = env['CHROMIUM'] ? [{ name: 'Chromium', path: env['CHROMIUM'] }] : []
  if (platform === 'darwin') return [...chosen, ...MAC]
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((root) => root !== undefined)
    return [...chosen, ...WINDOWS.flatMap(({ name, path }) => roots.map((root) => ({ name, path: join(root, path) })))]
  }
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return []
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...chosen, ...ON_PATH.flatMap(({ name, path }) => folders.map((folder) => ({ name, path: join(folder, path) })))]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
