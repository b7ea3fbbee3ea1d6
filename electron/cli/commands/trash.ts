import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { TrashBundle, TrashedSession } from '../../../shared/model/trash.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { TRASH_HEAD, trashJson, trashLine } from '../output/trash.ts'
import { printable } from '../output/text.ts'
import { findRun } from '../run-argument.ts'

export interface TrashOptions extends CommonOptions {
  readonly source?: string
  readonly find?: string
  readonly limit?: string
}

const PAGE = 500

/** What runs have removed and can be put back, newest first. */
export function trash(running: Running, runs: string | undefined, options: TrashOptions): Promise<ExitCode> {
  const limit = readLimit(options.limit)
  const run = runs === undefined ? null : findRun(runs)
  const runsFolder = runs === undefined ? undefined : (run?.folder ?? folderOf(runs))
  return inContext(running, { ...options, journal: false, ...(runsFolder === undefined ? {} : { runsFolder }) }, 0, async (context) => {
    const source = options.source === undefined ? null : await openSource(context, options.source)
    const all = await context.client.call('trash.bundles', {}, context.terminal.signal)
    const bundles = all.filter(({ id, sourceId }) => (run === null || id === run.runId) && (source === null || sourceId === source.id))
    for (const bundle of bundles) context.terminal.err(trouble(bundle))
    await print(context, bundles, limit, options)
    return EXIT.done
  })
}

async function print({ client, terminal }: Context, bundles: readonly TrashBundle[], limit: number, { json, find = '' }: TrashOptions): Promise<void> {
  const known = new Map(bundles.map((bundle) => [bundle.id, bundle]))
  const line = (session: TrashedSession, bundle: TrashBundle): string => (json === true ? JSON.stringify(trashJson(session, bundle)) : trashLine(session, bundle))
  if (json !== true) terminal.out(`${TRASH_HEAD}\n`)
  let left = limit
  let cursor: string | null = null
  do {
    let next: string | null = null
    for await (const step of client.stream('trash.sessions', { bundleIds: [...known.keys()], text: find, cursor, limit: Math.max(1, Math.min(PAGE, left)) }, terminal.signal)) {
      for (const session of step.sessions.slice(0, left)) {
        const bundle = known.get(session.bundleId)
        if (bundle !== undefined) terminal.out(`${line(session, bundle)}\n`)
      }
      left -= Math.min(left, step.sessions.length)
      next = step.next
    }
    cursor = next
  } while (cursor !== null && left > 0)
}

/** Why nothing of it is listed; empty: all of it is. */
function trouble({ state, sourceName, id }: TrashBundle): string {
  if (state === 'locked') return printable(`The run ${id} of ${sourceName} is kept under a key that is not to be had here. The window unlocks it.\n`)
  return state === 'damaged' ? printable(`The files of the run ${id} of ${sourceName} cannot be read.\n`) : ''
}

function folderOf(path: string): string {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new CoatcheckError('JOURNAL_INVALID', verbatim('There is no such folder of runs.'), { hint: verbatim('Give the folder that a run has printed as its journal.'), subject: path })
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (!/^\d{1,9}$/.test(text)) throw new CoatcheckError('REQUEST_INVALID', verbatim(`--limit takes a number, not "${text}".`))
  return Number(text)
}
