import type { PickleFacts } from '../model/pickle.ts'
import type { Sentence } from '../model/session.ts'

const NAMES_SHOWN = 6

/** What loading it would do: one sentence for each call, or one for all of it. */
export function pickleSentences({ danger, protocol, imports, calls, importsLeftOut }: PickleFacts): readonly Sentence[] {
  if (danger === 'dangerous') return calls.map(({ kind, name, args }) => ({ id: `pickle.${kind}`, params: { name, args } }))
  if (danger === 'data') return [{ id: 'pickle.data', params: { protocol } }]
  const left = imports.length - NAMES_SHOWN + importsLeftOut
  return [{ id: 'pickle.classes', params: { protocol, names: imports.slice(0, NAMES_SHOWN).join(', ') + (left > 0 ? ' …' : '') } }]
}
