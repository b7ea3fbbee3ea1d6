/** A text cut into pieces, of which every second holds the searched words. */
export function markText(text: string, words: string): readonly { readonly text: string; readonly hit: boolean }[] {
  const needle = words.trim().toLowerCase()
  if (needle === '') return [{ text, hit: false }]
  const pieces: { text: string; hit: boolean }[] = []
  const lower = text.toLowerCase()
  let from = 0
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), hit: false })
    pieces.push({ text: text.slice(at, at + needle.length), hit: true })
    from = at + needle.length
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), hit: false })
  return pieces
}
