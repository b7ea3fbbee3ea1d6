// Plain enough for an old Node: it has to run there, to lead to the right one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const NEEDED = 26

/**
 * Node 26 or newer runs on. An older one (which the SQLite driver would crash) starts the script again with the Node that `npm ci` brought.
 * @param {string} script
 * @returns {Promise<boolean>} false: the script ran elsewhere and has ended
 */
export async function hasRightNode(script) {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return true
  const node = join(import.meta.dirname ?? '.', '../node_modules/.bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    console.error(`Coatcheck needs Node ${NEEDED} or newer; this is ${process.versions.node}. Run "npm ci" once: it brings one along.`)
    process.exitCode = 1
    return false
  }
  process.exitCode = await run(node, [script, ...process.argv.slice(2)])
  return false
}

/**
 * Runs a program in place of this one: same terminal, same signals, same end. When the program that started this one ends, so does it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
export function run(program, args, env = process.env) {
  const child = spawn(program, args, { stdio: 'inherit', env })
  const stop = () => child.kill('SIGTERM')
  // Ctrl-C reaches the whole group by itself; sent again it does no harm.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  const parent = process.ppid
  setInterval(() => { if (process.ppid !== parent) stop() }, 500).unref()
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${program} cannot be started: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}
