import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { ExpirySetting } from '../../shared/model/change.ts'

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

export interface ExpiryOptions {
  readonly in?: string
  readonly at?: string
  readonly browserClose?: boolean
  readonly default?: boolean
  readonly nowExpired?: boolean
}

/** Exactly one of the expiry options; null: none given. @throws REQUEST_INVALID */
export function readExpiry(options: ExpiryOptions): ExpirySetting | null {
  const given: ExpirySetting[] = []
  if (options.in !== undefined) given.push({ kind: 'in', seconds: readDuration(options.in) })
  if (options.at !== undefined) given.push({ kind: 'at', at: readInstant(options.at, '--at') })
  if (options.browserClose === true) given.push({ kind: 'browser-close' })
  if (options.default === true) given.push({ kind: 'default' })
  if (options.nowExpired === true) given.push({ kind: 'now' })
  if (given.length > 1) throw new CoatcheckError('REQUEST_INVALID', verbatim('Only one expiry can be set.'), { hint: verbatim('Give one of --in, --at, --browser-close, --default, --now-expired.') })
  return given[0] ?? null
}

/** The same in one word, as `set --expire` takes it: `2h`, an ISO time, `browser-close`, `default`, `now`. */
export function readExpiryWord(word: string): ExpirySetting {
  if (word === 'browser-close' || word === 'default' || word === 'now') return { kind: word }
  return /^\d+[smhdw]$/.test(word) ? { kind: 'in', seconds: readDuration(word) } : { kind: 'at', at: readInstant(word, '--expire') }
}

/** `90s`, `15m`, `2h`, `3d`, `2w` in seconds. */
export function readDuration(text: string): number {
  const match = /^(\d{1,9})([smhdw])$/.exec(text)
  const unit = match?.[2] === undefined ? undefined : UNIT_SECONDS[match[2]]
  if (match?.[1] === undefined || unit === undefined || Number(match[1]) === 0) {
    throw new CoatcheckError('REQUEST_INVALID', verbatim(`"${text}" is not a duration.`), { hint: verbatim('Write a number and s, m, h, d or w: 90s, 2h, 3d.') })
  }
  return Number(match[1]) * unit
}

/** ISO 8601 with an offset or Z, in milliseconds since 1970 UTC. */
export function readInstant(text: string, option: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch (error) {
    throw new CoatcheckError('REQUEST_INVALID', verbatim(`${option} takes a time with its offset, not "${text}".`), { hint: verbatim('For example 2026-12-01T10:00:00Z.') }, error)
  }
}
