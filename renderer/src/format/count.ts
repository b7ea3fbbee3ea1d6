const format = new Intl.NumberFormat('en')

/** Numbers are exact: `1,000,000`. */
export function formatCount(count: number): string {
  return format.format(count)
}

const names = new Intl.ListFormat('en', { type: 'conjunction' })

/** `key, end, and size` */
export function formatList(texts: readonly string[]): string {
  return names.format(texts)
}
