import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What the files say of a key that a host has shown. */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked'

/** One line of a `known_hosts` file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface KnownHost {
  readonly marker: string | null
  readonly names: string
  readonly type: string
  readonly key: Buffer
}

/** The name under which a host is listed: `[host]:port` where the port is not 22. */
export function listedName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** The first field of a public key: `ssh-ed25519`, `ecdsa-sha2-nistp256`… */
export function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
}

/**
 * A host that is listed with other keys only, of whatever type, has changed: it is asked for the types that are known of it first.
 * Certificates of authorities do not take part: a line of one neither vouches nor speaks against.
 */
export function judgeHostKey(texts: readonly string[], name: string, key: Buffer): HostKeyVerdict {
  const lines = texts.flatMap(parseLines).filter((line) => line.marker !== '@cert-authority' && isListed(line.names, name))
  const same = lines.filter((line) => line.key.equals(key))
  if (same.some((line) => line.marker === '@revoked')) return 'revoked'
  if (same.length > 0) return 'known'
  return lines.some((line) => line.marker === null) ? 'changed' : 'unknown'
}

/** Types of the keys that are known of a host. */
export function knownTypes(texts: readonly string[], name: string): readonly string[] {
  return [...new Set(texts.flatMap(parseLines).filter((line) => line.marker === null && isListed(line.names, name)).map((line) => line.type))]
}

export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString('base64')}\n`
}

function parseLines(text: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const marker = fields[0]?.startsWith('@') === true ? (fields.shift() ?? null) : null
    const [names = '', type = '', key = ''] = fields
    return names === '' || names.startsWith('#') || key === '' ? [] : [{ marker, names, type, key: Buffer.from(key, 'base64') }]
  })
}

function isListed(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return isHashed(names, name)
  const patterns = names.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern, name))
}

function isHashed(names: string, name: string): boolean {
  const [, , salt = '', hash = ''] = names.split('|')
  const expected = Buffer.from(hash, 'base64')
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return expected.length === found.length && timingSafeEqual(expected, found)
}

/** `*` and `?`, matched without backtracking. */
function fits(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0]
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1]
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) [p, n] = [p + 1, n + 1]
    else if (star >= 0) [p, mark, n] = [star + 1, mark + 1, mark + 1]
    else return false
  }
  return /^\**$/.test(pattern.slice(p))
}
