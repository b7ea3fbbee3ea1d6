import { homedir, userInfo } from 'node:os'
import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import SSHConfig from 'ssh-config'

/** An SSH server as `ssh_config(5)` describes it. */
export interface SshHost {
  /** Name or address that is connected to. */
  readonly host: string
  readonly port: number
  readonly user: string
  /** Under which its key is listed, instead of `host`. */
  readonly keyAlias: string | null
  readonly identityFiles: readonly string[]
  /** Socket of the agent; null: none is asked. */
  readonly agent: string | null
  readonly knownHostsFiles: readonly string[]
  /** Servers on the way, the first one first: `user@host:port`, or aliases. */
  readonly jumps: readonly string[]
  /** Leads there through a program, which is not run here. */
  readonly needsCommand: boolean
}

export interface SshSurroundings {
  readonly home: string
  readonly env: NodeJS.ProcessEnv
}

const MOST_INCLUDES = 64
const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa']

export const surroundings = (): SshSurroundings => ({ home: homedir(), env: process.env })

/** What `~/.ssh/config` says of a host or alias. Nothing is executed: `Match exec` never matches, and names are not looked up. */
export async function readSshHost(alias: string, { home, env }: SshSurroundings): Promise<SshHost> {
  const folder = join(home, '.ssh')
  const text = await readConfig(join(folder, 'config'), folder, { left: MOST_INCLUDES })
  const said = SSHConfig.parse(text).compute(alias, { ignoreCase: true, matchExec: false }) as Readonly<Record<string, string | string[] | undefined>>
  const one = (name: string): string | null => [said[name]].flat()[0] ?? null
  const many = (name: string): readonly string[] => [said[name]].flat().filter((value) => value !== undefined)
  const host = (one('hostname') ?? alias).replaceAll('%h', alias)
  const user = one('user') ?? userInfo().username
  const toPath = (path: string): string => {
    const full = path.replace(/^~(?=\/|$)/, home).replace(/%([dhru%])/g, (_, token: string) => ({ 'd': home, 'h': host, 'r': user, 'u': userInfo().username, '%': '%' })[token] ?? '')
    return isAbsolute(full) ? full : join(home, full)
  }
  const files = many('identityfile')
  const isNone = (value: string | null): boolean => value === null || value.toLowerCase() === 'none'
  return {
    host, user,
    port: Number(one('port') ?? 22),
    keyAlias: one('hostkeyalias'),
    identityFiles: files.length === 0 ? USUAL_KEYS.map((name) => join(folder, name)) : files.filter((file) => !isNone(file)).map(toPath),
    agent: one('identitiesonly')?.toLowerCase() === 'yes' ? null : agentOf(one('identityagent'), env, toPath),
    knownHostsFiles: [...orElse(many('userknownhostsfile'), [join(folder, 'known_hosts'), join(folder, 'known_hosts2')]), ...orElse(many('globalknownhostsfile'), ['/etc/ssh/ssh_known_hosts'])].filter((file) => !isNone(file)).map(toPath),
    jumps: isNone(one('proxyjump')) ? [] : (one('proxyjump') ?? '').split(','),
    needsCommand: isNone(one('proxyjump')) && !isNone(one('proxycommand')),
  }
}

/** `user@host:port`, as ProxyJump has it. */
export function splitDestination(text: string): { readonly host: string; readonly user: string | null; readonly port: number | null } {
  const found = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text.trim())
  return { host: (found?.[2] ?? text).replace(/^\[(.*)\]$/, '$1'), user: found?.[1] ?? null, port: found?.[3] === undefined ? null : Number(found[3]) }
}

const orElse = <T>(some: readonly T[], usual: readonly T[]): readonly T[] => (some.length === 0 ? usual : some)

function agentOf(said: string | null, env: NodeJS.ProcessEnv, toPath: (path: string) => string): string | null {
  const inherited = env['SSH_AUTH_SOCK'] ?? ''
  if (said === null || said === 'SSH_AUTH_SOCK') return inherited === '' ? null : inherited
  if (said.toLowerCase() === 'none') return null
  return said.startsWith('$') ? (env[said.replace(/^\$\{?|\}$/g, '')] ?? null) : toPath(said)
}

/** The text with its `Include`s in place. `CanonicalizeHostName` goes: the parser would run a program for it. */
async function readConfig(file: string, folder: string, budget: { left: number }): Promise<string> {
  if (budget.left-- <= 0) return ''
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = await Promise.all(text.split(/\r?\n/).map(async (line) => {
    if (/^\s*canonicalizehostname\b/i.test(line)) return ''
    const included = /^\s*include[\s=]+(.+)$/i.exec(line)?.[1]
    if (included === undefined) return line
    const files = await Promise.all((included.match(/"[^"]*"|\S+/g) ?? []).map((pattern) => expand(pattern.replace(/^"|"$/g, ''), folder)))
    return (await Promise.all(files.flat().map((path) => readConfig(path, folder, budget)))).join('\n')
  }))
  return lines.join('\n')
}

/** Wildcards of the last part of a path only, which is where people have them. */
async function expand(pattern: string, folder: string): Promise<readonly string[]> {
  const home = dirname(folder)
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : isAbsolute(pattern) ? pattern : join(folder, pattern)
  if (!/[*?]/.test(basename(path))) return [path]
  const fits = new RegExp(`^${basename(path).replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.')}$`)
  const names = await readdir(dirname(path)).catch(() => [])
  return names.filter((name) => !name.startsWith('.') && fits.test(name)).sort().map((name) => join(dirname(path), name))
}
