import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { DjangoVersion } from '../../../shared/model/django.ts'
import { toDjangoVersion } from '../../../shared/model/django.ts'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { isDjangoSession } from '../../../shared/model/session.ts'
import { say } from '../../../shared/words/say.ts'
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
  readonly django?: string
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
    ...(options.django === undefined ? {} : { djangoVersion: readVersion(options.django) }),
    ...(options.maxAge === undefined ? {} : { maxAgeSeconds: readAge(options.maxAge) }),
  }, terminal.signal)
  if (options.json === true) terminal.out(`{"v":1,"found":[${report.findings.map(findingJson).join(',')}]}\n`)
  else terminal.out(report.findings.length === 0 ? 'No session was found in this text.\n' : `${report.findings.map(findingText).join('\n\n')}\n`)
  if (report.findings.length >= LIMITS.pasteFindings) terminal.err(`${say({ id: 'cli.manyFindings', params: { limit: LIMITS.pasteFindings } })}\n`)
  return exitOfFindings(report.findings)
}

/** What stands beside a session without being one (a CSRF token, another framework's cookie) says nothing about the session. */
function exitOfFindings(findings: readonly PasteFinding[]): ExitCode {
  const known = findings.filter(({ format, decoded }) => decoded.data !== null || (format !== 'unknown' && !isDjangoSession(format)))
  if (known.length === 0) return EXIT.notFound
  const sessions = findings.filter(({ format }) => isDjangoSession(format) || format === 'unknown')
  return sessions.length > 0 && sessions.every(isVerified) ? EXIT.done : EXIT.notVerified
}

function isVerified({ decoded }: PasteFinding): boolean {
  return decoded.data !== null && decoded.signature.state === 'valid' && decoded.signature.reason === null
}

const readAge = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : readDuration(text))

function readVersion(text: string): DjangoVersion {
  const version = toDjangoVersion(text)
  if (version === null) throw new CoatcheckError('REQUEST_INVALID', verbatim(`--django takes a version like 3.2, not "${text}".`))
  return version
}

function readPlace(text: string | undefined): 'cookie' | 'row' | null {
  if (text === undefined || text === 'cookie' || text === 'row') return text ?? null
  throw new CoatcheckError('REQUEST_INVALID', verbatim(`--place takes cookie or row, not "${text}".`))
}
