import type { PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import type { RedisPlace } from './redis-place.ts'
import type { RedisItem, RedisSessions } from './redis-sessions.ts'

/** Where and how a session stands, for people. What the user of the server may not ask for is left out. */
export async function physicalFacts(sessions: RedisSessions, { db }: Pick<RedisPlace, 'db'>, { wholeKey, sizeBytes, end }: RedisItem, key: SessionKey): Promise<readonly PhysicalFact[]> {
  const node = await sessions.servers.nodeOf(wholeKey)
  const [type, encoding] = await sessions.servers.run([{ wholeKey, command: ['TYPE', wholeKey] }, { wholeKey, command: ['OBJECT', 'ENCODING', wholeKey] }])
  return [
    { name: 'server', value: node.name },
    { name: 'database', value: String(db) },
    { name: 'Redis key', value: hideKey(sessions, wholeKey, key) },
    ...(Buffer.isBuffer(type) ? [{ name: 'type', value: type.toString('latin1') }] : []),
    ...(Buffer.isBuffer(encoding) ? [{ name: 'encoding', value: encoding.toString('latin1') }] : []),
    { name: 'TTL', value: end === null ? '-1 (never)' : `${Math.max(0, Math.round((end - Date.now()) / 1000))} s` },
    { name: 'size', value: `${sizeBytes} bytes` },
  ]
}

/** A session key is a login: it is shown by the mask of the program alone. */
function hideKey({ keys }: RedisSessions, wholeKey: string, key: SessionKey): string {
  const at = keys.read(wholeKey) === null ? -1 : wholeKey.lastIndexOf(key)
  return at < 0 ? keys.shown : `${wholeKey.slice(0, at)}<session key>${wholeKey.slice(at + key.length)}`
}
