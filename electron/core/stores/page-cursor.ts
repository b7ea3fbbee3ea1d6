import { CoatcheckError } from '../../../shared/errors.ts'
import type { Cursor } from '../../../shared/model/session.ts'

const VERSION = 1

/** Longest cursor that the contract lets through. */
export const CURSOR_CHARS = 1024

/** Versioned base64url JSON: opaque outside, checked when it comes back. */
export function writeCursor(content: readonly unknown[]): Cursor {
  return Buffer.from(JSON.stringify([VERSION, ...content]), 'utf8').toString('base64url')
}

/** @throws REQUEST_INVALID for anything that `writeCursor` did not make */
export function readCursor(cursor: Cursor): readonly unknown[] {
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw invalidCursor()
  }
  if (!Array.isArray(content) || content[0] !== VERSION) throw invalidCursor()
  return content.slice(1)
}

export function invalidCursor(): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', 'stores.cursor', { hint: 'next.readFromStart' })
}
