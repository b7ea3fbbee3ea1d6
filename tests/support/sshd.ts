import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((path) => existsSync(path)) ?? null

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoSshd(): string | null {
  if (SSHD !== null) return null
  const reason = 'no sshd here (Debian: openssh-server)'
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

export interface TestSshd extends AsyncDisposable {
  readonly port: number
  readonly user: string
  /** A home folder of its own: `.ssh` has a key that gets in, and no known_hosts. */
  readonly home: string
  readonly keyFile: string
  /** `host type base64`, as known_hosts has it. */
  readonly knownHosts: string
  readonly fingerprint: string
  /** Ends every connection and the server; the same server, with the same key, may be started again. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A private sshd on a free port, for this user only, with keys of its own. `options` are lines of sshd_config. */
export async function startSshd(options: readonly string[] = []): Promise<TestSshd> {
  if (SSHD === null) throw new Error('There is no sshd.')
  const home = await mkdtemp(join(tmpdir(), 'coatcheck-sshd-'))
  const at = (name: string): string => join(home, name)
  await mkdir(at('.ssh'), { mode: 0o700 })
  // The one thing outside its own folder: sshd of Debian insists on it when root starts it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  makeKey(at('host_key'))
  makeKey(at('.ssh/id_ed25519'))
  await writeFile(at('authorized_keys'), await readFile(at('.ssh/id_ed25519.pub')))
  const port = await freePort()
  await writeFile(at('sshd_config'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at('host_key')}`, `AuthorizedKeysFile ${at('authorized_keys')}`, `PidFile ${at('sshd.pid')}`,
    'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin prohibit-password', 'LogLevel ERROR', ...options, '',
  ].join('\n'))
  const publicKey = (await readFile(at('host_key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
  const fingerprint = spawnSync('ssh-keygen', ['-lf', at('host_key.pub')], { encoding: 'utf8' }).stdout.split(' ')[1] ?? ''
  let child = await run(at('sshd_config'), port)
  return {
    port, home, fingerprint,
    user: userInfo().username,
    keyFile: at('.ssh/id_ed25519'),
    knownHosts: `[127.0.0.1]:${port} ${publicKey}\n`,
    stop: () => end(child),
    async start() { child = await run(at('sshd_config'), port) },
    async [Symbol.asyncDispose]() {
      await end(child)
      await rm(home, { recursive: true, force: true })
    },
  }
}

export function makeKey(path: string, passphrase = ''): void {
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', path])
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr.toString()}`)
}

type Child = ReturnType<typeof spawn>

async function run(config: string, port: number): Promise<Child> {
  const child = spawn(SSHD ?? '', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`sshd: ${said}`)
    if (await answers(port)) return child
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`sshd does not answer: ${said}`)
}

async function end(child: Child): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  const pids = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).stdout.trim().split('\n').filter((pid) => pid !== '')
  child.kill('SIGTERM')
  for (const pid of pids) try { process.kill(Number(pid), 'SIGTERM') } catch { /* it has ended by itself */ }
  await gone
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => { socket.destroy(); resolve(true) }).on('error', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
