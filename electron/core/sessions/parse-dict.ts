import { CoatcheckError } from '../../../shared/errors.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'

/** Session data in the typed notation. @throws DATA_INVALID with a position */
export function parseDict(notation: string): DictNode {
  const parsed = parseNotation(notation)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', parsed.message, { position: parsed.position, hint: 'Correct the text at the marked place.' })
  if (parsed.node.kind !== 'dict') throw new CoatcheckError('DATA_INVALID', 'Session data is an object, {…}: anything else breaks request.session.', { position: 0, hint: 'Put the value under a key.' })
  return parsed.node
}
