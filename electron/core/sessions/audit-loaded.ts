import type { AuditedText, DecodeContext } from '../codecs/decoder.ts'
import type { StorePage } from '../stores/session-store.ts'
import { storedValues } from './browse.ts'
import { layerSource } from './pair-inspect.ts'
import type { SessionSource } from './session-source.ts'

/**
 * Of a pair whose rows are pickles, the copy too: Django loads that, and saves what it loaded. A copy without a row is never saved, so that it
 * does not matter here.
 */
export async function auditLoaded(source: SessionSource, page: StorePage, context: DecodeContext, signal: AbortSignal): Promise<readonly AuditedText[]> {
  const rows = await source.decoder.audit(storedValues(page), context, signal)
  const { cache } = page
  if (cache === undefined || !rows.some(({ isPickle }) => isPickle)) return rows
  const copies = await source.decoder.audit(storedValues({ ...page, ...cache }), { ...context, payload: layerSource(source, 'cache').payload }, signal)
  return rows.map((row, index) => {
    const copy = cache.found[index] === 'hit' ? copies[index] : undefined
    return copy === undefined || !row.isPickle ? row : joinAudits(row, copy)
  })
}

function joinAudits(row: AuditedText, copy: AuditedText): AuditedText {
  const losses = new Map([...copy.losses, ...row.losses].map((loss) => [JSON.stringify([loss.path, loss.type, loss.effect]), loss]))
  return { isPickle: true, readable: row.readable && copy.readable, losses: [...losses.values()], calls: [...row.calls, ...copy.calls] }
}
