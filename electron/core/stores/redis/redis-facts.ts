import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { Evictions } from '../session-store.ts'
import { RedisRefusal } from './redis-errors.ts'
import type { RedisNode } from './redis-node.ts'
import type { EndCommand } from './redis-sessions.ts'

/** What a server says of itself; null: it does not tell us. */
export interface RedisFacts {
  /** "Redis 7.0.15" */
  readonly server: string
  readonly version: readonly [major: number, minor: number] | null
  readonly role: string | null
  readonly mode: string | null
  readonly evictions: Evictions | null
}

/** @throws CONNECT_*; STORE_* where it takes no commands at all */
export async function lookAt(node: RedisNode): Promise<RedisFacts> {
  const replies = await node.run([['INFO', 'server'], ['INFO', 'replication'], ['INFO', 'stats']])
  const info = new Map<string, string>()
  for (const reply of replies) {
    // A user who may not ask can still read sessions; one whom the server does not know, or a server that is not ready, is another matter.
    if (reply instanceof RedisRefusal && reply.code !== 'NOPERM' && reply.code !== 'ERR') throw reply.toError(node.name)
    if (!Buffer.isBuffer(reply)) continue
    for (const [, name = '', value = ''] of reply.toString('utf8').matchAll(/^(\w+):(.*?)\r?$/gm)) info.set(name, value)
  }
  const version = /^(\d+)\.(\d+)/.exec(info.get('redis_version') ?? '')
  const valkey = info.get('valkey_version')
  return {
    server: valkey === undefined ? `Redis ${info.get('redis_version') ?? '(version not told)'}` : `Valkey ${valkey}`,
    version: version === null ? null : [Number(version[1]), Number(version[2])],
    role: info.get('role') ?? null,
    mode: info.get('redis_mode') ?? null,
    evictions: evictionsOf(info.get('evicted_keys'), info.get('uptime_in_seconds')),
  }
}

const NUMBER = /^\d{1,15}$/

function evictionsOf(count: string | undefined, upSeconds: string | undefined): Evictions | null {
  return count !== undefined && upSeconds !== undefined && NUMBER.test(count) && NUMBER.test(upSeconds) ? { count: Number(count), upSeconds: Number(upSeconds) } : null
}

/** Whether the server tells instants. `wholeKey`: one that its user may read. */
export async function findEndCommand(node: RedisNode, wholeKey: string): Promise<EndCommand> {
  const [reply] = await node.run([['PEXPIRETIME', wholeKey]])
  return typeof reply === 'number' || (reply instanceof RedisRefusal && reply.code === 'MOVED') ? 'PEXPIRETIME' : 'PTTL'
}

export function factsOf({ name }: RedisNode, { server, role, mode }: RedisFacts): readonly PhysicalFact[] {
  return [
    { name: 'server', value: `${name}, ${server}` },
    ...(role === null ? [] : [{ name: 'role', value: role }]),
    ...(mode === null ? [] : [{ name: 'mode', value: mode }]),
  ]
}
