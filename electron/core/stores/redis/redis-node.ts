import { CoatcheckError } from '../../../../shared/errors.ts'
import { Attempts } from '../../util/attempts.ts'
import { createQueue } from '../../util/serial.ts'
import { ANOTHER_SERVER } from '../cache-server/write-access.ts'
import { RedisRefusal, translateRedisError } from './redis-errors.ts'
import type { RedisIdentity } from './redis-identity.ts'
import { RedisLink } from './redis-link.ts'
import type { Command, Identity, Reply } from './redis-link.ts'
import { spellAddress } from './redis-place.ts'
import type { RedisAddress, RedisPlace } from './redis-place.ts'

/** Commands that may change something. */
const CHANGES: readonly string[] = ['EVAL', 'SET', 'UNLINK', 'PERSIST', 'PEXPIRE', 'PEXPIREAT', 'MULTI']

/** One server: a connection that is made anew by the next call when it is lost. */
export class RedisNode {
  readonly address: RedisAddress
  readonly name: string
  readonly #place: RedisPlace
  readonly #who: RedisIdentity | null
  /** Of a cluster: it sends readers to its master unless they say that they only read. */
  readonly #isReplica: boolean
  readonly #identity: Identity
  readonly #attempts = new Attempts()
  readonly #alone = createQueue()
  #link: RedisLink | null = null
  #connecting: Promise<RedisLink> | null = null
  /** For work that changes something and must have a connection to itself. */
  #watcher: RedisLink | null = null
  #isOther = false
  #isClosed = false

  /** @param who whom it must be; null: whoever answers */
  constructor(address: RedisAddress, place: RedisPlace, { who, identity = place, isReplica = false }: { readonly who: RedisIdentity | null; readonly identity?: Identity; readonly isReplica?: boolean }) {
    this.address = address
    this.name = spellAddress(address)
    this.#place = place
    this.#who = who
    this.#isReplica = isReplica
    this.#identity = identity
  }

  /** Answers of the server, errors among them. @throws CONNECT_* */
  async run(commands: readonly Command[]): Promise<readonly Reply[]> {
    if (commands.length === 0) return []
    return this.#translated(async () => {
      const link = await this.#open()
      if (commands.some(([name]) => CHANGES.includes(name))) this.#assertSame()
      return link.run(commands)
    })
  }

  /** Whether nothing stands between: the server sees our own end. null: it does not tell, or there are no ports to compare. @throws CONNECT_* */
  async isDirect(): Promise<boolean | null> {
    return this.#translated(async () => {
      const link = await this.#open()
      const [reply] = await link.run([['CLIENT', 'INFO']])
      const seen = Buffer.isBuffer(reply) ? /\baddr=\S*:(\d+)\b/.exec(reply.toString('latin1'))?.[1] : undefined
      return seen === undefined || link.port === null ? null : Number(seen) === link.port
    })
  }

  /** Connects if need be, and sends nothing. @throws CONNECT_* */
  async ready(): Promise<void> {
    await this.#translated(() => this.#open())
  }

  /** The answer to one command. @throws what an error answer means */
  async ask(...command: Command): Promise<Exclude<Reply, RedisRefusal>> {
    const [reply = null] = await this.run([command])
    if (reply instanceof RedisRefusal) throw reply.toError(this.name)
    return reply
  }

  /** Work on a connection that nobody else uses meanwhile. */
  alone<T>(work: (run: (commands: readonly Command[]) => Promise<readonly Reply[]>) => Promise<T>): Promise<T> {
    return this.#alone(() => this.#translated(async () => {
      if (this.#watcher?.isAlive !== true) this.#watcher = await this.#connect()
      const watcher = this.#watcher
      this.#assertSame()
      return work((commands) => watcher.run(commands))
    }))
  }

  /** Since its last connection: it is read, and nothing is changed there. */
  get isOther(): boolean {
    return this.#isOther
  }

  close(): void {
    this.#isClosed = true
    this.#link?.destroy()
    this.#watcher?.destroy()
  }

  #assertSame(): void {
    if (this.#isOther) throw new CoatcheckError('STORE_READ_ONLY', ANOTHER_SERVER, { subject: this.name })
  }

  async #open(): Promise<RedisLink> {
    if (this.#link?.isAlive === true) return this.#link
    this.#connecting ??= this.#connect().then((link) => (this.#link = link)).finally(() => { this.#connecting = null })
    return this.#connecting
  }

  async #connect(): Promise<RedisLink> {
    this.#attempts.begin()
    const link = await RedisLink.connect(this.address, this.#place, this.#identity)
    try {
      this.#isOther = (await this.#who?.recognize(this.address, (commands) => link.run(commands))) === false
      if (this.#isReplica) {
        const [reply = null] = await link.run([['READONLY']])
        if (reply instanceof RedisRefusal) throw reply
      }
    } catch (error) {
      link.destroy()
      throw error
    }
    if (!this.#isClosed) return link
    link.destroy()
    throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }

  async #translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof RedisRefusal ? error.toError(this.name) : translateRedisError(error, this.name)
    }
  }
}
