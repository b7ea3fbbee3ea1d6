import { z } from 'zod'

/** Releases of Django whose reading of sessions is known, oldest first. */
export const DJANGO_VERSIONS = ['2.2', '3.0', '3.1', '3.2', '4.0', '4.1', '4.2', '5.0', '5.1', '5.2', '6.0', '6.1'] as const

export const djangoVersion = z.enum(DJANGO_VERSIONS)
export type DjangoVersion = z.infer<typeof djangoVersion>

/**
 * From any version text (`3.2.25`, `5.2`, `6.1rc1`) to the release by whose rules it reads: those before 2.2 as 2.2, later ones as
 * the last that is known. null: it is no version.
 */
export function toDjangoVersion(text: string): DjangoVersion | null {
  const match = /^(\d{1,3})(?:\.(\d{1,3}))?(?![\d])/.exec(text.trim())
  if (match === null) return null
  const wanted = Number(match[1]) * 1000 + Number(match[2] ?? 0)
  return DJANGO_VERSIONS.findLast((version) => rank(version) <= wanted) ?? DJANGO_VERSIONS[0]
}

function rank(version: DjangoVersion): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 1000 + minor
}
