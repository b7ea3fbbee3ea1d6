// npm start [-- [PATH] [--browser | --electron] [--port N] [--no-open] [--data-folder DIR]]
// Builds what is out of date, then opens the best face that is here: at PATH, or at the demo. It never downloads anything.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { hasRightNode, run } from './right-node.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DEMO = 'demo'
const TAKE_A_VALUE = new Set(['--port', '--host', '--data-folder'])

if (await hasRightNode(fileURLToPath(import.meta.url))) process.exitCode = await launch(process.argv.slice(2))

/** @param {readonly string[]} args */
async function launch(args) {
  const face = await chooseFace(args)
  if (face === null) return 1
  if (!(await build())) return 1
  console.log(face.why)
  const given = args.filter((arg) => arg !== '--browser' && arg !== '--electron')
  const rest = namesSource(given) ? given : [...given, DEMO]
  return face.electron === null ? runHost(rest) : runElectron(face.electron, rest)
}

/** @param {readonly string[]} args */
function namesSource(args) {
  return args.some((arg, index) => !arg.startsWith('-') && !TAKE_A_VALUE.has(args[index - 1] ?? ''))
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ electron: string | null, why: string } | null>}
 */
async function chooseFace(args) {
  const { findElectron, hasDisplay } = await import('./electron-binary.mjs')
  if (args.includes('--browser')) return { electron: null, why: 'Browser host: --browser asks for it.' }
  const found = findElectron()
  const forBrowser = args.find((arg) => /^--(port|no-open|host)\b/.test(arg))
  if (args.includes('--electron') && found.path === null) {
    console.error(`Electron cannot be started: ${found.reason}.`)
    return null
  }
  if (args.includes('--electron')) return { electron: found.path, why: 'Electron: --electron asks for it.' }
  if (forBrowser !== undefined) return { electron: null, why: `Browser host: ${forBrowser} is for it.` }
  if (found.path === null) return { electron: null, why: `Browser host: ${found.reason}.` }
  if (!hasDisplay()) return { electron: null, why: 'Browser host: there is no display for a window.' }
  return { electron: found.path, why: 'Electron: its binary and a display are here.' }
}

/** @returns {Promise<boolean>} whether there is something to start */
async function build() {
  const { isBuilt } = await import('./build-stamp.mjs')
  if (isBuilt(ROOT)) return true
  const builder = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(builder)) {
    if (existsSync(join(ROOT, 'out/main/host.js'))) return true
    console.error('Coatcheck is not built, and the packages to build it are not installed. Run "npm ci" first.')
    return false
  }
  console.log('Building…')
  return (await run(process.execPath, [builder, 'build', '--logLevel', 'warn'])) === 0
}

/**
 * In this very process: nothing can be left behind.
 * @param {readonly string[]} args
 */
async function runHost(args) {
  const host = join(ROOT, 'out/main/host.js')
  process.argv = [process.argv[0] ?? 'node', host, ...args]
  await import(pathToFileURL(host).href)
  return process.exitCode
}

/**
 * @param {string} electron
 * @param {readonly string[]} args
 */
function runElectron(electron, args) {
  const env = { ...process.env }
  delete env['ELECTRON_RUN_AS_NODE']
  const at = args.indexOf('--data-folder')
  if (at !== -1) env['COATCHECK_DATA_FOLDER'] = resolve(args[at + 1] ?? '.')
  const paths = args.filter((arg, index) => !arg.startsWith('-') && (at === -1 || index !== at + 1))
  // The sandbox of Chromium refuses to start for root; the app itself never turns it off.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return run(electron, [ROOT, ...asRoot, ...paths], env)
}
