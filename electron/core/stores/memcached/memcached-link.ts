import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import { LIMITS } from '../../../../shared/limits.ts'
import { coded } from './memcached-errors.ts'
import type { MemcachedAddress } from './memcached-place.ts'

/** One answer: its line, and the value that came with it. */
export interface Reply {
  readonly line: string
  readonly value: Buffer | null
}

/** `reply`: a line, with a value where it says so. `lines`: lines up to END. */
type Waiting =
  | { readonly kind: 'reply'; readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }
  | { readonly kind: 'lines'; readonly onLine: (line: string) => void; readonly resolve: (last: string) => void; readonly reject: (error: Error) => void }

const MOST_LINE = 4096
const ERROR_LINE = /^(?:ERROR|CLIENT_ERROR|SERVER_ERROR|BUSY|BADCLASS)/
const VALUE_LINE = /^VA (\d{1,15})(?: |$)/

/**
 * One connection to a server that speaks memcached's text protocol (doc/protocol.txt of memcached). Answers come in the order of the
 * questions. Rejects with errors that `translateMemcachedError` knows; after one, the connection is of no more use.
 */
export class MemcachedLink {
  readonly #socket: Socket
  readonly #waiting: Waiting[] = []
  #rest: Buffer = Buffer.alloc(0)
  /** What a value still lacks, so that it is not searched for lines and not copied with each part. */
  #parts: Buffer[] = []
  #missing = 0
  #failure: Error | null = null

  static connect(address: MemcachedAddress): Promise<MemcachedLink> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ ...address, noDelay: true })
      const late = setTimeout(() => socket.destroy(coded('COATCHECK_SILENT')), LIMITS.storeMs)
      socket.once('error', reject)
      socket.once('connect', () => {
        clearTimeout(late)
        socket.removeListener('error', reject)
        resolve(new MemcachedLink(socket))
      })
      socket.once('close', () => clearTimeout(late))
    })
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(coded('COATCHECK_LOST')))
    // Only silence while somebody waits is one.
    socket.setTimeout(LIMITS.storeMs, () => {
      if (this.#waiting.length > 0) this.#fail(coded('COATCHECK_SILENT'))
    })
  }

  get isAlive(): boolean {
    return this.#failure === null
  }

  /** Our end of the connection, as a server that we reach directly sees it; null: a Unix socket has none. */
  get port(): number | null {
    return this.#socket.localPort ?? null
  }

  /** Sends commands of one answer each. */
  ask(commands: readonly (string | Uint8Array)[], count: number): Promise<readonly Reply[]> {
    const replies = Array.from({ length: count }, () => new Promise<Reply>((resolve, reject) => { this.#wait({ kind: 'reply', resolve, reject }) }))
    this.#send(commands)
    return Promise.all(replies)
  }

  /** Sends a command that answers with lines; resolves with the last one: END, or what the server complains of. */
  list(command: string, onLine: (line: string) => void): Promise<string> {
    const ended = new Promise<string>((resolve, reject) => { this.#wait({ kind: 'lines', onLine, resolve, reject }) })
    this.#send([command])
    return ended
  }

  destroy(): void {
    this.#fail(coded('COATCHECK_LOST'))
  }

  #wait(waiting: Waiting): void {
    if (this.#failure === null) this.#waiting.push(waiting)
    else waiting.reject(this.#failure)
  }

  #send(commands: readonly (string | Uint8Array)[]): void {
    if (this.#failure !== null) return
    this.#socket.setTimeout(LIMITS.storeMs)
    this.#socket.write(Buffer.concat(commands.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))))
  }

  #take(chunk: Buffer): void {
    if (this.#missing > chunk.length) {
      this.#parts.push(chunk)
      this.#missing -= chunk.length
      return
    }
    this.#rest = Buffer.concat([this.#rest, ...this.#parts, chunk])
    this.#parts = []
    this.#missing = 0
    try {
      while (this.#takeOne()) { /* the next answer */ }
    } catch {
      this.#fail(coded('COATCHECK_NOT_MEMCACHED'))
    }
  }

  /** false: more bytes have to come first. @throws where this is no answer of memcached */
  #takeOne(): boolean {
    const end = this.#rest.indexOf(10)
    if (end < 0) {
      if (this.#rest.length > MOST_LINE) throw coded('COATCHECK_NOT_MEMCACHED')
      return false
    }
    // metadump ends its lines with a bare line feed.
    const line = this.#rest.toString('latin1', 0, this.#rest[end - 1] === 13 ? end - 1 : end)
    const [first] = this.#waiting
    if (first === undefined) throw coded('COATCHECK_NOT_MEMCACHED')
    if (first.kind === 'reply') return this.#takeReply(first, line, end + 1)
    this.#rest = this.#rest.subarray(end + 1)
    if (line === 'END' || ERROR_LINE.test(line)) {
      this.#waiting.shift()
      first.resolve(line)
    } else first.onLine(line)
    return true
  }

  #takeReply(waiting: Extract<Waiting, { kind: 'reply' }>, line: string, start: number): boolean {
    const size = VALUE_LINE.exec(line)?.[1]
    // Longer ones are never asked for.
    if (Number(size) > LIMITS.storedValueBytes) throw coded('COATCHECK_NOT_MEMCACHED')
    const end = size === undefined ? start : start + Number(size) + 2
    if (this.#rest.length < end) {
      this.#missing = end - this.#rest.length
      return false
    }
    this.#waiting.shift()
    // A copy: the value must not hold on to all that came with it.
    waiting.resolve({ line, value: size === undefined ? null : Buffer.from(this.#rest.subarray(start, end - 2)) })
    this.#rest = this.#rest.subarray(end)
    return true
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#socket.destroy()
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }
}
