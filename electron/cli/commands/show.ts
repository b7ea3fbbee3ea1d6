import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { SessionDetail } from '../../../shared/model/session.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import type { AsTyped } from '../output/as-typed.ts'
import { asTyped } from '../output/as-typed.ts'
import { detailJson } from '../output/json.ts'
import { detailText } from '../output/text.ts'

export function show(running: Running, sourceText: string, key: string, options: CommonOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 0, async (context) => {
    const { terminal } = context
    const source = await openSource(context, sourceText)
    const detail = await findSession(context, source, key)
    if (detail === null) {
      const gone = noSuchSession(asTyped(terminal.env))
      terminal.err(`coatcheck: ${gone.code}: ${gone.message} (${gone.details.hint ?? ''})\n`)
      if (options.json === true) terminal.out(`${JSON.stringify({ v: 1, error: { code: gone.code, message: gone.message, hint: gone.details.hint } })}\n`)
      return EXIT.notFound
    }
    terminal.out(`${options.json === true ? `{"v":1,${detailJson(detail, source.engine).slice(1)}` : detailText(detail, asTyped(terminal.env))}\n`)
    return EXIT.done
  })
}

export function findSession(context: Context, source: Source, key: string): Promise<SessionDetail | null> {
  return context.client.call('sessions.read', { sourceId: source.id, key }, context.terminal.signal)
}

export function noSuchSession(typed: AsTyped): CoatcheckError {
  return new CoatcheckError('SESSION_GONE', verbatim('The store has no session of this key.'), { hint: verbatim(`List the keys with: ${typed('list', 'SOURCE')}`) })
}
