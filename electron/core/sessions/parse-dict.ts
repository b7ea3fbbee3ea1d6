import { CoatcheckError } from '../../../shared/errors.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'

/** Session data in the typed notation. @throws DATA_INVALID with a position */
export function parseDict(notation: string): DictNode {
  const parsed = parseNotation(notation)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', { id: `verdicts.problems.${parsed.reason}`, params: {} }, { position: parsed.position, hint: 'next.correctText' })
  if (parsed.node.kind !== 'dict') throw new CoatcheckError('DATA_INVALID', 'sessions.dictOnly', { position: 0, hint: 'next.underKey' })
  return parsed.node
}
