const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/

/** Base64 in one alphabet, whole: nothing is skipped, as most libraries other than Python's have it. null: it is none. */
export function decodePlainBase64(text: string): Buffer | null {
  const isUrlSafe = URL_SAFE.test(text)
  if (!isUrlSafe && !STANDARD.test(text)) return null
  const length = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length
  if (length % 4 === 1 || (length < text.length && text.length % 4 !== 0)) return null
  return Buffer.from(text, isUrlSafe ? 'base64url' : 'base64')
}
