import { CoatcheckError } from '../../../shared/errors.ts'
import { RETENTION } from '../../../shared/limits.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'

export interface RetentionOptions extends CommonOptions {
  readonly days?: string
  readonly megabytes?: string
  readonly yes?: boolean
}

const DAY_MS = 86_400_000

/** Tells for how long before-images are kept, and how much of one run; with an option, changes it. */
export function retention(running: Running, options: RetentionOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 0, async (context) => {
    const { client, terminal } = context
    const days = readNumber(options.days, '--days', 0, RETENTION.mostDays)
    const megabytes = readNumber(options.megabytes, '--megabytes', 1, RETENTION.mostMegabytes)
    if (days !== undefined && options.yes !== true) await assertNoneForgotten(context, days, options.now)
    const change = { ...(days === undefined ? {} : { days }), ...(megabytes === undefined ? {} : { megabytes }) }
    const kept = await client.call('cleanup.retention', Object.keys(change).length === 0 ? {} : { change }, terminal.signal)
    if (options.json === true) terminal.out(`${JSON.stringify({ v: 1, ...kept })}\n`)
    else terminal.out(kept.days === 0 ? 'Nothing is kept: no run can be taken back.\n' : `What runs remove is kept for ${kept.days} ${kept.days === 1 ? 'day' : 'days'}, up to ${kept.megabytes} MB of each run.\n`)
    return EXIT.done
  })
}

/** A shorter time forgets runs at the next start, for good. */
async function assertNoneForgotten({ client, terminal }: Context, days: number, at: string | undefined): Promise<void> {
  const now = at === undefined ? Date.now() : Date.parse(at)
  const runs = await client.call('cleanup.list', {}, terminal.signal)
  const over = runs.filter(({ startedAt, endedAt }) => now - (endedAt ?? startedAt) > Math.max(days, 1) * DAY_MS).length
  if (over === 0) return
  throw new CoatcheckError('CONFIRMATION_REQUIRED', verbatim(`Nothing was changed: ${over} kept ${over === 1 ? 'run' : 'runs'} would be forgotten, and could not be taken back.`), { hint: verbatim('Add --yes to do it all the same.') })
}

function readNumber(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new CoatcheckError('REQUEST_INVALID', verbatim(`${option} takes a whole number from ${least} to ${most}, not "${text}".`))
}
