import { CoatcheckError } from '../../../../shared/errors.ts'
import { SLOTS, slotOf } from './cluster-slot.ts'
import { RedisRefusal, ofSentinel } from './redis-errors.ts'
import type { Command, Reply } from './redis-link.ts'
import { RedisIdentity } from './redis-identity.ts'
import { RedisNode } from './redis-node.ts'
import { spellAddress } from './redis-place.ts'
import type { RedisAddress, RedisPlace } from './redis-place.ts'

/** Which servers there are at present. */
interface Layout {
  readonly masters: readonly RedisNode[]
  readonly ownerOf: (wholeKey: string) => RedisNode | null
  /** Whom to read from instead of a master; missing: the master itself. */
  readonly replicas: ReadonlyMap<RedisNode, RedisNode>
}

/** `master`: what stands there. `reader`: what a replica has of it, where the place says so. */
export type Side = 'master' | 'reader'

export interface KeyedCommand {
  readonly wholeKey: string
  readonly command: Command
}

/** How often a command that was sent to the wrong server is sent to the right one. It was not carried out. */
const MOST_MOVES = 3

/** The masters of a place, found by its topology, and which of them holds a key. */
export class RedisServers {
  readonly #place: RedisPlace
  /** By name: a server keeps its connection, and its count of attempts, when the layout is found anew. */
  readonly #nodes = new Map<string, RedisNode>()
  readonly #replicas = new Map<string, RedisNode>()
  readonly #who: RedisIdentity
  #layout: Promise<Layout> | null = null

  constructor(place: RedisPlace) {
    this.#place = place
    this.#who = new RedisIdentity(place.topology)
  }

  async masters(): Promise<readonly RedisNode[]> {
    return (await this.#find()).masters
  }

  /** For each master the node to read all of its keys from, and the master. */
  async readers(): Promise<readonly (readonly [reader: RedisNode, master: RedisNode])[]> {
    const { masters, replicas } = await this.#find()
    return masters.map((master) => [replicas.get(master) ?? master, master])
  }

  /** One answer for each command, in order; error answers among them. `reader`: none of them changes anything. @throws CONNECT_*, STORE_* */
  async run(commands: readonly KeyedCommand[], side: Side = 'master'): Promise<readonly Reply[]> {
    const replies: Reply[] = new Array<Reply>(commands.length).fill(null)
    let open = [...commands.keys()]
    for (let moves = 0; open.length > 0 && moves <= MOST_MOVES; moves += 1) {
      await this.#runEach(commands, open, replies, side)
      open = open.filter((index) => isMoved(replies[index] ?? null))
      // The server that sent us away says where to; whom the cluster itself names is asked instead.
      if (open.length > 0) this.forget()
    }
    return replies
  }

  /** @throws what an error answer means */
  async ask(wholeKey: string, command: Command): Promise<Exclude<Reply, RedisRefusal>> {
    const [reply = null] = await this.run([{ wholeKey, command }])
    if (reply instanceof RedisRefusal) throw reply.toError((await this.nodeOf(wholeKey)).name)
    return reply
  }

  async nodeOf(wholeKey: string): Promise<RedisNode> {
    const node = (await this.#find()).ownerOf(wholeKey)
    if (node === null) throw new RedisRefusal('CLUSTERDOWN').toError(this.#place.addresses.map(spellAddress).join(', '))
    return node
  }

  /** Connects to the server of a key: what fails here was not sent. @throws CONNECT_* */
  async ready(wholeKey: string): Promise<void> {
    const node = await this.nodeOf(wholeKey)
    await this.watched(() => node.ready())
  }

  /** The servers are found anew by the next call: this one has lost its connection, or is not the master any more. */
  forget(): void {
    if (this.#place.topology.kind !== 'single') this.#layout = null
  }

  close(): void {
    for (const node of [...this.#nodes.values(), ...this.#replicas.values()]) node.close()
  }

  async #runEach(commands: readonly KeyedCommand[], indexes: readonly number[], replies: Reply[], side: Side): Promise<void> {
    const byNode = new Map<RedisNode, { readonly index: number; readonly command: Command }[]>()
    for (const index of indexes) {
      const keyed = commands[index]
      if (keyed === undefined) continue
      const node = await this.nodeOf(keyed.wholeKey)
      const list = byNode.get(node)
      if (list === undefined) byNode.set(node, [{ index, command: keyed.command }])
      else list.push({ index, command: keyed.command })
    }
    const { replicas } = await this.#find()
    await Promise.all([...byNode].map(async ([master, list]) => {
      const reader = side === 'reader' ? replicas.get(master) : undefined
      const answers = await this.watched(() => runOn(reader, master, list.map(({ command }) => command)))
      for (const [at, { index }] of list.entries()) replies[index] = answers[at] ?? null
      if (answers.some((answer) => answer instanceof RedisRefusal && answer.code === 'READONLY')) this.forget()
    }))
  }

  /** Work with one server; when that is lost, the layout is found anew by the next call. */
  async watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isLost(error)) this.forget()
      throw error
    }
  }

  #find(): Promise<Layout> {
    if (this.#layout !== null) return this.#layout
    const layout = this.#discover()
    this.#layout = layout
    layout.catch(() => { if (this.#layout === layout) this.#layout = null })
    return layout
  }

  async #discover(): Promise<Layout> {
    const { topology, addresses } = this.#place
    if (topology.kind === 'cluster') return firstOf(addresses.map((address) => this.#askCluster(address)))
    const master = topology.kind === 'sentinel' ? await firstOf(addresses.map((address) => this.#askSentinel(address, topology.master))) : addresses[0]
    if (master === undefined) throw new CoatcheckError('REQUEST_INVALID', 'urls.noServer')
    const node = this.#node(master)
    return { masters: [node], ownerOf: () => node, replicas: new Map() }
  }

  async #askSentinel(address: RedisAddress, master: string): Promise<RedisAddress> {
    const sentinel = new RedisNode(address, this.#place, { who: null, identity: { user: this.#place.sentinelUser, password: this.#place.sentinelPassword, db: 0 } })
    try {
      const found = await sentinel.ask('SENTINEL', 'get-master-addr-by-name', master)
      const named = isList(found) ? toAddress(found, address) : null
      if (named === null) throw new CoatcheckError('STORE_NOT_FOUND', 'redis.noMaster', { hint: 'next.checkMasterName', subject: sentinel.name })
      return named
    } catch (error) {
      throw ofSentinel(error)
    } finally {
      sentinel.close()
    }
  }

  /** What a node says of the whole cluster. Nobody else is asked, or told the password, than those whom it names. */
  async #askCluster(address: RedisAddress): Promise<Layout> {
    const seed = this.#node(address)
    const [ranges = null] = await seed.run([['CLUSTER', 'SLOTS']])
    if (ranges instanceof RedisRefusal && ranges.code === 'ERR') throw new CoatcheckError('STORE_UNSUPPORTED', 'redis.noNode', { hint: 'next.writeRedis', subject: seed.name })
    if (ranges instanceof RedisRefusal) throw ranges.toError(seed.name)
    const owners = new Array<RedisNode | null>(SLOTS).fill(null)
    const replicas = new Map<RedisNode, RedisNode>()
    for (const range of isList(ranges) ? ranges : []) {
      const [from, to, master, replica] = isList(range) ? range : []
      const [named = null, beside = null] = [master, replica].map((node) => (isList(node) ? toAddress(node, address) : null))
      if (typeof from !== 'number' || typeof to !== 'number' || named === null) continue
      const owner = this.#node(named)
      owners.fill(owner, from, to + 1)
      if (beside !== null && this.#place.readsReplicas) replicas.set(owner, this.#replica(beside))
    }
    const masters = [...new Set(owners.filter((owner) => owner !== null))]
    if (masters.length === 0) throw new RedisRefusal('CLUSTERDOWN').toError(seed.name)
    return { masters, ownerOf: (wholeKey) => owners[slotOf(wholeKey)] ?? null, replicas }
  }

  #node(address: RedisAddress): RedisNode {
    const known = this.#nodes.get(spellAddress(address))
    if (known !== undefined) return known
    const node = new RedisNode(address, this.#place, { who: this.#who })
    this.#nodes.set(node.name, node)
    return node
  }

  /** Apart from the nodes: one that takes over is a master by its next connection. */
  #replica(address: RedisAddress): RedisNode {
    const known = this.#replicas.get(spellAddress(address))
    if (known !== undefined) return known
    const node = new RedisNode(address, this.#place, { who: this.#who, isReplica: true })
    this.#replicas.set(node.name, node)
    return node
  }
}

/** What a replica that is lost was asked is asked of its master: it only reads. */
async function runOn(replica: RedisNode | undefined, master: RedisNode, commands: readonly Command[]): Promise<readonly Reply[]> {
  if (replica === undefined) return master.run(commands)
  try {
    return await replica.run(commands)
  } catch (error) {
    if (!isLost(error)) throw error
    return master.run(commands)
  }
}

export const isLost = (error: unknown): boolean => error instanceof CoatcheckError && error.code.startsWith('CONNECT_')
const isMoved = (reply: Reply): boolean => reply instanceof RedisRefusal && reply.code === 'MOVED'
const isList = (reply: Reply | undefined): reply is readonly Reply[] => Array.isArray(reply)

/** `[host, port, …]`; without a host it is the one that was asked. null: it is no address. */
function toAddress([host, port]: readonly Reply[], asked: RedisAddress): RedisAddress | null {
  const named = Buffer.isBuffer(host) ? host.toString('utf8') : ''
  const number = Buffer.isBuffer(port) ? Number(port.toString('latin1')) : port
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 65_535) return null
  if (named !== '' && named !== '?') return { host: named, port: number }
  return 'host' in asked ? { host: asked.host, port: number } : null
}

/** The first answer; when there is none, what kept the first of them from answering. */
async function firstOf<T>(answers: readonly Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(answers)
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  }
}
