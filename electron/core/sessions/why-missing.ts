import type { Sentence, SessionKey } from '../../../shared/model/session.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext, placeOf } from './session-source.ts'

/** Another open site of this machine whose session cookie has the same name: in a browser, each overwrites that of the other. */
export interface OtherSite {
  readonly name: string
  readonly source: SessionSource
}

const say = (id: string, params: Sentence['params'] = {}): Sentence => ({ id: `why.detail.${id}`, params })

/** What can be known of a session that is not there. */
export async function explainMissing(source: SessionSource, key: SessionKey, others: readonly OtherSite[], now: number, signal: AbortSignal): Promise<Sentence> {
  for (const other of others) {
    if (placeOf(other.source) === 'row' && (await hasSession(other.source, key, signal))) return say('elsewhere', { name: other.name })
  }
  if (source.settings.engine !== 'cache' && source.settings.engine !== 'cached_db') return say('missing')
  if (source.settings.engine === 'cached_db') return say('missingBoth')
  const { evictions } = await source.store.describe(signal)
  if (evictions === undefined) return say('missingCache')
  const since = `${new Date(now - evictions.upSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return evictions.count > 0 ? say('evicted', { count: evictions.count, since }) : say('notEvicted', { since })
}

/** The site whose key signed a cookie that this site's does not. null: none of those that are open. */
export async function findSigner(value: Uint8Array, others: readonly OtherSite[], now: number, signal: AbortSignal): Promise<Sentence | null> {
  for (const { name, source } of others) {
    if (placeOf(source) !== 'cookie') continue
    const { signature } = await source.decoder.decode(value, decodeContext(source, now), signal)
    if (signature.state === 'valid') return say('signedElsewhere', { name })
  }
  return null
}

/** A store that does not answer now tells nothing. */
async function hasSession({ store }: SessionSource, key: SessionKey, signal: AbortSignal): Promise<boolean> {
  return store.read(key, signal).then((found) => found !== null, () => false)
}
