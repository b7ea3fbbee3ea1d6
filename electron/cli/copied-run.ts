import { CoatcheckError } from '../../shared/errors.ts'
import type { CleanupReport } from '../../shared/model/cleanup.ts'
import type { Source, SourceTarget } from '../../shared/model/source.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { Context } from './context.ts'
import type { CopyToOptions } from './keys.ts'
import { readCopyTo } from './keys.ts'

const PAGE = 500

/** The store that a copy goes to, with what is its own: never the key or the password of the store that it comes from. */
export function openCopyTo({ client, terminal }: Context, target: SourceTarget, options: CopyToOptions): Promise<Source> {
  if (target.kind === 'pasted') throw new CoatcheckError('REQUEST_INVALID', verbatim('What it copies to was pasted, and ended with the program that had it.'), { hint: verbatim('Make a new dry run, to a store that stays.') })
  return client.call('sources.open', { target, ...readCopyTo(options, terminal.env) }, terminal.signal)
}

/** Where the key of the other store is missing: how it is given here. */
export function ofCopy(error: unknown, { copyTarget }: CleanupReport): unknown {
  if (copyTarget === null || !(error instanceof CoatcheckError) || error.code !== 'SIGNATURE_KEY_MISSING') return error
  return new CoatcheckError(error.code, error.reason, { hint: verbatim('Give the key of the store that it copies to: --to-secret-key-env NAME or --to-secret-key-file FILE.') }, error)
}

/** Keys that are kept for undo, each once. @throws SESSION_GONE naming one that is not */
export async function keptKeys({ client, terminal }: Context, { runId, action }: CleanupReport, wanted: readonly string[]): Promise<string[]> {
  const missing = new Set(wanted)
  const all = [...missing]
  if (action.kind !== 'delete') return all
  let cursor: string | null = null
  do {
    let next: string | null = null
    for await (const step of client.stream('trash.sessions', { bundleIds: [runId], text: '', cursor, limit: PAGE }, terminal.signal)) {
      for (const { key } of step.sessions) missing.delete(key)
      next = step.next
    }
    cursor = next
  } while (cursor !== null && missing.size > 0)
  const [first] = missing
  if (first !== undefined) throw new CoatcheckError('SESSION_GONE', verbatim(`This run keeps no session ${first}.`), { hint: verbatim('coatcheck trash lists what is kept.') })
  return all
}
