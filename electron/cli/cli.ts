import { Argument, Command, CommanderError, Option } from 'commander'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import manifest from '../../package.json' with { type: 'json' }
import { expire, remove, resume, set, undo } from './commands/change.ts'
import { create } from './commands/create.ts'
import { decode } from './commands/decode.ts'
import { count, list } from './commands/list.ts'
import { report, REPORT_NAMES } from './commands/report.ts'
import type { ReportName } from './commands/report.ts'
import type { ProjectOptions } from './commands/project.ts'
import { doctor, sources } from './commands/project.ts'
import type { RetentionOptions } from './commands/retention.ts'
import { retention } from './commands/retention.ts'
import { show } from './commands/show.ts'
import type { TrashOptions } from './commands/trash.ts'
import { trash } from './commands/trash.ts'
import type { WhyOptions } from './commands/why.ts'
import { why } from './commands/why.ts'
import type { CommonOptions, Running } from './context.ts'
import type { ExitCode } from './exit.ts'
import { EXIT, exitOf } from './exit.ts'
import { errorJson } from './output/json.ts'
import { printable } from './output/text.ts'
import type { Terminal } from './terminal.ts'

export interface CliOptions {
  readonly terminal: Terminal
  /** `import.meta.url` of the entry. */
  readonly entry: string
  /** Serves the window in a browser until it is ended. */
  readonly serve: (args: readonly string[]) => Promise<number>
}

/** Runs one command line. @returns the exit code */
export async function runCli(args: readonly string[], options: CliOptions): Promise<number> {
  let exit: number = EXIT.done
  const program = createProgram(options, (code) => {
    exit = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exit
  } catch (error) {
    return fail(error, options.terminal, args.includes('--json'))
  }
}

function fail(error: unknown, terminal: Terminal, json: boolean): number {
  // Commander has printed its own help or complaint already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (!(error instanceof CoatcheckError)) throw error
  const { code, message, hint } = serializeError(error)
  terminal.err(`coatcheck: ${code}: ${printable(message)}${hint === undefined ? '' : ` (${printable(hint)})`}\n`)
  if (json) terminal.out(`${errorJson(serializeError(error))}\n`)
  return exitOf(code)
}

function createProgram(options: CliOptions, setExit: (code: number) => void): Command {
  const { terminal, entry, serve } = options
  const running: Running = { terminal, entry }
  const done = async (result: Promise<ExitCode | number>): Promise<void> => setExit(await result)
  const program = new Command('coatcheck')
    .description('Django sessions: browse, edit, expire and decode.')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .enablePositionalOptions()

  const command = (usage: string, description: string): Command => common(program.command(usage).description(description))
  const project = (usage: string, description: string): Command => program.command(usage).description(description).argument('<project>', 'a folder of a Django project, or one above or below it')
    .option('--json', 'stable JSON on standard output').option('--trust', 'run the project\'s own Python, this once').option('--settings <module>', 'which settings module').option('--python <path>', 'which interpreter')
  const change = (usage: string, description: string): Command => command(usage, description)
    .option('--dry-run', 'only say what would change')
    .option('--yes', 'change it')
    .option('--journal <file>', 'file that keeps the undo (default: in the data folder)')
    .option('--no-journal', 'keep no undo on disk')
    .option('--confirm <name:count>', 'needed where the source is not local: its name, and how many sessions change')

  program.command('serve').description('serve the window on loopback for a browser').argument('[source]', SOURCE)
    .option('--port <n>', 'port; 0 takes a free one').option('--no-open', 'open no window')
    .option('--password-env <name>', PASSWORD).option('--sentinel-password-env <name>', SENTINEL_PASSWORD).option('--data-folder <dir>').option('--host <address>', '127.0.0.1 or ::1')
    .allowUnknownOption().action((_source, _options, self: Command) => done(serve(serveArguments(self))))
  command('decode', 'decode what is pasted').argument('[text]', 'the text; - reads standard input', '-')
    .option('--project <source>', 'whose keys and cookie name to use').option('--salt <salt>', 'another salt than Django\'s own').option('--max-age <age>', 'seconds, or 3d')
    .option('--django <version>', 'whose rules judge, like 3.2 (default: those of the project, else the current ones)')
    .addOption(new Option('--place <place>', 'where the value is used').choices(['cookie', 'row']))
    .action((text: string, opts) => done(decode(running, text, opts)))
  command('list', 'list sessions').argument('<source>', SOURCE).option('--where <query>', 'those that fit a query: state:expired, user:ana has:cart…')
    .option('--sort <field>', 'expires, -expires, key, -key, stored; rowless: only copies of cached_db that have no row').option('--limit <n>').option('--data', 'with the decoded data')
    .action((source: string, opts) => done(list(running, source, opts)))
  command('count', 'count sessions').argument('<source>', SOURCE).option('--where <query>', 'those that fit a query: state:expired, user:ana has:cart…').action((source: string, opts) => done(count(running, source, opts)))
  command('show', 'show one session').argument('<source>', SOURCE).argument('<key>').action((source: string, key: string, opts: CommonOptions) => done(show(running, source, key, opts)))
  command('why', 'why a session is logged in, or is not').argument('<source>', SOURCE).argument('[key]').option('--cookie <->', 'what a browser sends, on standard input, instead of a key')
    .action((source: string, key: string | undefined, opts: WhyOptions) => done(why(running, source, key, opts)))
  command('report', 'what all sessions come to').argument('<source>', SOURCE).addArgument(new Argument('<name>', 'which report').choices(REPORT_NAMES))
    .action((source: string, name: ReportName, opts: CommonOptions) => done(report(running, source, name, opts)))
  command('summary', 'how many sessions there are: by state, size, key and owner; the same as report SOURCE summary').argument('<source>', SOURCE).action((source: string, opts: CommonOptions) => done(report(running, source, 'summary', opts)))
  change('set', 'replace or merge session data (JSON on standard input)').argument('<source>', SOURCE).argument('<key>')
    .option('--data <->', 'the whole data').option('--merge <->', 'top-level keys to replace or add').option('--expire <when>', '2h, an ISO time, browser-close, default, now').option('--if-etag <etag>', 'only if unchanged since')
    .action((source: string, key: string, opts) => done(set(running, source, key, opts)))
  change('create', 'make a session; with --user one that is logged in, only on this machine').argument('<source>', SOURCE)
    .option('--data <->', 'its data (JSON on standard input)').option('--user <name>', 'whom it logs in: a user name, or # and the primary key').option('--expire <when>', '2h, an ISO time, browser-close, default (default: 1h with --user, else default)')
    .action((source: string, opts) => done(create(running, source, opts)))
  ruled(change('expire', 'change when sessions end (default: now)').argument('<source>', SOURCE).argument('[key...]'))
    .option('--in <duration>', '90s, 2h, 3d').option('--at <time>', 'ISO 8601').option('--browser-close').option('--default', 'SESSION_COOKIE_AGE from now').option('--now-expired')
    .option('--user <name>', USER).option('--everywhere', EVERYWHERE).option('--connect <store>', CONNECT, collect)
    .action((source: string, keys: string[], opts) => done(expire(running, source, keys, opts)))
  ruled(change('delete', 'delete sessions').argument('<source>', SOURCE).argument('[key...]')).option('--ghosts', 'of cached_db: copies in the cache whose row is gone; by itself')
    .option('--user <name>', USER).option('--everywhere', EVERYWHERE).option('--connect <store>', CONNECT, collect)
    .action((source: string, keys: string[], opts) => done(remove(running, source, keys, opts)))
  copied(change('undo', 'put back what a journal holds').argument('<journal>').option('--full-speed', FULL_SPEED)).option('--key <key...>', 'of a run: only these sessions').action((path: string, opts) => done(undo(running, path, opts)))
  copied(change('resume', 'go on with a run that was stopped, killed or cut off').argument('<journal>').option('--full-speed', FULL_SPEED)).action((path: string, opts) => done(resume(running, path, opts)))
  command('trash', 'what runs have removed and can be put back, newest first').argument('[runs]', 'a run, or a folder of runs (default: those of the data folder)')
    .option('--source <source>', 'only of this one; it is opened, so that its users have names').option('--find <text>', 'part of a key or of a user name, or # and a primary key').option('--limit <n>')
    .action((runs: string | undefined, opts: TrashOptions) => done(trash(running, runs, opts)))
  command('retention', 'for how long, and how much, of what runs remove is kept').option('--days <n>', '0 keeps nothing').option('--megabytes <n>', 'of one run')
    .option('--yes', 'needed where kept runs would be forgotten').action((opts: RetentionOptions) => done(retention(running, opts)))
  project('sources', 'what a Django project uses: settings with their origin, its stores').action((folder: string, opts: ProjectOptions) => done(sources(running, folder, opts)))
  project('doctor', 'what is wrong with how sessions are set up; exit 1 when anything is an error').option('--count', 'connect to the store, wherever it is, and count its expired rows; those of a SQLite file are always counted')
    .action((folder: string, opts: ProjectOptions) => done(doctor(running, folder, opts)))
  return program
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
const USER = 'with --everywhere: whose sessions, by user name, or # and the primary key'
const EVERYWHERE = 'all sessions of --user, in every store of the project'
const CONNECT = 'with --everywhere: a store on a server to look through as well, by its id; may be given again'
const SOURCE = 'demo, a folder, a SQLite file, or the URL of a store: sqlite:///path?table=…, postgresql://user@host/db…'
const PASSWORD = 'variable that holds the password of a server'
const SENTINEL_PASSWORD = 'variable that holds the password of Sentinels, where they have one'

const FULL_SPEED = 'without pauses: other writers wait longer'

/** Of a run that copies: what opens the store it copies to. */
function copied(command: Command): Command {
  return command
    .option('--to-secret-key-env <name>', 'of a copy: variable that holds SECRET_KEY of the store it goes to').option('--to-secret-key-file <file>', 'the same, as a file')
    .option('--to-password-env <name>', 'of a copy: variable that holds the password of the server it goes to')
}

/** Which sessions, by rules: all that are given have to hold. */
function ruled(command: Command): Command {
  return command
    .option('--where <query>', 'those that fit a query: state:expired, user:ana has:cart…')
    .option('--expired', 'those that ended, as clearsessions has it').option('--anonymous', 'those of nobody').option('--empty', 'those without data').option('--undecodable', 'those that Django cannot read')
    .option('--older-than <age>', 'saved last longer ago: 30d').option('--owner <user...>', 'of a user name, or # and the primary key')
    .option('--keep-newest <n>', 'all but the newest n of each user').option('--larger-than <bytes>', 'in the store')
    .option('--full-speed', FULL_SPEED).option('--partial-undo', 'go on where the journal is full')
}

function common(command: Command): Command {
  return command
    .option('--json', 'stable JSON on standard output')
    .option('--engine <engine>', 'of a project: db, cache, cached_db, file, signed_cookies or the id of a store, instead of the one it uses')
    .option('--settings <module>', 'of a project: a settings module')
    .option('--connect-users', 'of a project: name users also where their table is on another server than the sessions')
    .option('--cookies <file>', 'of a project with signed cookies: a HAR file, cookies.txt, cookies.sqlite of Firefox; - reads pasted ones from standard input')
    .option('--now <time>', 'take this ISO time for now')
    .option('--secret-key-env <name>', 'variable that holds SECRET_KEY (default: COATCHECK_SECRET_KEY)')
    .option('--secret-key-file <file>', 'file that holds SECRET_KEY')
    .option('--cache <url>', 'the cache in front of the rows: SOURCE is that of cached_db')
    .option('--password-env <name>', PASSWORD)
    .option('--sentinel-password-env <name>', SENTINEL_PASSWORD)
    .option('--cache-password-env <name>', 'variable that holds the password of the server of --cache')
    .addOption(new Option('--secret-key <key>').hideHelp().argParser(() => {
      throw new CoatcheckError('REQUEST_INVALID', verbatim('A key as an argument can be read by every user of this machine, so it is refused.'), { hint: verbatim('Use --secret-key-env NAME or --secret-key-file FILE.') })
    }))
}

/** Back to words, for the face that reads them itself. */
function serveArguments(command: Command): string[] {
  const { port, open, dataFolder, host, passwordEnv, sentinelPasswordEnv } = command.opts<{ port?: string; open?: boolean; dataFolder?: string; host?: string; passwordEnv?: string; sentinelPasswordEnv?: string }>()
  return [
    ...command.args,
    ...(port === undefined ? [] : ['--port', port]),
    ...(open === false ? ['--no-open'] : []),
    ...(dataFolder === undefined ? [] : ['--data-folder', dataFolder]),
    ...(host === undefined ? [] : ['--host', host]),
    ...(passwordEnv === undefined ? [] : ['--password-env', passwordEnv]),
    ...(sentinelPasswordEnv === undefined ? [] : ['--sentinel-password-env', sentinelPasswordEnv]),
  ]
}
