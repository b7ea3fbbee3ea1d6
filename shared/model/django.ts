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
  const wanted = rankOf(text)
  if (wanted === null) return null
  return DJANGO_VERSIONS.findLast((version) => rank(version) <= wanted) ?? DJANGO_VERSIONS[0]
}

/** Whether a version text is of a release older or newer than all whose reading of sessions is known. null: it is neither, or no version. */
export function beyondKnown(text: string): 'old' | 'new' | null {
  const wanted = rankOf(text)
  if (wanted === null) return null
  if (DJANGO_VERSIONS.every((version) => rank(version) > wanted)) return 'old'
  return DJANGO_VERSIONS.every((version) => rank(version) < wanted) ? 'new' : null
}

const rank = (version: DjangoVersion): number => rankOf(version) ?? 0

/** Releases in their order: thousands are the first number. null: it is no version. */
function rankOf(text: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{1,3}))?(?![\d])/.exec(text.trim())
  return match === null ? null : Number(match[1]) * 1000 + Number(match[2] ?? 0)
}
