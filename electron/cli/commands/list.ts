import type { SessionListPage, SessionSearchPage, WalkOrder } from '../../../shared/model/session.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { BY_EXPIRE_DATE, inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { say } from '../../../shared/words/say.ts'
import { sessionJson } from '../output/json.ts'
import { assertListed, search } from '../search.ts'
import { LIST_HEAD, listLine } from '../output/text.ts'

export interface ListOptions extends CommonOptions {
  readonly sort?: string
  readonly limit?: string
  readonly where?: string
  readonly data?: boolean
}

const STORED: WalkOrder = { by: 'stored', direction: 'asc' }

const ORDERS: Readonly<Record<string, WalkOrder>> = {
  'expires': BY_EXPIRE_DATE,
  '-expires': { by: 'expireDate', direction: 'desc' },
  'key': { by: 'key', direction: 'asc' },
  '-key': { by: 'key', direction: 'desc' },
  'rowless': { by: 'rowless', direction: 'asc' },
  'stored': STORED,
}

export function list(running: Running, sourceText: string, options: ListOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 1, async (context) => {
    const order = ORDERS[options.sort ?? 'expires']
    if (order === undefined) throw new CoatcheckError('REQUEST_INVALID', verbatim(`--sort takes ${Object.keys(ORDERS).join(', ')}, not "${options.sort ?? ''}".`))
    const source = await openSource(context, sourceText)
    assertListed(context, source)
    await printRows(context, source, orderFor(source, order, options.sort === undefined), readLimit(options.limit), options)
    if (source.capabilities.enumerate === 'incomplete') context.terminal.err(`${say({ id: 'cli.incomplete', params: {} })}\n`)
    return EXIT.done
  })
}

/** What was not asked for gives way to what the store can do. */
function orderFor({ capabilities, location }: Source, order: WalkOrder, isDefault: boolean): WalkOrder {
  if (order.by === 'stored' || order.by === 'rowless' || capabilities.sort.includes(order.by)) return order
  if (isDefault) return STORED
  const known = Object.entries(ORDERS).filter(([, { by }]) => by === 'stored' || (by !== 'rowless' && capabilities.sort.includes(by))).map(([name]) => name)
  throw new CoatcheckError('STORE_UNSUPPORTED', verbatim(`${location} cannot sort so.`), { hint: verbatim(`It has: ${known.join(', ')}.`) })
}

async function printRows(context: Context, source: Source, order: WalkOrder, limit: number, options: ListOptions): Promise<void> {
  const { client, terminal } = context
  const withData = options.data === true
  // Not before the first answer: a query that is wrong has no table.
  let head = options.json === true ? '' : `${LIST_HEAD}\n`
  if (limit === 0) return terminal.out(head)
  let left = limit
  const input = { sourceId: source.id, order, withData, withEtags: options.json === true }
  const pages = options.where === undefined ? client.stream('sessions.stream', input, terminal.signal) : search(context, { ...input, where: options.where })
  for await (const page of pages) {
    terminal.out(`${head}${pageText(page, source, left, options)}`)
    head = ''
    left -= page.rows.length
    if (left <= 0) return
  }
  terminal.out(head)
}

function pageText(page: Pick<SessionListPage, 'rows' | 'etags' | 'data'>, source: Source, limit: number, options: ListOptions): string {
  const lines = page.rows.slice(0, limit).map((row, index) => {
    if (options.json !== true) return listLine(row)
    return sessionJson(row, source.engine, page.etags?.[index] ?? null, page.data?.[index] ?? null)
  })
  return lines.map((line) => `${line}\n`).join('')
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (!/^\d{1,9}$/.test(text)) throw new CoatcheckError('REQUEST_INVALID', verbatim(`--limit takes a number, not "${text}".`))
  return Number(text)
}

export function count(running: Running, sourceText: string, options: CommonOptions & Pick<ListOptions, 'where'>): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, options.where === undefined ? 0 : 1, async (context) => {
    const { client, terminal } = context
    const source = await openSource(context, sourceText)
    assertListed(context, source)
    const isComplete = source.capabilities.enumerate !== 'incomplete'
    if (options.where !== undefined) return countFound(context, source, options.where, isComplete, options)
    let total = 0
    let live = 0
    for await (const step of client.stream('sessions.tally', { sourceId: source.id, order: source.capabilities.sort.includes('key') ? { by: 'key', direction: 'asc' } : STORED, every: 500 }, terminal.signal)) {
      total = step.examined
      live = step.live
    }
    terminal.out(options.json === true ? `${JSON.stringify({ v: 1, count: total, exact: isComplete })}\n` : `${isComplete ? '' : 'at least '}${total} sessions${source.capabilities.expiry === 'mtime' ? '' : `, ${live} not expired`}\n`)
    return EXIT.done
  })
}

async function countFound(context: Context, source: Source, where: string, isComplete: boolean, options: CommonOptions): Promise<ExitCode> {
  let total = 0
  let looked: Pick<SessionSearchPage, 'examined' | 'filtered'> = { examined: 0, filtered: [] }
  for await (const { found, examined, filtered } of search(context, { sourceId: source.id, where, order: STORED, countOnly: true })) {
    total = found
    looked = { examined, filtered }
  }
  context.terminal.out(options.json === true ? `${JSON.stringify({ v: 1, count: total, exact: isComplete, ...looked })}\n` : `${isComplete ? '' : 'at least '}${total} sessions\n`)
  return EXIT.done
}
