import type { RedisItem, RedisSessions } from './redis-sessions.ts'
import type { Command, Reply } from './redis-link.ts'
import { RedisRefusal } from './redis-errors.ts'
import type { RedisNode } from './redis-node.ts'

/** `ended`: done, and nothing stands there now. */
export type Swapped = 'done' | 'ended' | 'changed' | 'gone'

/** Carries out one command (ARGV from the fourth on) if the key still holds these bytes, and ends when it did. */
const SWAP = `
local value = redis.call('GET', KEYS[1])
if not value then return 'gone' end
if value ~= ARGV[1] then return 'changed' end
local left = string.format('%.0f', redis.call(ARGV[2], KEYS[1]))
if left ~= ARGV[3] and (ARGV[3] ~= '+' or left == '-1') then return 'changed' end
redis.call(unpack(ARGV, 4))
return redis.call('EXISTS', KEYS[1]) == 1 and 'done' or 'ended'`

/** Takes a key away if it can be a session. */
const REMOVE = `
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then return 'gone' end
redis.call('UNLINK', KEYS[1])
return 'ended'`

const isNoScript = (reply: Reply | undefined): boolean => reply instanceof RedisRefusal && (reply.code === 'NOPERM' || reply.code === 'ERR')
const textOf = (reply: Reply | undefined): string => (Buffer.isBuffer(reply) ? reply.toString('latin1') : '')

/**
 * Compare-and-swap at the server: one script, so that nothing comes in between; WATCH and MULTI for users who may run no scripts.
 * Each change is one command, so that none is ever half done.
 */
export class RedisSwap {
  readonly #sessions: RedisSessions
  #mayScript = true

  constructor(sessions: RedisSessions) {
    this.#sessions = sessions
  }

  /** `command` changes nothing but the item's key. @throws what an error answer means */
  async swap(item: RedisItem & { readonly data: Buffer }, command: Command): Promise<Swapped> {
    const { wholeKey, data, end } = item
    const { endCommand } = this.#sessions
    const expected = this.#sessions.spellEnd(end)
    return this.#script(wholeKey, [SWAP, 1, wholeKey, data, endCommand, expected, ...command], [['GET', wholeKey], [endCommand, wholeKey]], command, ([value, left]) => {
      if (!Buffer.isBuffer(value)) return 'gone'
      return value.equals(data) && (expected === '+' ? left !== -1 : String(left) === expected) ? null : 'changed'
    })
  }

  async remove(wholeKey: string): Promise<Swapped> {
    return this.#script(wholeKey, [REMOVE, 1, wholeKey], [['TYPE', wholeKey]], ['UNLINK', wholeKey], ([type]) => (textOf(type) === 'string' ? null : 'gone'))
  }

  /** `check`: what speaks against it, from the answers to `look`; null: nothing does. */
  async #script(wholeKey: string, script: readonly (string | number | Buffer)[], look: readonly Command[], command: Command, check: (found: readonly Reply[]) => Swapped | null): Promise<Swapped> {
    const { servers } = this.#sessions
    if (this.#mayScript) {
      const [reply] = await servers.run([{ wholeKey, command: ['EVAL', ...script] }])
      if (!isNoScript(reply)) return readSwapped(reply, await servers.nodeOf(wholeKey))
      this.#mayScript = false
    }
    const node = await servers.nodeOf(wholeKey)
    return servers.watched(() => node.alone(async (run) => {
      const [watching, ...found] = await run([['WATCH', wholeKey], ...look])
      if (watching instanceof RedisRefusal) throw watching
      const refused = found.find((reply) => reply instanceof RedisRefusal && reply.code !== 'WRONGTYPE')
      const obstacle = refused === undefined ? check(found) : null
      if (obstacle !== null || refused !== undefined) await run([['UNWATCH']])
      if (refused instanceof RedisRefusal) throw refused
      if (obstacle !== null) return obstacle
      const answers = await run([['MULTI'], command, ['EXISTS', wholeKey], ['EXEC']])
      // A refusal before EXEC is the reason why EXEC refuses.
      const refusal = answers.find((reply) => reply instanceof RedisRefusal)
      if (refusal instanceof RedisRefusal) throw refusal
      const done = answers.at(-1)
      if (!Array.isArray(done)) return 'changed'
      const [result, exists] = done as readonly Reply[]
      if (result instanceof RedisRefusal) throw result
      return exists === 1 ? 'done' : 'ended'
    }))
  }
}

function readSwapped(reply: Reply | undefined, node: RedisNode): Swapped {
  if (reply instanceof RedisRefusal && reply.code === 'WRONGTYPE') return 'gone'
  if (reply instanceof RedisRefusal) throw reply.toError(node.name)
  const text = textOf(reply)
  return text === 'done' || text === 'ended' || text === 'changed' ? text : 'gone'
}
