import type { EpochMicros } from '../../../shared/model/session.ts'
import type { RawValue, StoreImage } from '../stores/session-store.ts'
import { imageFromBytes } from '../stores/image-bytes.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { SessionSource } from '../sessions/session-source.ts'

/** Names that drivers give the end in their images, and the data; of a pair, those of its row go first. */
const ENDS = ['expire_date', 'expires', 'end', 'mtime'] as const
const DATA = ['session_data', 'value', 'data'] as const

/** When a kept session would have ended, and how large it was, from its image alone. */
export function describeImage(bytes: Uint8Array, settings: SessionSource['settings']): { readonly expireDate: EpochMicros | null; readonly sizeBytes: number } {
  return bytes.length === 0 ? { expireDate: null, sizeBytes: 0 } : describeKept(imageFromBytes(bytes), settings)
}

/** The same of an image that was taken apart already. */
export function describeKept(image: StoreImage, settings: SessionSource['settings']): { readonly expireDate: EpochMicros | null; readonly sizeBytes: number } {
  const data = pick(image, DATA)
  return { expireDate: endOf(image, settings), sizeBytes: data === undefined || data === null ? 0 : typeof data === 'string' ? Buffer.byteLength(data) : data instanceof Uint8Array ? data.length : 0 }
}

function endOf(image: StoreImage, settings: SessionSource['settings']): EpochMicros | null {
  const mtime = pick(image, ['mtime'])
  if (typeof mtime === 'bigint') return Number(mtime) + settings.cookieAgeSeconds * 1_000_000
  const end = pick(image, ENDS)
  if (typeof end === 'bigint') return Number(end) * 1000
  return typeof end === 'string' ? instantOf(end, settings.clock) : null
}

function pick({ columns }: StoreImage, names: readonly string[]): RawValue | undefined {
  for (const name of names.flatMap((one) => [one, `db:${one}`, `cache:${one}`])) if (columns[name] !== undefined) return columns[name]
  return undefined
}

/** A text of a database: with its offset, or in UTC, or wall clock of TIME_ZONE. null: no date. */
function instantOf(text: string, clock: StoreClock): EpochMicros | null {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  try {
    const hasOffset = /(?:Z|[+-]\d\d:\d\d)$/.test(iso)
    const instant = hasOffset ? Temporal.Instant.from(iso) : Temporal.PlainDateTime.from(iso).toZonedDateTime(clock.useTz ? 'UTC' : clock.timeZone).toInstant()
    return Number(instant.epochNanoseconds / 1000n)
  } catch {
    return null
  }
}
