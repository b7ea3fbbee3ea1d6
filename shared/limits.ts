/** Begin of a HAR file, which may be longer than other pastes. */
const HAR = /^\s*\{\s*"log"\s*:/

/** Limits that hold at every boundary. Each is named, with the real size, in the message of the error it causes. */
export const LIMITS = {
  /** Longest stored value that is read whole. */
  storedValueBytes: 8 * 1024 * 1024,
  /** Most that one inflate may put out. */
  inflateBytes: 32 * 1024 * 1024,
  /** Longest pasted text. */
  pasteChars: 4 * 1024 * 1024,
  /** Longest pasted HAR file, in which only cookies and headers are looked at. */
  harChars: 64 * 1024 * 1024,
  /** Findings of one paste; what comes after them is not looked at. */
  pasteFindings: 500,
  /** Nesting that a parser follows (iteratively) before it gives up. */
  parseDepth: 10_000,
  /** Digits of one integer (Python's `sys.int_info.default_max_str_digits`, 3.11+). */
  integerDigits: 4300,
  /** Opcodes of one pickle that are followed, and values it may remember. */
  pickleOpcodes: 5_000_000,
  pickleMemo: 1_000_000,
  /** Different imports of one pickle that are listed; the rest is counted. */
  pickleImports: 500,
  /** Rows of one page. */
  pageRows: 500,
  /** Rows of one scan batch inside the core. */
  scanRows: 2000,
  /** Longest session key that is looked up. */
  keyBytes: 512,
  /** Longest name or error text that is shown. */
  shownTextChars: 500,
  /** Users that one look into the user table brings. */
  foundUsers: 50,
  /** One message on the wire, in or out. */
  messageBytes: 32 * 1024 * 1024,
  /** Wall clock of one decode. */
  decodeMs: 2000,
  /** Deadline of connecting to, or waiting for, a store. */
  storeMs: 10_000,
  /** Life of a reviewed, unapplied change. */
  planMs: 10 * 60 * 1000,
} as const

/** What people may choose to keep of what runs remove. */
export const RETENTION = { mostDays: 365, mostMegabytes: 100_000 } as const

/** Most characters that a paste may have, by what it begins with. */
export function mostPasteChars(paste: string): number {
  return isHar(paste) ? LIMITS.harChars : LIMITS.pasteChars
}

export function isHar(text: string): boolean {
  return HAR.test(text.slice(0, 256))
}
