import type { Source } from '../../../../shared/model/source.ts'

/** A project with those of its stores that are open, or a source that stands alone. */
export type SourceEntry =
  | { readonly kind: 'project'; readonly folder: string; readonly sources: readonly Source[] }
  | { readonly kind: 'source'; readonly source: Source }

/** Sources in the order they were opened, a project's together where its first one stands; projects without any (`kept`) come last. */
export function groupSources(sources: readonly Source[], kept: Iterable<string>): readonly SourceEntry[] {
  const entries: SourceEntry[] = []
  const seen = new Set<string>()
  for (const source of sources) {
    const folder = source.project?.folder
    if (folder === undefined) entries.push({ kind: 'source', source })
    else if (!seen.has(folder)) entries.push({ kind: 'project', folder, sources: sources.filter(({ project }) => project?.folder === folder) })
    if (folder !== undefined) seen.add(folder)
  }
  const alone = [...kept].filter((folder) => !seen.has(folder))
  return [...entries, ...alone.map((folder): SourceEntry => ({ kind: 'project', folder, sources: [] }))]
}
