const SHORT_TEXT = 0x8c
const LONG_TEXT = 0x58
const LINE_TEXT = 0x56
const LINE_END = 0x0a
const HASH = 0x23

/**
 * Places that the opcodes of an object may name (`#/cart/0`), in its pickle of base64: every text in them that begins so, whether
 * it is a name or data. One too many does no harm.
 */
export function namesInOpcodes(base64: string): readonly string[] {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const names: string[] = []
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === LINE_TEXT && bytes[at + 1] === HASH) names.push(lineText(bytes, at + 1))
    const start = bytes[at] === SHORT_TEXT ? at + 2 : bytes[at] === LONG_TEXT ? at + 5 : null
    if (start === null || bytes[start] !== HASH) continue
    const length = bytes[at] === SHORT_TEXT ? view.getUint8(at + 1) : view.getUint32(at + 1, true)
    if (start + length <= bytes.length) names.push(new TextDecoder().decode(bytes.subarray(start, start + length)))
  }
  return names.filter((name) => name === '#' || name.startsWith('#/'))
}

/** Protocols 0 and 1 write a text as a line, what is not Latin-1 as `\\u1234`. */
function lineText(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(LINE_END, start)
  const line = Array.from(bytes.subarray(start, end < 0 ? bytes.length : end), (code) => String.fromCharCode(code)).join('')
  return line.replace(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))/gi, (_, short: string | undefined, long: string | undefined) => String.fromCodePoint(Number.parseInt(short ?? long ?? '0', 16)))
}
