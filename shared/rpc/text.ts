import { LIMITS } from '../limits.ts'
import type { SerializedError } from '../errors.ts'
import type { ClientMessage, ServerMessage } from './wire.ts'
import { readClientMessage } from './wire.ts'

/** Text from the other side of a trust boundary → message, or null. */
export function decodeClientMessage(text: string): ClientMessage | null {
  if (text.length > LIMITS.messageBytes) return null
  try {
    return readClientMessage(JSON.parse(text))
  } catch {
    return null
  }
}

/** Never throws: what cannot be sent becomes the error that says so, under the same id. */
export function encodeServerMessage(message: ServerMessage): string {
  let text: string
  try {
    text = JSON.stringify(message)
  } catch {
    return failure(message, { code: 'INTERNAL', message: 'The answer cannot be written as text.' })
  }
  if (text.length <= LIMITS.messageBytes) return text
  return failure(message, { code: 'DATA_TOO_LARGE', message: `The answer has ${text.length} characters; ${LIMITS.messageBytes} can be sent.` })
}

function failure(message: ServerMessage, error: SerializedError): string {
  const { id } = message
  const answer: ServerMessage = message.kind === 'reply' ? { kind: 'reply', id, reply: { ok: false, error } } : { kind: 'end', id, error }
  return JSON.stringify(answer)
}
