import type { Cursor } from '../../../../shared/model/session.ts'
import type { WalkOrder } from '../session-store.ts'
import { CURSOR_CHARS, invalidCursor, readCursor, writeCursor } from '../page-cursor.ts'
import type { Position } from './keyset.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL } from './stored-value.ts'

const KEPT_BYTES = 16 * 1024 * 1024

/**
 * Positions as cursors. A position holds the row's own values, so that it stays right whatever is written meanwhile.
 * One that is too long for a cursor (a session key of a thousand characters) is kept here and its cursor holds a number.
 */
export class Bookmarks {
  readonly #kept = new Map<number, Position>()
  #keptBytes = 0
  #nextId = 1

  toCursor(order: WalkOrder, position: Position): Cursor {
    const head = [order.by, order.direction]
    const cursor = writeCursor([...head, toJson(position.value), position.tie === null ? null : toJson(position.tie)])
    return cursor.length <= CURSOR_CHARS ? cursor : writeCursor([...head, this.#keep(position, cursor.length)])
  }

  /** @throws REQUEST_INVALID for a damaged cursor, or one of another order */
  toPosition(order: WalkOrder, cursor: Cursor): Position {
    const [by, direction, value, tie] = readCursor(cursor)
    if (by !== order.by || direction !== order.direction) throw invalidCursor()
    if (typeof value === 'number') {
      const kept = this.#kept.get(value)
      if (kept === undefined) throw invalidCursor()
      return kept
    }
    return { value: fromJson(value), tie: tie === null ? null : fromJson(tie) }
  }

  #keep(position: Position, size: number): number {
    const id = this.#nextId++
    this.#kept.set(id, position)
    this.#keptBytes += size
    for (const [oldest] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || oldest === id) break
      this.#keptBytes -= sizeOf(this.#kept.get(oldest))
      this.#kept.delete(oldest)
    }
    return id
  }
}

function sizeOf(position: Position | undefined): number {
  return position === undefined ? 0 : writeCursor([toJson(position.value), position.tie === null ? null : toJson(position.tie)]).length
}

function toJson(stored: StoredValue): readonly string[] {
  switch (stored.kind) {
    case 'null':
      return ['null']
    case 'integer':
    case 'real':
      return [stored.kind, String(stored.value)]
    default:
      return typeof stored.value === 'string' ? [stored.kind, stored.value] : [`${stored.kind}-bytes`, Buffer.from(stored.value).toString('base64')]
  }
}

function fromJson(json: unknown): StoredValue {
  if (!Array.isArray(json)) throw invalidCursor()
  const [kind, value] = json as readonly unknown[]
  if (kind === 'null') return NULL
  if (typeof value !== 'string') throw invalidCursor()
  switch (kind) {
    case 'integer':
      if (!/^-?\d{1,19}$/.test(value)) throw invalidCursor()
      return { kind, value: BigInt(value) }
    case 'real':
      return { kind, value: Number(value) }
    case 'text':
      return { kind, value }
    case 'text-bytes':
      return { kind: 'text', value: Buffer.from(value, 'base64') }
    case 'blob-bytes':
      return { kind: 'blob', value: Buffer.from(value, 'base64') }
    default:
      throw invalidCursor()
  }
}
