import type { SerializedError } from '../errors.ts'

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SerializedError }

/**
 * What travels, whatever carries it (Electron IPC, WebSocket, a worker's port, a pair in one process).
 * `id` is chosen by the client and is unique while the call or stream lives.
 * A stream sends at most as many events as the client has asked for (`more`), so that a slow reader never fills memory.
 */
export type ClientMessage =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'open'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'more'; readonly id: number; readonly count: number }
  | { readonly kind: 'cancel'; readonly id: number }

export type ServerMessage =
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'end'; readonly id: number; readonly error: SerializedError | null }

/** One end of a two-way line. `onClose` is called once, whichever side ended it. */
export interface Port<Outgoing, Incoming> {
  post(message: Outgoing): void
  listen(onMessage: (message: Incoming) => void, onClose: (error: SerializedError | null) => void): void
  close(): void
}
export type ClientPort = Port<ClientMessage, ServerMessage>
export type ServerPort = Port<ServerMessage, ClientMessage>

/** Events that a stream may send ahead of the reader. */
export const STREAM_CREDIT = 16

/** `unknown` from the other side of a trust boundary → message, or null. */
export function readClientMessage(value: unknown): ClientMessage | null {
  if (typeof value !== 'object' || value === null) return null
  const { kind, id, name, input, count } = value as Record<string, unknown>
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return null
  switch (kind) {
    case 'call':
    case 'open':
      return typeof name === 'string' && name.length <= 64 ? { kind, id, name, input } : null
    case 'more':
      return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 && count <= 1024 ? { kind, id, count } : null
    case 'cancel':
      return { kind, id }
    default:
      return null
  }
}
