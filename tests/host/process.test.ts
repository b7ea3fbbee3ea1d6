import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFragment } from '../../shared/rpc/access.ts'

const ROOT = join(import.meta.dirname, '../..')
const HOST = join(ROOT, 'out/main/host.js')
const LAUNCHER = join(ROOT, 'scripts/launch.mjs')

interface Program {
  readonly child: ChildProcess
  readonly output: () => string
  printed(pattern: RegExp): Promise<string>
  exit(): Promise<number | null>
}

let folder: string
let programs: Program[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coatcheck-process-'))
  programs = []
})
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL')
  for (const program of programs) await program.exit()
  rmSync(folder, { recursive: true })
})

const READY = /Coatcheck is ready at (\S+)/

function run(script: string, args: readonly string[], options: { readonly ipc?: boolean } = {}): Program {
  const env = { ...process.env, COATCHECK_DATA_FOLDER: folder }
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['pipe', 'pipe', 'pipe', ...(options.ipc === true ? ['ipc' as const] : [])] })
  let output = ''
  const changed = new EventTarget()
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    changed.dispatchEvent(new Event('output'))
  })
  const ended = once(child, 'exit')
  void once(child, 'close').then(() => changed.dispatchEvent(new Event('output')))
  const program: Program = {
    child,
    output: () => output,
    async printed(pattern) {
      for (;;) {
        const found = pattern.exec(output)
        if (found !== null) return found[1] ?? found[0]
        if (child.exitCode !== null) throw new Error(`It ended without printing ${pattern}:\n${output}`)
        await once(changed, 'output')
      }
    },
    async exit() {
      await ended
      return child.exitCode
    },
  }
  programs.push(program)
  return program
}
const runHost = (args: readonly string[] = [], options = {}): Program => run(HOST, ['--no-open', ...args], options)

/** Local addresses that a process listens on, as the kernel writes them: hexadecimal, per family. */
function boundAddresses(pid: number): string[] {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(execFileSync('readlink', [`/proc/${pid}/fd/${fd}`], { encoding: 'utf8' }).trim())?.[1] ?? []
    } catch {
      return []
    }
  })
  return ['tcp', 'tcp6'].flatMap((family) => readFileSync(`/proc/${pid}/net/${family}`, 'utf8').split('\n').slice(1).map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.includes(fields[9] ?? '')).map((fields) => fields[1]?.split(':')[0] ?? ''))
}

/** Whether a process is there and is no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a host', () => {
  test('says in one line where it is ready, how long the link lives and when it ends by itself', async () => {
    const host = runHost()
    const link = new URL(await host.printed(READY))
    await host.printed(/30 minutes/)
    expect(readFragment(link.hash)?.open).toBeNull()
    expect(host.output().match(/Coatcheck is ready at/g)).toHaveLength(1)
    expect(host.output()).toContain('works once, within 60 seconds')
    expect((await fetch(link.origin)).status).toBe(200)
  })

  test.runIf(process.platform === 'linux')('listens on loopback and nowhere else', async () => {
    const host = runHost()
    await host.printed(READY)
    expect(boundAddresses(host.child.pid ?? 0)).toEqual(['0100007F'])
  })

  test('gives a new link for every line it reads', async () => {
    const host = runHost()
    const first = await host.printed(READY)
    host.child.stdin?.write('\n')
    const second = await host.printed(/New link: (\S+)/)
    expect(new URL(second).origin).toBe(new URL(first).origin)
    expect(second).not.toBe(first)
  })

  test('keeps its secrets in a folder and a file for this user alone, and takes the file away', async () => {
    rmSync(folder, { recursive: true })
    const host = runHost()
    await host.printed(READY)
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      expect(statSync(join(folder, 'host.json')).mode & 0o777).toBe(0o600)
    }
    host.child.kill('SIGTERM')
    expect(await host.exit()).toBe(0)
    expect(existsSync(join(folder, 'host.json'))).toBe(false)
  })

  test('started twice leads to the first one, with a link of its own, and ends well', async () => {
    const first = runHost()
    const link = await first.printed(READY)
    const second = runHost()
    const again = await second.printed(READY)
    expect(await second.exit()).toBe(0)
    expect(new URL(again).origin).toBe(new URL(link).origin)
    expect(again).not.toBe(link)
    expect(first.child.exitCode).toBeNull()
  })

  test('started twice with a source: the link carries it', async () => {
    await runHost().printed(READY)
    const second = runHost([join(folder, 'shop.sqlite3')])
    expect(readFragment(new URL(await second.printed(READY)).hash)?.open).toBe(join(folder, 'shop.sqlite3'))
  })

  test('started twice at the same moment: one runs, the other leads to it', async () => {
    const both = [runHost(), runHost()]
    const links = await Promise.all(both.map((program) => program.printed(READY)))
    expect(new Set(links.map((link) => new URL(link).origin)).size).toBe(1)
    await Promise.race(both.map((program) => program.exit()))
    expect(both.filter(({ child }) => child.exitCode === null)).toHaveLength(1)
  })

  test('replaces what a killed one left', async () => {
    const first = runHost()
    await first.printed(READY)
    first.child.kill('SIGKILL')
    await first.exit()
    expect(existsSync(join(folder, 'host.json'))).toBe(true)
    const second = runHost()
    await second.printed(READY)
    expect(second.child.exitCode).toBeNull()
  })

  test('says that a port is taken and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const host = runHost(['--port', String((taken.address() as AddressInfo).port)])
    expect(await host.exit()).toBe(1)
    expect(host.output()).toMatch(/^coatcheck: HOST_PORT_TAKEN: .*--port N/)
    taken.close()
  })

  test('refuses arguments it does not know', async () => {
    const host = runHost(['--bind', '0.0.0.0'])
    expect(await host.exit()).toBe(2)
    expect(host.output()).toMatch(/^coatcheck: REQUEST_INVALID: /)
  })

  test.skipIf(process.platform === 'win32')('refuses a data folder that everybody can write to', async () => {
    execFileSync('chmod', ['777', folder])
    const host = runHost()
    expect(await host.exit()).toBe(1)
    expect(host.output()).toMatch(/^coatcheck: STORE_PERMISSION: /)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with 0 on %s, also with a page connected', async (signal) => {
    const host = runHost()
    const link = new URL(await host.printed(READY))
    const open = await fetch(link.origin, { keepalive: true })
    await open.text()
    host.child.kill(signal)
    expect(await host.exit()).toBe(0)
  })

  test('ends when the channel to the program that started it closes', async () => {
    const host = runHost([], { ipc: true })
    await host.printed(READY)
    host.child.disconnect()
    expect(await host.exit()).toBe(0)
  })

  test.skipIf(process.platform === 'win32')('ends when the program that started it is killed', async () => {
    const parent = join(folder, 'parent.mjs')
    writeFileSync(parent, `import { spawn } from 'node:child_process'
      const child = spawn(process.execPath, [${JSON.stringify(HOST)}, '--no-open'], { stdio: ['ignore', 'inherit', 'inherit'] })
      console.log('pid ' + child.pid)`)
    const starter = run(parent, [])
    const pid = Number(await starter.printed(/pid (\d+)/))
    await starter.printed(READY)
    starter.child.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
  })
})

describe('the launcher', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind on %s', async (signal) => {
    const launcher = run(LAUNCHER, ['--browser', '--no-open'])
    await launcher.printed(READY)
    expect(launcher.output()).toMatch(/^Browser host: --browser asks for it\.$/m)
    launcher.child.kill(signal)
    expect(await launcher.exit()).toBe(0)
    expect(existsSync(join(folder, 'host.json'))).toBe(false)
  })

  test('says why it cannot start Electron when that is asked for', async () => {
    const env = process.env['ELECTRON_EXEC_PATH']
    process.env['ELECTRON_EXEC_PATH'] = join(folder, 'none')
    const launcher = run(LAUNCHER, ['--electron'])
    if (env === undefined) delete process.env['ELECTRON_EXEC_PATH']
    else process.env['ELECTRON_EXEC_PATH'] = env
    expect(await launcher.exit()).toBe(1)
    expect(launcher.output()).toMatch(/^Electron cannot be started: ELECTRON_EXEC_PATH/)
  })
})
