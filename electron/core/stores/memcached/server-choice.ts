import { Buffer } from 'node:buffer'

/** The Python library of a site: Django's PyMemcacheCache or PyLibMCCache, each with its own way to share keys out. */
export type MemcachedClient = 'pymemcache' | 'pylibmc'

/** Index of the server on which the library looks for a key, by its defaults. `names`: as its hashing calls them, in the order of LOCATION. */
export function chooseServer(client: MemcachedClient, names: readonly string[], key: string): number {
  if (names.length < 2) return 0
  return client === 'pylibmc' ? oneAtATime(Buffer.from(key, 'utf8')) % names.length : rendezvous(names, key)
}

/** The highest score wins, and of equal ones the greater name (pymemcache/client/rendezvous.py). */
function rendezvous(names: readonly string[], key: string): number {
  let best = { index: 0, score: -1 }
  for (const [index, name] of names.entries()) {
    const score = murmur3(`${name}-${key}`)
    if (score > best.score || (score === best.score && name > (names[best.index] ?? ''))) best = { index, score }
  }
  return best.index
}

/** MurmurHash3, 32 bits, seed 0, over the low bytes of the characters (pymemcache/client/murmur3.py). */
function murmur3(text: string): number {
  const bytes = Uint8Array.from(text, (character) => (character.codePointAt(0) ?? 0) & 0xff)
  const end = bytes.length & ~3
  let hash = 0
  for (let at = 0; at < end; at += 4) {
    hash ^= mix((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24))
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0
  }
  if (end < bytes.length) hash ^= mix((bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8) | ((bytes[end + 2] ?? 0) << 16))
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))
const mix = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593)

/** Jenkins' hash, by which libmemcached counts servers off (libhashkit/one_at_a_time.cc; its `char` is signed). */
function oneAtATime(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) {
    value = (value + ((byte << 24) >> 24)) | 0
    value = (value + (value << 10)) | 0
    value ^= value >>> 6
  }
  value = (value + (value << 3)) | 0
  value ^= value >>> 11
  return (value + (value << 15)) >>> 0
}
