import type { Deletion } from '../core/cleanup/trash-walk.ts'
import type { Journal } from '../core/journal/journal.ts'

/** Deletions of a journal that can be taken back, with what they removed. */
export async function deletionsOf(journal: Journal): Promise<readonly Deletion[]> {
  return (await journal.list()).flatMap(({ changeId, kind, at, target, sentence, undone, steps, outcomes }): Deletion[] => {
    if (kind !== 'delete' || undone) return []
    const done = new Set(outcomes.flatMap(({ key, outcome }) => (outcome === 'done' ? [key] : [])))
    const images = steps.flatMap(({ key, before }) => (before !== null && done.has(key) ? [before.image] : []))
    return images.length === 0 ? [] : [{ id: changeId, at, target, sentence: { id: sentence.id, params: numbersAndTexts(sentence.params) }, images }]
  })
}

/** A sentence of a change is made of nothing else. */
function numbersAndTexts(params: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(params).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [])))
}
