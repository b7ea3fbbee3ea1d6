import { perLocale } from './locale.ts'

const numbers = perLocale((language) => new Intl.NumberFormat(language))
const hundredths = perLocale((language) => new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))
const short = perLocale((language) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }))
const shares = perLocale((language) => new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }))
const names = perLocale((language) => new Intl.ListFormat(language, { type: 'conjunction' }))

/** Numbers are exact: `1,000,000`, in German `1.000.000`. */
export function formatCount(count: number): string {
  return numbers().format(count)
}

/** About, where there is no room: `203K`, in German `203.000`. */
export function formatShort(count: number): string {
  return short().format(count)
}

/** `98.0%`, in German `98,0 %`. Never all where one is missing, never nothing where one is there. */
export function formatShare(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole
  return shares().format(share > 0.5 ? Math.floor(share * 1000) / 1000 : Math.ceil(share * 1000) / 1000)
}

/** Two decimals: `1.25`, in German `1,25`. */
export function formatDecimal(value: number): string {
  return hundredths().format(value)
}

/** `key, end, and size`, in German `Key, Ende und Größe` */
export function formatList(texts: readonly string[]): string {
  return names().format(texts)
}
