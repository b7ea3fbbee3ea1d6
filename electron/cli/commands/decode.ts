import type { PasteFinding } from '../../../shared/model/decode.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import { readDuration } from '../duration.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { findingJson } from '../output/json.ts'
import { findingText } from '../output/text.ts'

export interface DecodeOptions extends CommonOptions {
  readonly project?: string
  readonly salt?: string
  readonly maxAge?: string
  readonly place?: string
}

export function decode(running: Running, text: string, options: DecodeOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 0, (context) => run(context, text, options))
}

async function run(context: Context, text: string, options: DecodeOptions): Promise<ExitCode> {
  const { client, keys, terminal } = context
  const source = options.project === undefined ? null : await openSource(context, options.project)
  const report = await client.call('decoder.decode', {
    text: text === '-' ? await terminal.readInput() : text,
    sourceId: source?.id ?? null,
    place: readPlace(options.place),
    ...(keys === undefined ? {} : { keys }),
    ...(options.salt === undefined ? {} : { salt: options.salt }),
    ...(options.maxAge === undefined ? {} : { maxAgeSeconds: readAge(options.maxAge) }),
  }, terminal.signal)
  if (options.json === true) terminal.out(`{"v":1,"found":[${report.findings.map(findingJson).join(',')}]}\n`)
  else terminal.out(report.findings.length === 0 ? 'No session was found in this text.\n' : `${report.findings.map(findingText).join('\n\n')}\n`)
  return exitOfFindings(report.findings)
}

function exitOfFindings(findings: readonly PasteFinding[]): ExitCode {
  const readable = findings.filter((finding) => finding.decoded.data !== null)
  if (readable.length === 0) return EXIT.notFound
  return readable.length === findings.length && readable.every((finding) => finding.decoded.signature.state === 'valid' && finding.decoded.signature.reason === null) ? EXIT.done : EXIT.notVerified
}

const readAge = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : readDuration(text))

function readPlace(text: string | undefined): 'cookie' | 'row' | null {
  if (text === undefined || text === 'cookie' || text === 'row') return text ?? null
  throw new CoatcheckError('REQUEST_INVALID', `--place takes cookie or row, not "${text}".`)
}
