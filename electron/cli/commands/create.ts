import type { PlannedChange } from '../../../shared/model/change.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import type { ChangeOptions, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import { readExpiryWord } from '../duration.ts'
import type { ExitCode } from '../exit.ts'
import { detailJson } from '../output/json.ts'
import { printable } from '../output/text.ts'
import { carryOut, readDict, readGiven } from './change.ts'
import { findSession } from './show.ts'

export interface CreateOptions extends ChangeOptions {
  readonly data?: string
  /** A user name, or `#` and the primary key. */
  readonly user?: string
  readonly expire?: string
}

/** A session that was not there; what the browser needs of it goes to standard output. */
export function create(running: Running, sourceText: string, options: CreateOptions): Promise<ExitCode> {
  return inContext(running, options, 0, async (context) => {
    const data = options.data === undefined ? '{}' : formatNotation(readDict(await readGiven(context, options.data)), { interchange: false })
    const source = await openSource(context, sourceText)
    const change: PlannedChange = { kind: 'create', data, user: options.user ?? null, expiry: options.expire === undefined ? null : readExpiryWord(options.expire) }
    return carryOut(context, source, change, options, async ({ outcomes }) => {
      const [made] = outcomes
      const session = made?.outcome === 'done' ? await findSession(context, source, made.key) : null
      if (session === null) return ''
      // The session of signed_cookies is its own key.
      const cookie = `${source.cookieName}=${source.engine === 'signed_cookies' ? (session.text.text ?? '') : session.row.key}`
      if (options.json !== true) context.terminal.out(`${printable(cookie)}\n`)
      return `,"session":${detailJson(session, source.engine)},"cookie":${JSON.stringify(cookie)}`
    })
  })
}
