const format = new Intl.NumberFormat('en')

/** Numbers are exact: `1,000,000`. */
export function formatCount(count: number): string {
  return format.format(count)
}
