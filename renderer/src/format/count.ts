import { perLocale } from './locale.ts'

const numbers = perLocale((language) => new Intl.NumberFormat(language))
const names = perLocale((language) => new Intl.ListFormat(language, { type: 'conjunction' }))

/** Numbers are exact: `1,000,000`, in German `1.000.000`. */
export function formatCount(count: number): string {
  return numbers().format(count)
}

/** `key, end, and size`, in German `Key, Ende und Größe` */
export function formatList(texts: readonly string[]): string {
  return names().format(texts)
}
