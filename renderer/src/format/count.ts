import { perLocale } from './locale.ts'

const numbers = perLocale((language) => new Intl.NumberFormat(language))
const hundredths = perLocale((language) => new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))
const names = perLocale((language) => new Intl.ListFormat(language, { type: 'conjunction' }))

/** Numbers are exact: `1,000,000`, in German `1.000.000`. */
export function formatCount(count: number): string {
  return numbers().format(count)
}

/** Two decimals: `1.25`, in German `1,25`. */
export function formatDecimal(value: number): string {
  return hundredths().format(value)
}

/** `key, end, and size`, in German `Key, Ende und Größe` */
export function formatList(texts: readonly string[]): string {
  return names().format(texts)
}
