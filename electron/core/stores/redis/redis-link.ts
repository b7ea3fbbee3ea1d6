import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import type { ConnectionOptions, PeerCertificate } from 'node:tls'
import { Redis } from 'ioredis'
import { LIMITS } from '../../../../shared/limits.ts'
import { RedisRefusal, coded } from './redis-errors.ts'
import { isHere } from './redis-place.ts'
import type { RedisAddress, RedisPlace } from './redis-place.ts'

export type Argument = string | Buffer | number
export type Command = readonly [name: string, ...args: Argument[]]
/** One answer. Texts come as bytes. */
export type Reply = Buffer | number | null | RedisRefusal | readonly Reply[]

/** Who speaks to a server. */
export type Identity = Pick<RedisPlace, 'user' | 'password' | 'db'>

interface Waiting {
  readonly commands: readonly Command[]
  readonly resolve: (replies: readonly Reply[]) => void
  readonly reject: (error: unknown) => void
}

/** What a connection has before it is of use. */
type Way = Pick<RedisPlace, 'via' | 'tls' | 'caFile' | 'allowCleartext'>

/**
 * One connection. What was sent is never sent again: a lost connection stays lost, and silence ends it.
 * Rejects with errors that `translateRedisError` knows; error answers are answers.
 */
export class RedisLink {
  readonly #redis: Redis
  /** One for each answer that is waited for; whatever comes puts all of them off. */
  readonly #silences = new Set<NodeJS.Timeout>()
  readonly #waiting: Waiting[] = []
  #failure: Error | null = null

  /** Connects, and says who it is. An error answer to that is thrown as it came. */
  static async connect(address: RedisAddress, way: Way, { user, password, db }: Identity): Promise<RedisLink> {
    if (password !== null && way.tls === 'off' && !way.allowCleartext && !isHere(address)) throw coded('COATCHECK_CLEARTEXT')
    const link = new RedisLink(await makeClient(address, way))
    try {
      await link.#connect()
      const login: readonly Command[] = user !== null ? [['AUTH', user, password ?? '']] : password !== null ? [['AUTH', password]] : []
      for (const command of [...login, ...(db === 0 ? [] : [['SELECT', db] as const])]) {
        const [reply] = await link.run([command])
        // An old server says ERR where a new one says WRONGPASS.
        if (reply instanceof RedisRefusal) throw command[0] === 'AUTH' && reply.code === 'ERR' ? new RedisRefusal('WRONGPASS') : reply
      }
      // Reading is no use: the server’s own choice of what to drop stays as it is (7.2 and later; others refuse it).
      await link.run([['CLIENT', 'NO-TOUCH', 'ON']])
      return link
    } catch (error) {
      link.destroy()
      throw error
    }
  }

  private constructor(redis: Redis) {
    this.#redis = redis
    redis.on('error', (error) => { this.#failure ??= withoutCommand(error) })
    redis.on('end', () => { this.#failure ??= coded('COATCHECK_LOST') })
  }

  get isAlive(): boolean {
    return this.#failure === null && this.#redis.status === 'ready'
  }

  /** Our end of the connection, as a server that we reach directly sees it; null: a Unix socket has none. */
  get port(): number | null {
    const { stream } = this.#redis
    return 'localPort' in stream && typeof stream.localPort === 'number' ? stream.localPort : null
  }

  /** One answer for each command. What is asked for in the same turn of the event loop is sent in one go, in its order. */
  run(commands: readonly Command[]): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commands, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#send(this.#waiting.splice(0)))
    })
  }

  #send(waiting: readonly Waiting[]): void {
    const refuse = (error: unknown): void => { for (const { reject } of waiting) reject(error) }
    this.#exchange(waiting.flatMap(({ commands }) => commands)).then((replies) => {
      let from = 0
      for (const { commands, resolve } of waiting) resolve(replies.slice(from, (from += commands.length)))
    }, refuse)
  }

  async #exchange(commands: readonly Command[]): Promise<readonly Reply[]> {
    if (!this.isAlive) throw this.#failure ?? coded('COATCHECK_LOST')
    const pipeline = this.#redis.pipeline()
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args)
    const answers = await this.#inTime(pipeline.exec())
    return (answers ?? []).map(([error, reply]) => {
      if (error === null) return reply as Reply
      if (error.name === 'ReplyError') return new RedisRefusal(error.message)
      // The client may hear of the end of its connection later than we do.
      this.#failure ??= withoutCommand(error)
      this.destroy()
      throw this.#failure
    })
  }

  /** From now on it only listens. `onMessage` for each message, `onEnd` once when the connection is lost. @throws RedisRefusal */
  async listen(channels: readonly string[], onMessage: () => void, onEnd: () => void): Promise<void> {
    this.#redis.on('message', onMessage)
    this.#redis.on('end', onEnd)
    try {
      await this.#inTime(this.#redis.subscribe(...channels))
    } catch (error) {
      throw error instanceof Error && error.name === 'ReplyError' ? new RedisRefusal(error.message) : (this.#failure ?? withoutCommand(error))
    }
  }

  /** Whether the other end is still there, also for one that listens. */
  async isAnswered(): Promise<boolean> {
    return this.#inTime(this.#redis.ping()).then(() => this.isAlive, () => false)
  }

  destroy(): void {
    this.#failure ??= coded('COATCHECK_LOST')
    this.#redis.disconnect()
  }

  async #connect(): Promise<void> {
    try {
      await this.#inTime(this.#redis.connect())
      this.#redis.stream.on('data', () => { for (const silence of this.#silences) silence.refresh() })
    } catch (error) {
      throw this.#failure ?? withoutCommand(error)
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let giveUp = (): void => undefined
    const silent = new Promise<never>((_, reject) => {
      giveUp = () => {
        this.#failure = coded('COATCHECK_SILENT')
        reject(this.#failure)
        this.#redis.disconnect()
      }
    })
    const silence = setTimeout(() => giveUp(), LIMITS.storeMs)
    this.#silences.add(silence)
    try {
      return await Promise.race([answer, silent])
    } finally {
      clearTimeout(silence)
      this.#silences.delete(silence)
    }
  }
}

async function makeClient(address: RedisAddress, way: Way): Promise<Redis> {
  return new Redis({
    ...(way.via ?? address),
    ...(way.tls === 'off' ? {} : { tls: await trust(address, way) }),
    lazyConnect: true, protocol: 2, disableClientInfo: true, enableReadyCheck: false, connectTimeout: LIMITS.storeMs, disconnectTimeout: 100,
    // Nothing is queued, retried or replayed.
    retryStrategy: null, reconnectOnError: null, autoResendUnfulfilledCommands: false, enableOfflineQueue: false, maxRetriesPerRequest: 0,
  })
}

/** The certificate is the server's own, wherever a tunnel to it begins. */
async function trust(address: RedisAddress, { via, caFile }: Way): Promise<ConnectionOptions> {
  const ca = caFile === null ? {} : { ca: await readFile(caFile).catch(() => { throw coded('COATCHECK_CA') }) }
  if (!('host' in address)) return { ...ca, rejectUnauthorized: true }
  const { host } = address
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const through = via === null ? {} : { checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate) }
  return { ...ca, ...servername, ...through, rejectUnauthorized: true }
}

/** The client hangs the command onto its errors, with the password in it. */
function withoutCommand(error: unknown): Error {
  if (!(error instanceof Error)) return coded('COATCHECK_LOST')
  if ('code' in error && typeof error.code === 'string') return coded(error.code)
  // Neither the network’s nor the end of the connection: what came could not be read.
  return coded(error.name === 'AbortError' || /^Connection is closed|^Stream isn't writeable/.test(error.message) ? 'COATCHECK_LOST' : 'COATCHECK_NOT_REDIS')
}
