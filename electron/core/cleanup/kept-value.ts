import type { EpochMs } from '../../../shared/model/session.ts'
import type { DecodeContext } from '../codecs/decoder.ts'
import { layerSource } from '../sessions/pair-inspect.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { DEFAULT_SETTINGS, decodeContext } from '../sessions/session-source.ts'
import type { RawValue, StoreImage } from '../stores/session-store.ts'

/** What a before-image holds of a session's data; of a pair, of its row where it had one. */
export interface KeptValue {
  readonly layer: 'db' | 'cache'
  readonly data: Uint8Array
  readonly flags: number | null
}

/** Names that drivers give the data in their images. */
const DATA = ['session_data', 'value', 'data', '=data'] as const
const LAYERS = [['', 'db'], ['db:', 'db'], ['cache:', 'cache']] as const
const NOTHING: KeptValue = { layer: 'db', data: new Uint8Array(), flags: null }

export function keptValue({ columns }: StoreImage): KeptValue {
  for (const [prefix, layer] of LAYERS) {
    for (const name of DATA) {
      const data = columns[`${prefix}${name}`]
      if (typeof data === 'string' || data instanceof Uint8Array) return { layer, data: typeof data === 'string' ? Buffer.from(data) : data, flags: flagsOf(columns[`${prefix}flags`] ?? columns[`${prefix}=flags`]) }
    }
  }
  return NOTHING
}

const flagsOf = (flags: RawValue | undefined): number | null => (typeof flags === 'bigint' || typeof flags === 'number' ? Number(flags) : null)

/** How its data is read: with the keys and settings of its source where that is open (`source`), else found by its content, and not judged. */
export function keptContext(source: SessionSource | null, layer: 'db' | 'cache', now: EpochMs): DecodeContext {
  if (source !== null) return decodeContext(layerSource(source, layer), now)
  return { keyring: [], place: 'row', salt: null, maxAgeSeconds: DEFAULT_SETTINGS.cookieAgeSeconds, now, payload: null }
}

