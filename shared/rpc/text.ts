import { LIMITS } from '../limits.ts'
import { CoatcheckError, serializeError } from '../errors.ts'
import { reason } from '../words/reason.ts'
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
    return failure(message, new CoatcheckError('INTERNAL', 'app.notText'))
  }
  if (text.length <= LIMITS.messageBytes) return text
  return failure(message, new CoatcheckError('DATA_TOO_LARGE', reason('app.answerTooLong', { size: text.length, limit: LIMITS.messageBytes })))
}

function failure(message: ServerMessage, failed: CoatcheckError): string {
  const { id } = message
  const error = serializeError(failed)
  const answer: ServerMessage = message.kind === 'reply' ? { kind: 'reply', id, reply: { ok: false, error } } : { kind: 'end', id, error }
  return JSON.stringify(answer)
}
