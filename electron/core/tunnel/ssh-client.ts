import { appendFile, readFile } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import { LIMITS } from '../../../shared/limits.ts'
import type { SshRoute } from '../../../shared/model/source.ts'
import { fingerprintOf, judgeHostKey, keyTypeOf, knownHostsLine, knownTypes, listedName } from './known-hosts.ts'
import type { SshHost, SshSurroundings } from './ssh-config.ts'
import { readSshHost, splitDestination } from './ssh-config.ts'
import { changedHost, commandNeeded, forwardError, revokedHost, translateSshError, unknownHost, unreadableKey, wrongPassphrase } from './ssh-errors.ts'

/** All that it takes to get through an SSH server. Holds secrets. */
export interface SshProfile extends SshRoute {
  /** Passphrase of the key file, or the user's password, as `auth` says; null: none was given. */
  readonly secret: string | null
  /** Fingerprint of a new host key that people have accepted; null: none. */
  readonly trustHostKey: string | null
  /** Our own list of host keys, beside those of ssh, which are never written. */
  readonly knownHostsFile: string
}

export interface SshConnection {
  readonly client: Client
  readonly place: string
  close(): void
}

const KEEPALIVE_MS = 15_000
const MOST_JUMPS = 5

/** @throws SSH_UNREACHABLE, SSH_AUTH, SSH_HOST_UNKNOWN, SSH_HOST_CHANGED, SSH_FORWARD (a jump host does not let through) */
export async function connectSsh(profile: SshProfile, around: SshSurroundings, jumped = 0): Promise<SshConnection> {
  const said = await readSshHost(profile.host, around)
  const host: SshHost = { ...said, port: profile.port ?? said.port, user: profile.user ?? said.user }
  const place = `${host.user}@${host.host}:${host.port}`
  if (host.needsCommand || jumped > MOST_JUMPS) throw commandNeeded(place)
  const last = host.jumps.at(-1)
  if (last === undefined) return openClient(profile, host, place, null)
  // The servers before the last one are its own way there.
  const before = await connectSsh({ ...profile, ...splitDestination(last), keyFile: null, auth: 'key', secret: profile.auth === 'key' ? profile.secret : null }, around, jumped + 1)
  try {
    const through = await forward(before, { host: host.host, port: host.port })
    const made = await openClient(profile, host, place, through)
    return { ...made, close: () => { made.close(); before.close() } }
  } catch (error) {
    before.close()
    throw error
  }
}

/** @throws SSH_FORWARD */
export function forward({ client, place }: SshConnection, to: { readonly host: string; readonly port: number }): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(forwardError(null, place, `${to.host}:${to.port}`)), LIMITS.storeMs)
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      clearTimeout(timer)
      if (error === undefined) resolve(channel)
      else reject(forwardError(error, place, `${to.host}:${to.port}`))
    })
  })
}

async function openClient(profile: SshProfile, host: SshHost, place: string, sock: Duplex | null): Promise<SshConnection> {
  const lockedKeys: string[] = []
  const methods = await authMethods(profile, host, place, lockedKeys)
  const guard = await guardHost(profile, host, place)
  const client = new ssh2.Client()
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve)
      client.on('error', (error) => {
        // An agent that is not there is no reason to give up: the next way is tried.
        if (!('level' in error) || error.level !== 'agent') reject(guard.refusal() ?? error)
      })
      client.once('close', () => reject(guard.refusal() ?? Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
      const config: ConnectConfig = {
        username: host.user,
        authHandler: methods,
        algorithms: { serverHostKey: { prepend: guard.preferred, append: [], remove: [] } },
        hostVerifier: guard.verify,
        readyTimeout: LIMITS.storeMs - 500,
        keepaliveInterval: KEEPALIVE_MS,
        keepaliveCountMax: 3,
      }
      client.connect(sock === null ? { ...config, host: host.host, port: host.port } : { ...config, sock })
    })
    await guard.remember()
  } catch (error) {
    client.destroy()
    throw translateSshError(error, place, lockedKeys)
  }
  return { client, place, close: () => client.end() }
}

interface HostGuard {
  /** Algorithms of the keys that are known of the host, so that it shows one of those. */
  readonly preferred: ServerHostKeyAlgorithm[]
  readonly verify: (key: Buffer) => boolean
  refusal(): Error | null
  /** Writes down a key that people accepted. */
  remember(): Promise<void>
}

const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] }

async function guardHost(profile: SshProfile, host: SshHost, place: string): Promise<HostGuard> {
  const files = [...host.knownHostsFiles, profile.knownHostsFile]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  const name = host.keyAlias?.toLowerCase() ?? listedName(host.host, host.port)
  let refusal: Error | null = null
  let accepted: Buffer | null = null
  return {
    preferred: knownTypes(texts, name).flatMap((type) => ALGORITHMS[type] ?? [type as ServerHostKeyAlgorithm]),
    verify(key) {
      const [type, fingerprint] = [keyTypeOf(key), fingerprintOf(key)]
      const verdict = judgeHostKey(texts, name, key)
      if (verdict === 'unknown' && profile.trustHostKey === fingerprint) accepted = key
      else if (verdict === 'unknown') refusal = unknownHost(place, type, fingerprint)
      else if (verdict === 'changed') refusal = changedHost(place, type, fingerprint)
      else if (verdict === 'revoked') refusal = revokedHost(place, type, fingerprint)
      return refusal === null
    },
    refusal: () => refusal,
    async remember() {
      if (accepted !== null) await appendFile(profile.knownHostsFile, knownHostsLine(name, accepted), { mode: 0o600 })
    },
  }
}

/** The agent first, then key files, as ssh does; a password is sent only where the route asks for one. */
async function authMethods(profile: SshProfile, host: SshHost, place: string, lockedKeys: string[]): Promise<AnyAuthMethod[]> {
  const username = host.user
  const none: AnyAuthMethod = { type: 'none', username }
  if (profile.auth === 'password') {
    const password = profile.secret ?? ''
    return [none, { type: 'password', username, password }, { type: 'keyboard-interactive', username, prompt: (_name, _text, _language, prompts, finish) => finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : []) }]
  }
  const agent: AnyAuthMethod[] = host.agent === null || profile.keyFile !== null ? [] : [{ type: 'agent', username, agent: host.agent }]
  const keys: AnyAuthMethod[] = []
  for (const file of profile.keyFile === null ? host.identityFiles : [profile.keyFile]) {
    const key = await readKey(file, profile, place, lockedKeys)
    if (key !== null) keys.push({ type: 'publickey', username, key })
  }
  return [none, ...agent, ...keys]
}

/** null: there is none, or it is locked. A file that was named must be one, and open. */
async function readKey(file: string, { keyFile, secret }: SshProfile, place: string, lockedKeys: string[]): Promise<ssh2.ParsedKey | null> {
  const text = await readFile(file).catch(() => null)
  if (text === null && keyFile === null) return null
  const parsed = text === null ? new Error() : ssh2.utils.parseKey(text, secret ?? undefined)
  if (!(parsed instanceof Error)) return parsed
  const isLocked = text !== null && /encrypted|passphrase/i.test(parsed.message)
  if (isLocked && (secret === null || keyFile === null)) lockedKeys.push(file)
  else if (isLocked || (text !== null && secret !== null && /integrity|decrypt/i.test(parsed.message))) throw wrongPassphrase(file, place)
  else if (keyFile !== null) throw unreadableKey(file, place)
  return null
}
