import type { Component } from 'vue'
import { matchWords } from '../format/match-words.ts'
import type { WordMatch } from '../format/match-words.ts'

/** One line that the palette can run. */
export interface PaletteEntry {
  readonly id: string
  readonly group: string
  readonly title: string
  readonly icon: Component
  readonly note: string | null
  /** At the right edge: "review first", "on". */
  readonly mark: string | null
  /** As the platform spells them; null: none. */
  readonly keys: string | null
  /** Why it cannot be run now. */
  readonly blocked: string | null
  readonly isMono?: boolean
  run(): void
}

export interface PaletteResult {
  readonly entry: PaletteEntry
  readonly spans: WordMatch['spans']
}

export interface PaletteGroup {
  readonly name: string
  readonly results: readonly PaletteResult[]
}

/** Entries that answer to what was typed, best first in each group; groups in the order of their best. What is blocked comes last. */
export function findEntries(entries: readonly PaletteEntry[], typed: string): readonly PaletteGroup[] {
  const groups = new Map<string, { readonly result: PaletteResult; readonly rank: number }[]>()
  for (const [index, entry] of entries.entries()) {
    const match = matchWords(entry.title, typed)
    if (match === null) continue
    const rank = match.rank + (entry.blocked === null ? 0 : 10_000) + index / 10_000
    const group = groups.get(entry.group) ?? []
    group.push({ result: { entry, spans: match.spans }, rank })
    groups.set(entry.group, group)
  }
  const sorted = [...groups].map(([name, found]) => ({ name, found: found.sort((a, b) => a.rank - b.rank) }))
  if (typed.trim() !== '') sorted.sort((a, b) => (a.found[0]?.rank ?? 0) - (b.found[0]?.rank ?? 0))
  return sorted.map(({ name, found }) => ({ name, results: found.map(({ result }) => result) }))
}

/** Django's session keys as they are pasted. null: it is none. */
export function readSessionKey(typed: string): string | null {
  const text = typed.trim().replace(/^#\s*/, '')
  return /^[a-z0-9]{8,40}$/.test(text) && /[0-9]/.test(text) ? text : null
}
