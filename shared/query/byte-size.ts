const SIZE = /^([0-9]{1,16}(?:\.[0-9]{1,6})?)(b|kb?|mb?|gb?)?$/i
const FACTORS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
const UNITS = ['g', 'm', 'k'] as const

/** `4096`, `2k`, `1.5m` in bytes, by 1024; a part of a byte is rounded. null: no size. */
export function readByteSize(text: string): number | null {
  const [, count, unit = 'b'] = SIZE.exec(text) ?? []
  const bytes = count === undefined ? Number.NaN : Math.round(Number(count) * (FACTORS[unit.charAt(0).toLowerCase()] ?? 1))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The shortest spelling that reads back as the same number. */
export function formatByteSize(bytes: number): string {
  const unit = UNITS.find((each) => bytes > 0 && bytes % (FACTORS[each] ?? 1) === 0)
  return unit === undefined ? String(bytes) : `${bytes / (FACTORS[unit] ?? 1)}${unit}`
}
