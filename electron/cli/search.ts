import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { SessionSearchPage } from '../../shared/model/session.ts'
import type { Source } from '../../shared/model/source.ts'
import type { Input } from '../../shared/rpc/contract.ts'
import { say } from '../../shared/words/say.ts'
import type { Context } from './context.ts'
import { asTyped } from './output/as-typed.ts'

/** `--where`: pages of what fits. A wrong query is shown with its place marked, on standard error, before it is thrown. */
export async function* search({ client, terminal }: Context, input: Input<'sessions.search'>): AsyncGenerator<SessionSearchPage> {
  let unread = 0
  try {
    for await (const page of client.stream('sessions.search', input, terminal.signal)) {
      unread = page.unread
      yield page
    }
  } catch (error) {
    if (error instanceof CoatcheckError && error.details.position !== undefined) terminal.err(markPlace(input.where, error.details.position, error.details.length ?? 1))
    throw error
  }
  if (unread > 0) terminal.err(`${say({ id: 'cli.unread', params: { count: unread } })}\n`)
}

/** The text, and carets under the units that are meant. */
export function markPlace(text: string, position: number, length: number): string {
  return `  ${text.replaceAll(/\p{C}|\s/gu, ' ')}\n  ${' '.repeat(position)}${'^'.repeat(Math.max(length, 1))}\n`
}

/** @throws STORE_UNSUPPORTED where a store cannot tell which sessions it has */
export function assertListed({ terminal }: Context, { capabilities, location }: Source): void {
  if (capabilities.enumerate === 'none') throw new CoatcheckError('STORE_UNSUPPORTED', verbatim(`${location} gives out a session only to who knows its key.`), { hint: verbatim(`Show one session: ${asTyped(terminal.env)('show', 'SOURCE', 'KEY')}`) })
}
