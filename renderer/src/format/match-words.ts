/** Where a title answers to what was typed, and how well. */
export interface WordMatch {
  /** Smaller is better. */
  readonly rank: number
  /** Parts of the title to be marked, in order, end exclusive. */
  readonly spans: readonly (readonly [start: number, end: number])[]
}

/**
 * Every typed word must begin a word of the title, or else stand somewhere inside it. Words at the beginning of words, and in the
 * order typed, rank first. null: no match.
 */
export function matchWords(title: string, typed: string): WordMatch | null {
  const text = title.toLowerCase()
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const spans: [number, number][] = []
  let rank = 0
  let after = 0
  for (const word of words) {
    const place = findWord(text, word)
    if (place === null) return null
    rank += (place.isStart ? 0 : 100) + (place.at < after ? 10 : 0) + Math.min(place.at, 9)
    after = place.at
    spans.push([place.at, place.at + word.length])
  }
  return { rank, spans: join(spans) }
}

function findWord(text: string, word: string): { readonly at: number; readonly isStart: boolean } | null {
  const first = text.indexOf(word)
  for (let at = first; at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || /[^\p{L}\p{N}]/u.test(text.charAt(at - 1))) return { at, isStart: true }
  }
  return first < 0 ? null : { at: first, isStart: false }
}

/** In order, and those that touch or cross made one. */
function join(spans: readonly [number, number][]): [number, number][] {
  const joined: [number, number][] = []
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}
