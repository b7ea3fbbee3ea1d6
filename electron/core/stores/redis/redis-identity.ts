import type { Command, Reply } from './redis-link.ts'
import { spellAddress } from './redis-place.ts'
import type { RedisAddress, RedisTopology } from './redis-place.ts'

/** Of a server that has never followed another one. */
const NO_REPLICATION = /^0+$/
/** Why nothing is written to it. */
export const ANOTHER_SERVER = 'Another server answers here than the one that was opened, or it was started anew: nothing is changed there. Close this source and open it again to change its sessions.'
const NAMES = ['run_id', 'master_replid', 'master_replid2']

/**
 * Who the servers of a place are, by what they say of themselves: the run of the program, the history of the data (a master that takes
 * over names the history of the one before it, redis.io, replication), and the node of a cluster, which outlives its runs.
 */
export class RedisIdentity {
  readonly #isCluster: boolean
  readonly #known = new Set<string>()
  readonly #met = new Set<string>()

  constructor({ kind }: RedisTopology) {
    this.#isCluster = kind === 'cluster'
  }

  /**
   * Asks at the beginning of each connection, before anything else is. A server that does not tell, because its user may not ask, is
   * taken for the one it was.
   * @returns whether it is the one that was there; another one is never taken for known
   */
  async recognize(address: RedisAddress, run: (commands: readonly Command[]) => Promise<readonly Reply[]>): Promise<boolean> {
    const name = spellAddress(address)
    const told = tokensOf(await run([['INFO', 'server'], ['INFO', 'replication'], ...(this.#isCluster ? [['CLUSTER', 'MYID'] as const] : [])]))
    // A cluster that is known may have new nodes, which it names itself.
    const isFirst = this.#known.size === 0 || (this.#isCluster && !this.#met.has(name))
    if (!isFirst && told.length > 0 && !told.some((token) => this.#known.has(token))) return false
    for (const token of told) this.#known.add(token)
    this.#met.add(name)
    return true
  }
}

function tokensOf(replies: readonly Reply[]): readonly string[] {
  return replies.flatMap((reply) => {
    if (!Buffer.isBuffer(reply)) return []
    const text = reply.toString('latin1')
    if (/^[0-9a-f]{40}$/.test(text)) return [text]
    return [...text.matchAll(/^(\w+):([0-9a-f]{40})\r?$/gm)].flatMap(([, name = '', value = '']) => (NAMES.includes(name) && !NO_REPLICATION.test(value) ? [value] : []))
  })
}
