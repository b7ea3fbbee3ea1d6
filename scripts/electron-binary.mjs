// Finds an Electron executable that is on disk. Never requires 'electron': in plain Node that starts a download.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const EXECUTABLE = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : process.platform === 'win32' ? 'electron.exe' : 'electron'

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ path: string, source: string } | { path: null, reason: string }}
 */
export function findElectron(env = process.env) {
  const given = env['ELECTRON_EXEC_PATH']
  if (given) return existsSync(given) ? { path: given, source: 'ELECTRON_EXEC_PATH' } : { path: null, reason: `ELECTRON_EXEC_PATH points at nothing: ${given}` }
  const folder = packageFolder()
  if (folder === null) return { path: null, reason: 'the electron package is not installed' }
  const executable = read(join(folder, 'path.txt')) || EXECUTABLE
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  const path = join(override || join(folder, 'dist'), executable)
  if (!existsSync(path)) return { path: null, reason: override ? `no executable at ${path}` : 'the Electron binary is not downloaded (npm run electron:install)' }
  if (override) return { path, source: 'ELECTRON_OVERRIDE_DIST_PATH' }
  const wanted = JSON.parse(read(join(folder, 'package.json'))).version
  const present = read(join(folder, 'dist', 'version')).replace(/^v/, '')
  if (present !== wanted) return { path: null, reason: `Electron ${present || '?'} is on disk, ${wanted} is wanted (npm run electron:install)` }
  return { path, source: 'node_modules/electron/dist' }
}

/** @param {NodeJS.ProcessEnv} [env] */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

function packageFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
