// Finds what the tests talk to (a browser, Django old and new, database servers, a display), and brings what is missing where that is possible.
//   node scripts/peers.mjs      one line for each: found, installed, or skipped and why
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lendFromDebian } from './debian-libraries.mjs'
import { findElectron, hasDisplay } from './electron-binary.mjs'
import { runCommand } from './run-command.mjs'

const ROOT = join(import.meta.dirname, '..')
const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const SSHDS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd']
const VENV = join(ROOT, '.venv')
const VENV_PYTHON = join(VENV, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const NEW_DJANGO = '>=5.2,<5.3'
const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {'found' | 'installed' | 'skipped'} state
 * @property {string} detail where it is, or why it is not
 * @property {string | null} path
 * @property {boolean} canBeMissing true: CI does not insist on it
 */

/** @returns {Promise<Peer[]>} */
export async function findPeers() {
  const djangos = Promise.all([findNewDjango(), findOldDjango()])
  const [chromium, [fresh, old], libraries, redis, memcached, sshd, ...servers] = await Promise.all([findChromium(), djangos, djangos.then(([django]) => findAllLibraries(django)), findRedis(), findMemcached(), findSshd(), ...SERVERS.map(findServer)])
  return [chromium, fresh, old, ...libraries, ...servers, redis, memcached, sshd, findElectronPeer()]
}

/** Environment by which the tests find their peers. @param {readonly Peer[]} peers */
export function peerEnvironment(peers) {
  /** @type {Record<string, string>} */
  const environment = {}
  const names = { chromium: 'CHROMIUM', 'django 5.2': 'COATCHECK_TEST_PYTHON', 'django old': 'COATCHECK_TEST_PYTHON_OLD', 'redis': 'COATCHECK_TEST_REDIS', 'memcached': 'COATCHECK_TEST_MEMCACHED' }
  for (const [name, variable] of Object.entries(names)) {
    const path = peers.find((peer) => peer.name === name)?.path
    if (path) environment[variable] = path
  }
  return environment
}

/** @param {Peer} peer */
export function describePeer(peer) {
  return `${peer.name.padEnd(11)} ${peer.state}: ${peer.detail}`
}

async function findChromium() {
  const name = 'chromium'
  const known = locateChromium() ?? (await playwrightChromium())
  if (known !== null) return found(name, known)
  const apt = await aptInstall('chromium')
  const path = locateChromium()
  if (path !== null) return installed(name, path)
  return skipped(name, `no Chromium or Chrome; set CHROMIUM or run "npx playwright install chromium"${apt}`)
}

function locateChromium() {
  return [process.env['CHROMIUM'], ...CHROMIUMS].find((path) => path !== undefined && existsSync(path)) ?? null
}

async function playwrightChromium() {
  const { chromium } = await import('@playwright/test')
  const path = chromium.executablePath()
  return existsSync(path) ? path : null
}

/** The oldest Django at hand: Debian's. */
async function findOldDjango() {
  const name = 'django old'
  const python = '/usr/bin/python3'
  const version = () => djangoVersion(python)
  const present = existsSync(python) ? await version() : null
  if (present !== null) return found(name, `${python} with Django ${present}`, python)
  const apt = await aptInstall('python3-django')
  const after = existsSync(python) ? await version() : null
  if (after !== null) return installed(name, `${python} with Django ${after}`, python)
  return skipped(name, `no system Python with Django${apt}`)
}

/** Django of today in a virtual environment of this checkout, where a package index answers. */
async function findNewDjango() {
  const name = 'django 5.2'
  const given = process.env['COATCHECK_TEST_PYTHON']
  for (const python of [given, VENV_PYTHON]) {
    const version = python !== undefined && existsSync(python) ? await djangoVersion(python) : null
    if (version?.startsWith('5.2')) return found(name, `${python} with Django ${version}`, python)
  }
  const made = await makeVenv()
  const version = existsSync(VENV_PYTHON) ? await djangoVersion(VENV_PYTHON) : null
  if (version !== null) return installed(name, `${VENV_PYTHON} with Django ${version}`, VENV_PYTHON)
  return skipped(name, `a virtual environment with Django ${NEW_DJANGO} could not be made (${made})`)
}

/** @typedef {{ readonly pip: string, readonly apt: string, readonly module: string, readonly needs: readonly string[] }} Library `needs`: what it imports beside itself, by the names of Debian's folder */

/** Libraries of settings, of which sample projects make use. @type {readonly Library[]} */
const SETTINGS_LIBRARIES = [
  { pip: 'django-environ', apt: 'python3-django-environ', module: 'environ', needs: ['six'] },
  { pip: 'python-decouple', apt: 'python3-decouple', module: 'decouple', needs: [] },
  { pip: 'dj-database-url', apt: 'python3-dj-database-url', module: 'dj_database_url', needs: [] },
]

/** Clients of caches and databases that are no part of Django, and what their serializers and compressors need. @type {readonly Library[]} */
const CACHE_LIBRARIES = [
  { pip: 'redis', apt: 'python3-redis', module: 'redis', needs: ['async_timeout', 'deprecated', 'wrapt', 'packaging'] },
  { pip: 'django-redis', apt: 'python3-django-redis', module: 'django_redis', needs: [] },
  { pip: 'lz4', apt: 'python3-lz4', module: 'lz4', needs: [] },
  { pip: 'msgpack', apt: 'python3-msgpack', module: 'msgpack', needs: [] },
  { pip: 'psycopg2-binary', apt: 'python3-psycopg2', module: 'psycopg2', needs: [] },
  { pip: 'PyMySQL', apt: 'python3-pymysql', module: 'pymysql', needs: [] },
  { pip: 'pymemcache', apt: 'python3-pymemcache', module: 'pymemcache', needs: ['six'] },
  { pip: 'pylibmc', apt: 'python3-pylibmc', module: 'pylibmc', needs: ['_pylibmc'] },
]

/** Debian's first: what its own Python has can be lent. @param {Peer} django Django of today @returns {Promise<Peer[]>} */
async function findAllLibraries(django) {
  const old = await Promise.all([findLibraries('settings', SETTINGS_LIBRARIES, false), findLibraries('caches', CACHE_LIBRARIES, true)])
  const settings = await findNewLibraries('settings 5.2', SETTINGS_LIBRARIES, django, false)
  return [...old, settings, await findNewLibraries('caches 5.2', CACHE_LIBRARIES, django, true)]
}

/** Beside Debian's Django. @param {string} name @param {readonly Library[]} libraries @param {boolean} canBeMissing @returns {Promise<Peer>} */
async function findLibraries(name, libraries, canBeMissing) {
  const python = '/usr/bin/python3'
  const missing = () => missingIn(python, libraries)
  const before = await missing()
  if (before.length === 0) return found(name, `${python} with ${libraries.map(({ pip }) => pip).join(', ')}`, python)
  let apt = ''
  for (const library of libraries) if (before.includes(library.module)) apt = await aptInstall(library.apt)
  const after = await missing()
  if (after.length === 0) return installed(name, `${python} with ${libraries.map(({ pip }) => pip).join(', ')}`, python)
  return { ...skipped(name, `${python} has no ${after.join(', ')}${apt}`), canBeMissing }
}

/**
 * Beside Django of today: from a package index where one has them, else copies of Debian's.
 * @param {string} name @param {readonly Library[]} libraries @param {Peer} django @param {boolean} canBeMissing @returns {Promise<Peer>}
 */
async function findNewLibraries(name, libraries, { path: python }, canBeMissing) {
  if (python === null) return { ...skipped(name, 'no Django 5.2 to put them beside'), canBeMissing }
  const all = `${python} with ${libraries.map(({ pip }) => pip).join(', ')}`
  const before = await missingIn(python, libraries)
  if (before.length === 0) return found(name, all, python)
  // A Python that was named is somebody's own: nothing is put into it.
  const isOurs = python === VENV_PYTHON
  let reason = isOurs ? '' : '; it is not ours to change'
  for (const library of isOurs ? libraries.filter(({ module }) => before.includes(module)) : []) {
    const { code, output } = await pipInstall(library.pip)
    if (code !== 0) reason = `; pip: ${lastLine(output)}`
  }
  if (isOurs) {
    const still = await missingIn(python, libraries)
    await lendFromDebian(VENV, python, libraries.filter(({ module }) => still.includes(module)).map(({ module, needs }) => [module, ...needs]))
  }
  const after = await missingIn(python, libraries)
  if (after.length === 0) return installed(name, all, python)
  return { ...skipped(name, `${python} has no ${after.join(', ')}${reason}`), canBeMissing }
}

/** @param {string} python @param {readonly { readonly module: string }[]} libraries @returns {Promise<string[]>} names of modules */
async function missingIn(python, libraries) {
  const { code, output } = await runCommand(python, ['-c', 'import importlib.util, sys; print(*[n for n in sys.argv[1:] if not importlib.util.find_spec(n)])', ...libraries.map(({ module }) => module)], { timeoutMs: 20_000 })
  return code === 0 ? output.trim().split(' ').filter((item) => item !== '') : libraries.map(({ module }) => module)
}

/** @param {readonly string[]} packages */
const pipInstall = (...packages) => runCommand(VENV_PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15', ...packages], { timeoutMs: 120_000 })

async function makeVenv() {
  const make = () => runCommand('python3', ['-m', 'venv', VENV], { timeoutMs: 60_000 })
  let venv = await make()
  if (venv.code !== 0) {
    await aptInstall('python3-venv')
    venv = await make()
  }
  if (venv.code !== 0) return lastLine(venv.output)
  const pip = await pipInstall(`django${NEW_DJANGO}`)
  return pip.timedOut ? 'the package index did not answer in time' : lastLine(pip.output)
}

/** The program: the tests start servers of their own. */
async function findRedis() {
  const name = 'redis'
  const program = process.env['COATCHECK_TEST_REDIS'] ?? 'redis-server'
  const version = async () => /v=([\d.]+)/.exec((await runCommand(program, ['--version'], { timeoutMs: 20_000 })).output)?.[1] ?? null
  const present = await version()
  if (present !== null) return found(name, `${program} ${present}`, program)
  const apt = await aptInstall('redis-server')
  const after = await version()
  if (after !== null) return installed(name, `${program} ${after}`, program)
  return skipped(name, `no redis-server on the path; COATCHECK_TEST_REDIS names another${apt}`)
}

/** @param {string} python */
async function djangoVersion(python) {
  const { code, output } = await runCommand(python, ['-c', 'import django; print(django.__version__)'], { timeoutMs: 20_000 })
  return code === 0 ? output.trim() : null
}

/** @returns {Peer} */
function findElectronPeer() {
  const electron = findElectron()
  const name = 'electron'
  if (electron.path === null) return { ...skipped(name, electron.reason), canBeMissing: true }
  if (!hasDisplay()) return { ...skipped(name, 'no display; run the tests under xvfb-run'), canBeMissing: true }
  return found(name, electron.path)
}

/** The program only: the tests start it themselves, on ports of their own. */
async function findSshd() {
  const name = 'sshd'
  const locate = () => SSHDS.find((path) => existsSync(path)) ?? null
  const present = locate()
  if (present !== null) return found(name, present)
  const apt = await aptInstall('openssh-server')
  const path = locate()
  return path === null ? skipped(name, `no sshd${apt}`) : installed(name, path)
}

/** Servers of a developer's machine; the tests make databases of their own there, and drop them. */
const SERVERS = /** @type {const} */ ([
  { name: 'postgres', port: 5432, variable: 'COATCHECK_TEST_POSTGRES' },
  { name: 'mariadb', port: 3306, variable: 'COATCHECK_TEST_MYSQL' },
])

/** @param {typeof SERVERS[number]} server @returns {Promise<Peer>} */
async function findServer({ name, port: usual, variable }) {
  const host = process.env[`${variable}_HOST`] ?? '127.0.0.1'
  const port = Number(process.env[`${variable}_PORT`] ?? usual)
  const answers = await new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2000 })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false)).on('timeout', () => resolve(false))
    socket.on('connect', () => socket.destroy()).on('timeout', () => socket.destroy())
  })
  return answers ? found(name, `${host}:${port}`) : skipped(name, `nothing listens at ${host}:${port}; ${variable}_HOST and ${variable}_PORT name another place`)
}

/** The tests start servers of their own. */
async function findMemcached() {
  const name = 'memcached'
  const path = await locateMemcached()
  if (path !== null) return found(name, path)
  const apt = await aptInstall('memcached')
  const after = await locateMemcached()
  return after === null ? skipped(name, `no memcached 1.6 or later; COATCHECK_TEST_MEMCACHED names one${apt}`) : installed(name, after)
}

async function locateMemcached() {
  for (const path of [process.env['COATCHECK_TEST_MEMCACHED'] ?? '', 'memcached', '/usr/bin/memcached', '/opt/homebrew/bin/memcached']) {
    const { code, output } = path === '' ? { code: 1, output: '' } : await runCommand(path, ['-V'], { timeoutMs: 10_000 })
    if (code === 0 && / 1\.(?:[6-9]|\d\d)\./.test(output)) return path
  }
  return null
}

/** @type {Promise<unknown>} One package manager runs at a time. */
let aptQueue = Promise.resolve()
/** @type {Promise<unknown> | null} */
let aptUpdate = null

/**
 * Installs a Debian package where this is Debian and we may.
 * @param {string} name
 * @returns {Promise<string>} why not, to append to a reason
 */
function aptInstall(name) {
  if (!isDebianRoot) return Promise.resolve('')
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const turn = aptQueue.then(async () => {
    aptUpdate ??= runCommand('apt-get', ['update', '-qq'], { timeoutMs: 120_000, env: environment })
    await aptUpdate
    const result = await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { timeoutMs: 300_000, env: environment })
    return result.code === 0 ? '' : `; apt-get: ${lastLine(result.output)}`
  })
  aptQueue = turn
  return turn
}

/** @param {string} output */
const lastLine = (output) => output.trim().split('\n').at(-1) ?? ''
/** @param {string} name @param {string} detail @param {string} [path] @returns {Peer} */
const found = (name, detail, path = detail) => ({ name, state: 'found', detail, path, canBeMissing: false })
/** @param {string} name @param {string} detail @param {string} [path] @returns {Peer} */
const installed = (name, detail, path = detail) => ({ name, state: 'installed', detail, path, canBeMissing: false })
/** @param {string} name @param {string} detail @returns {Peer} */
const skipped = (name, detail) => ({ name, state: 'skipped', detail, path: null, canBeMissing: false })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const peers = await findPeers()
  for (const peer of peers) console.log(describePeer(peer))
  if (process.env['CI'] && peers.some((peer) => peer.state === 'skipped' && !peer.canBeMissing)) process.exit(1)
}
