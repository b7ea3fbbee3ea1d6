import { scaleUtc } from 'd3-scale'
import type { EndBin } from '../../../shared/model/overview.ts'
import { locale, perLocale } from './locale.ts'

const DAY_MS = 86_400_000
const months = perLocale((language) => new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' }))
const between = (): string => (locale() === 'de' ? 'bis' : 'to')

/** A moment of a picture, as exact as its bins are: `12 Nov`, `12 Nov, 06:00`, in German `12. Nov, 06:00`, with the year where it is not that of now. Microseconds since 1970; in UTC. */
export function formatEdge(at: number, now: number): string {
  const date = new Date(at / 1000)
  const year = date.getUTCFullYear() === new Date(now / 1000).getUTCFullYear() ? '' : ` ${date.getUTCFullYear()}`
  const day = `${date.getUTCDate()}${locale() === 'de' ? '.' : ''} ${months().format(date)}${year}`
  return (at / 1000) % DAY_MS === 0 ? day : `${day}, ${date.toISOString().slice(11, 16)}`
}

/** `12 Nov`, `12 Nov, 06:00 to 12:00`; `12 Nov to 18 Nov`, of whole days, the last one included. */
export function formatBin({ from, to }: Pick<EndBin, 'from' | 'to'>, now: number): string {
  const isWholeDays = (from / 1000) % DAY_MS === 0 && (to / 1000) % DAY_MS === 0
  const lastDay = to - DAY_MS * 1000
  if (isWholeDays) return from === lastDay ? formatEdge(from, now) : `${formatEdge(from, now)} ${between()} ${formatEdge(lastDay, now)}`
  const isSameDay = Math.floor(from / 1000 / DAY_MS) === Math.floor((to - 1) / 1000 / DAY_MS)
  return `${formatEdge(from, now)}${isSameDay && (from / 1000) % DAY_MS === 0 ? ', 00:00' : ''} ${between()} ${isSameDay ? endOfDay(to) : formatEdge(to, now)}`
}

const endOfDay = (at: number): string => ((at / 1000) % DAY_MS === 0 ? '24:00' : new Date(at / 1000).toISOString().slice(11, 16))

/** Round moments to write under a picture, with their place from 0 to 1. */
export function axisTicks(from: number, to: number, count: number): readonly { readonly at: number; readonly place: number }[] {
  return scaleUtc([new Date(from / 1000), new Date(to / 1000)], [0, 1]).ticks(count).map((tick) => ({ at: tick.getTime() * 1000, place: (tick.getTime() * 1000 - from) / (to - from) }))
}
