import { hash, pbkdf2Sync } from 'node:crypto'

const MOST_CACHED = 64
const cache = new Map<string, Buffer>()

/** ActiveSupport::KeyGenerator: PBKDF2 with 1,000 rounds. Kept, because one paste may hold hundreds of values under one key. */
export function deriveRailsKey(secret: string, salt: string, bytes: number, digest: 'sha1' | 'sha256'): Buffer {
  const name = hash('sha256', `${digest}:${bytes}:${salt.length}:${salt}${secret}`, 'base64url')
  const known = cache.get(name)
  if (known !== undefined) return known
  if (cache.size >= MOST_CACHED) cache.clear()
  const made = pbkdf2Sync(secret, salt, 1000, bytes, digest)
  cache.set(name, made)
  return made
}
