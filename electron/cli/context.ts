import { resolve } from 'node:path'
import type { PlaceSecrets, SigningKeys, Source } from '../../shared/model/source.ts'
import type { Client } from '../../shared/rpc/client.ts'
import type { SortOrder } from '../../shared/model/session.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { readInstant } from './duration.ts'
import type { KeyOptions } from './keys.ts'
import { readKeys, readSecrets } from './keys.ts'
import type { ClientOptions } from './session-client.ts'
import { withClient } from './session-client.ts'
import type { ProjectChoice } from './source-argument.ts'
import { readPair, readSource } from './source-argument.ts'
import type { Terminal } from './terminal.ts'

/** Options that every command has. */
export interface CommonOptions extends KeyOptions {
  readonly json?: boolean
  /** URL of the cache in front of the rows: SOURCE is that of cached_db. */
  readonly cache?: string
  /** Of a project: another store than the one it uses, by engine or id. */
  readonly engine?: string
  /** Of a project: a settings module. */
  readonly settings?: string
  readonly now?: string
  /** Of a project whose sessions are in cookies: a file of them; `-`: what is pasted on standard input. */
  readonly cookies?: string
  /** Of a project: ask the server that has its users, too. */
  readonly connectUsers?: boolean
}

export interface ChangeOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  /** `NAME:COUNT` */
  readonly confirm?: string
  /** A file; false: `--no-journal`. */
  readonly journal?: string | boolean
}

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal
  readonly client: Client
  readonly keys: SigningKeys | undefined
  readonly secrets: PlaceSecrets
  readonly cache: string | undefined
  readonly choice: ProjectChoice
  readonly cookies: string | undefined
  readonly connectUsers: boolean
}

export interface Running {
  readonly terminal: Terminal
  /** `import.meta.url` of the entry. */
  readonly entry: string
}

export const BY_EXPIRE_DATE: SortOrder = { by: 'expireDate', direction: 'asc' }

export async function inContext<T>(running: Running, options: CommonOptions & Pick<ChangeOptions, 'journal'> & { readonly runsFolder?: string; readonly trustOnce?: ClientOptions['trustOnce'] }, decodeThreads: number, run: (context: Context) => Promise<T>): Promise<T> {
  const { terminal, entry } = running
  const journal = options.journal === false ? null : typeof options.journal === 'string' ? options.journal : undefined
  const keys = readKeys(options, terminal.env)
  const secrets = readSecrets(options, terminal.env)
  const now = options.now === undefined ? null : readInstant(options.now, '--now')
  const reportInternal = (error: unknown): void => terminal.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return withClient({ entry, env: terminal.env, decodeThreads, now, journal, runsFolder: options.runsFolder ?? journal ?? undefined, trustOnce: options.trustOnce ?? null, reportInternal }, (client) => run({ terminal, client, keys, secrets, cache: options.cache, choice: { store: options.engine ?? 'active', module: options.settings }, cookies: options.cookies, connectUsers: options.connectUsers === true }))
}

/** What `--confirm NAME:COUNT` says; null: it was not given. @throws REQUEST_INVALID */
export function readConfirmation({ confirm }: ChangeOptions): { readonly name: string; readonly count: number } | null {
  if (confirm === undefined) return null
  const found = /^(.+):(\d+)$/.exec(confirm)
  if (found === null) throw new CoatcheckError('REQUEST_INVALID', verbatim('--confirm takes NAME:COUNT.'), { hint: verbatim('For example --confirm shop:3: the name of the source, and how many sessions change.') })
  return { name: found[1] ?? '', count: Number(found[2]) }
}

/** A source that is not local is written only where its name and the number of sessions were typed. */
export function assertNamed(options: ChangeOptions, { name, environment, lock }: Pick<Source, 'name' | 'environment' | 'lock'>, count: number): void {
  if (environment === 'local' && lock !== 'locked') return
  const said = readConfirmation(options)
  if (said?.name === name && said.count === count) return
  throw new CoatcheckError('CONFIRMATION_REQUIRED', verbatim(`Nothing was changed: ${name} is not local (${environment}).`), { hint: verbatim(`Look at what would change above, then add --confirm ${name}:${count}.`) })
}

export async function openSource(context: Context, text: string): Promise<Source> {
  const { client, keys, secrets, cache, choice, cookies, terminal } = context
  const target = cache === undefined ? readSource(text, choice) : readPair(text, cache)
  const brought = cookies === undefined ? {} : cookies === '-' ? { cookies: await terminal.readInput() } : { cookieFile: resolve(cookies) }
  if (cookies !== undefined && target.kind !== 'folder') throw new CoatcheckError('REQUEST_INVALID', verbatim('--cookies goes with the folder of a project.'), { hint: verbatim('A file of cookies is a SOURCE by itself.') })
  const source = await client.call('sources.open', { target, ...brought, ...(keys === undefined ? {} : { keys }), ...secrets }, terminal.signal)
  return !context.connectUsers || source.usersNotAsked === null ? source : client.call('sources.connectUsers', { sourceId: source.id, place: source.usersNotAsked }, terminal.signal)
}

/** Writes need a yes: a command line has no review screen to press it on. */
export function assertConfirmed(options: ChangeOptions): void {
  if (options.yes !== true) throw new CoatcheckError('CONFIRMATION_REQUIRED', verbatim('Nothing was changed: this needs --yes.'), { hint: verbatim('Look at what would change above, then add --yes; --dry-run only looks.') })
}
