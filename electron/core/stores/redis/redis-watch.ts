import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { StoreNotice } from '../session-store.ts'
import { RedisRefusal } from './redis-errors.ts'
import type { RedisLink } from './redis-link.ts'
import type { RedisNode } from './redis-node.ts'
import type { RedisServers } from './redis-servers.ts'

/** A connection on which nothing comes may be lost without a word: it is asked now and then. */
const PING_MS = 30_000

/**
 * Listens to what the servers of some keys announce of them (keyspace notifications), where they are set to. Ends where they are not, where
 * that may not be known or listened to, and when a connection is lost. Settings of a server are read, never changed.
 */
export async function* watchKeys(servers: RedisServers, wholeKeys: readonly string[], db: number, signal: AbortSignal): AsyncGenerator<StoreNotice, void> {
  const channels = new Map<RedisNode, string[]>()
  const links: RedisLink[] = []
  let [isChanged, isLost, isEnding] = [false, false, false]
  let wake = (): void => undefined
  const onMessage = (): void => {
    isChanged = true
    wake()
  }
  const onEnd = (): void => {
    // Another one may stand in for it by now.
    if (!isEnding) servers.forget()
    isLost = true
    wake()
  }
  const stop = (): void => wake()
  signal.addEventListener('abort', stop)
  try {
    // What is read is what has to be announced: of a cluster's key, by its own node, or by the replica that stands in for it.
    for (const wholeKey of wholeKeys) {
      const node = await servers.readerOf(wholeKey)
      channels.set(node, [...(channels.get(node) ?? []), `__keyspace@${db}__:${wholeKey}`])
    }
    if (channels.size === 0) return
    for (const node of channels.keys()) if (!(await servers.watched(() => announces(node)))) return
    for (const [node, names] of channels) links.push(await servers.watched(() => node.listen(names, onMessage, onEnd)))
    yield 'ready'
    while (!isLost) {
      throwIfAborted(signal)
      if (isChanged) {
        isChanged = false
        yield 'changed'
      } else if (!(await waits((woken) => { wake = woken })) && !(await Promise.all(links.map((link) => link.isAnswered()))).every(Boolean)) return
    }
  } catch (error) {
    // Whom reading cannot reach either, reading says.
    if (signal.aborted || !(error instanceof CoatcheckError)) throw error
  } finally {
    isEnding = true
    signal.removeEventListener('abort', stop)
    for (const link of links) link.destroy()
  }
}

/** Whether a server announces what is set and deleted, key by key. Only it knows; where it does not say (ACL, hosted servers), it does not. */
async function announces(node: RedisNode): Promise<boolean> {
  const [reply = null] = await node.run([['CONFIG', 'GET', 'notify-keyspace-events']])
  if (reply instanceof RedisRefusal || !Array.isArray(reply) || !Buffer.isBuffer(reply[1])) return false
  const classes = reply[1].toString('latin1')
  return classes.includes('K') && (classes.includes('A') || (classes.includes('$') && classes.includes('g')))
}

/** Settles to true when woken, to false when nobody did for long. */
function waits(listen: (wake: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_MS)
    listen(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
