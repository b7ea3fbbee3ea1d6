import { CoatcheckError } from '../../../../shared/errors.ts'
import type { EpochMicros, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import { decodeBase62 } from '../../util/base62.ts'
import { createMemoryStore } from '../memory/memory-store.ts'
import type { MemoryRow } from '../memory/memory-store.ts'
import { CHANGED_HERE, MADE_HERE } from '../only-here.ts'
import type { SessionStore, StoreEdit } from '../session-store.ts'
import type { Jar, JarCookie } from './jar-cookie.ts'
import { isSessionCookie, keyCookies } from './jar-cookie.ts'
import { readJar } from './read-jar.ts'

export interface JarProfile {
  readonly kind: 'jar'
  /** Files of cookies, read in this order. Of several, and of none, people have what they brought. */
  readonly files: readonly string[]
  /** Those that were pasted, and are only here. */
  readonly pasted: readonly JarCookie[]
  readonly cookieName: string
  /** SESSION_COOKIE_AGE, in seconds: with the time in the signature it decides when a cookie ends. */
  readonly cookieAgeSeconds: number
  readonly clock: StoreClock
}

/**
 * Sessions of signed_cookies: each is its cookie, and no server holds it. The jar is read once; a change or a new session is made in
 * memory, to be copied out, and never written to the file.
 */
export async function openJar(profile: JarProfile): Promise<SessionStore> {
  const jar = await fill(profile)
  const cookies = new Map(keyCookies(jar.cookies.filter((cookie) => isSessionCookie(cookie, profile.cookieName))))
  const rows = new Map<SessionKey, MemoryRow>([...cookies].map(([key, { value }]) => [key, { data: Buffer.from(value, 'utf8'), expireDate: endOf(value, profile) }]))
  const memory = createMemoryStore(rows)
  const made = new Set<SessionKey>()
  const sign = (edit: StoreEdit): StoreEdit => {
    if (edit.data === undefined) throw new CoatcheckError('STORE_UNSUPPORTED', 'files.jarNoExpiry', { hint: 'next.cookieEdit' })
    const { image, expireDate, ...rest } = edit
    return { ...rest, ...(image === undefined ? {} : { image }), expireDate: endOf(Buffer.from(edit.data).toString('utf8'), profile) ?? expireDate ?? 0 }
  }

  return {
    ...memory,
    async describe(signal) {
      const described = await memory.describe(signal)
      return {
        ...described,
        capabilities: { write: true, delete: false, sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'signature' },
        server: jar.form,
        facts: [{ name: 'cookies', value: String(jar.cookies.length) }, { name: 'session cookies', value: String(cookies.size) }],
      }
    },
    async read(key, signal) {
      const stored = await memory.read(key, signal)
      const cookie = cookies.get(key)
      return stored === null || cookie === undefined ? null : { ...stored, physical: factsOf(cookie, stored.data) }
    },
    write: async (edit, signal) => memory.write(sign(edit), signal),
    writeMany: async (edits, signal) => memory.writeMany(edits.map(sign), signal),
    async deleteMany(targets, signal) {
      await memory.describe(signal)
      // One that was made here is nowhere else yet.
      if (!targets.every(({ key }) => made.has(key))) throw nothingToDelete()
      return memory.deleteMany(targets, signal)
    },
    async restore(_, signal) {
      await memory.describe(signal)
      throw nothingToDelete()
    },
    async create(session, signal) {
      const value = Buffer.from(session.data).toString('utf8')
      const outcome = await memory.create({ ...session, expireDate: endOf(value, profile) ?? session.expireDate }, signal)
      if (outcome.outcome !== 'done') return outcome
      made.add(session.key)
      cookies.set(session.key, { name: profile.cookieName, value, domain: null, path: null, expiresAt: null, attributes: [], where: MADE_HERE })
      return outcome
    },
  }
}

async function fill({ files, pasted }: JarProfile): Promise<Jar> {
  const jars: Jar[] = []
  for (const file of files) jars.push(await readJar(file))
  const forms = [...new Set(jars.map(({ form }) => form)), ...(pasted.length > 0 || files.length === 0 ? ['pasted'] : [])]
  return { form: forms.join(', '), cookies: [...jars.flatMap(({ cookies }) => cookies), ...pasted] }
}

/** `load` of signed_cookies: good for SESSION_COOKIE_AGE after the time in the signature. null: it carries no time. */
function endOf(value: string, { cookieAgeSeconds }: JarProfile): EpochMicros | null {
  const seconds = decodeBase62(value.split(':').at(-2) ?? '')
  const end = seconds === null || !value.includes(':') ? Number.NaN : (seconds + cookieAgeSeconds) * 1_000_000
  return Number.isSafeInteger(end) ? end : null
}

function factsOf({ name, domain, path, expiresAt, attributes, where, value }: JarCookie, now: Uint8Array): readonly PhysicalFact[] {
  const told = [['cookie', name], ['domain', domain], ['path', path], ['expires in the browser', expiresAt === null ? null : new Date(expiresAt).toISOString()], ['attributes', attributes.length === 0 ? null : attributes.join(', ')], ['found in', where]] as const
  if (where === MADE_HERE) return [{ name: 'cookie', value: name }, { name: MADE_HERE, value: 'no browser has it yet' }]
  const facts = told.flatMap(([fact, text]) => (text === null ? [] : [{ name: fact, value: text }]))
  return Buffer.from(now).equals(Buffer.from(value, 'utf8')) ? facts : [...facts, { name: CHANGED_HERE, value: 'the browser still has the old value' }]
}

function nothingToDelete(): CoatcheckError {
  return new CoatcheckError('STORE_UNSUPPORTED', 'files.jarNoDelete', { hint: 'next.cookieEnd' })
}
