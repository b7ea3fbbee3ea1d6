import type { ChangeLayer, ChangeSide } from '../../../shared/model/change.ts'
import { shownBytes } from '../codecs/decode-bytes.ts'
import type { ChangeTarget } from './changes.ts'
import { isoUtc } from './layers.ts'
import type { PreparedSession } from './new-session.ts'
import { placeOf } from './session-source.ts'

/** A new session as it would be. */
export function newSide({ session, data }: PreparedSession): ChangeSide {
  return { data, text: shownBytes(session.data), sizeBytes: session.data.byteLength, expireDate: session.expireDate }
}

/** Every place that is written for it, and the browser, which knows nothing of it. */
export function newLayers({ table, place, cache, source }: ChangeTarget, { session }: PreparedSession): ChangeLayer[] {
  const layer = (at: ChangeLayer['place'], id: string, params: ChangeLayer['sentence']['params'], written = true): ChangeLayer => ({ place: at, sentence: { id: `changes.layers.${id}`, params }, written })
  const isSigned = source.payload.kind === 'session-text'
  return [
    placeOf(source) === 'cookie' ? layer('cookie', 'cookieMade', { after: session.data.byteLength }) : layer(place, `${place}Made`, { table, after: session.data.byteLength }),
    ...(cache === null || session.cache === undefined ? [] : [layer('copy', 'copyMade', { cache, after: session.cache.data.byteLength })]),
    isSigned ? layer('signature', 'signedNew', { keyName: source.keyring[0]?.name ?? 'SECRET_KEY' }) : layer('signature', 'unsigned', {}, false),
    layer('expire-date', 'endNew', { after: isoUtc(session.expireDate) }),
    layer('cookie', 'cookieNew', { cookie: source.settings.cookieName }, false),
  ]
}
