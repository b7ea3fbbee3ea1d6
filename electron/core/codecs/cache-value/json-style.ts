import type { JsonStyle } from '../../../../shared/values/python-json.ts'

const NOT_ASCII = /[^\u0000-\u007f]/

/** Python's `json.dumps` as it comes. */
export const PYTHON_STYLE: JsonStyle = { itemSeparator: ', ', keySeparator: ': ', asciiOnly: true }

/** The style of a JSON text, by its first separators of either kind; where one is missing, the other tells; Python's own without both. */
export function findJsonStyle(text: string): JsonStyle {
  const spaced: { item: boolean | null; key: boolean | null } = { item: null, key: null }
  for (let at = 0; at < text.length && (spaced.item === null || spaced.key === null); at++) {
    const char = text.charAt(at)
    if (char === '"') at = endOfString(text, at)
    else if (char === ',') spaced.item ??= text.charAt(at + 1) === ' '
    else if (char === ':') spaced.key ??= text.charAt(at + 1) === ' '
  }
  return {
    itemSeparator: (spaced.item ?? spaced.key ?? true) ? ', ' : ',',
    keySeparator: (spaced.key ?? spaced.item ?? true) ? ': ' : ':',
    asciiOnly: !NOT_ASCII.test(text),
  }
}

/** Place of the closing quote, from that of the opening one. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return at
}
