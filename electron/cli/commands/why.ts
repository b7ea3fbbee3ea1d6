import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { WhyCheck, WhyReport } from '../../../shared/model/why.ts'
import { say } from '../../../shared/words/say.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { printable } from '../output/text.ts'

export interface WhyOptions extends CommonOptions {
  /** `-`: what a browser sends, on standard input. */
  readonly cookie?: string
}

/** The logged-out checklist of one session, by its key or by what a browser sends. */
export function why(running: Running, sourceText: string, key: string | undefined, options: WhyOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 0, async (context) => {
    const { terminal } = context
    if ((key === undefined) === (options.cookie === undefined)) throw new CoatcheckError('REQUEST_INVALID', verbatim('Say which session: by its KEY, or with --cookie -.'), { hint: verbatim('One of them.') })
    const source = await openSource(context, sourceText)
    const report = await ask(context, source, key, options)
    terminal.out(`${options.json === true ? JSON.stringify(whyJson(report)) : whyText(report)}\n`)
    return report.checks.some(({ id, ok }) => (id === 'exists' || id === 'cookie' || id === 'key') && ok === false) ? EXIT.notFound : EXIT.done
  })
}

async function ask({ client, terminal }: Context, { id: sourceId }: Source, key: string | undefined, { cookie }: WhyOptions): Promise<WhyReport> {
  if (key !== undefined) return client.call('sessions.why', { sourceId, key }, terminal.signal)
  if (cookie !== '-') throw new CoatcheckError('REQUEST_INVALID', verbatim('A cookie comes on standard input: write --cookie -.'), { hint: verbatim('Arguments can be read by every user of this machine.') })
  return client.call('sessions.whyCookie', { sourceId, cookies: await terminal.readInput() }, terminal.signal)
}

function whyJson({ verdict, checks, notes, key }: WhyReport): object {
  return { v: 1, verdict, key, checks: checks.map(({ id, ok, detail }) => ({ id, ok, detail: say(detail) })), notes: notes.map(({ sentence, line }) => ({ note: say(sentence), line })) }
}

function whyText({ sentence, next, checks, notes }: WhyReport): string {
  const lines = checks.map((check) => `  ${MARKS[answerOf(check)]} ${say({ id: `why.check.${check.id}.${answerOf(check)}`, params: {} })}: ${say(check.detail)}`)
  const also = notes.flatMap((note) => ['', `${say({ id: 'why.also', params: {} })} ${say(note.sentence)}`, ...(note.line === null ? [] : [`  ${note.line}`])])
  return [say(sentence), say(next), '', ...lines, ...also].map(printable).join('\n')
}

const MARKS = { yes: '✓', no: '✗', unknown: '?' } as const
const answerOf = ({ ok }: WhyCheck): keyof typeof MARKS => (ok === null ? 'unknown' : ok ? 'yes' : 'no')
