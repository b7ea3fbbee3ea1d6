import type { WhyCheck, WhyReport } from '../../../shared/model/why.ts'
import { say } from '../../../shared/words/say.ts'
import type { CommonOptions, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { printable } from '../output/text.ts'

/** The logged-out checklist of one session. */
export function why(running: Running, sourceText: string, key: string, options: CommonOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, 0, async (context) => {
    const { terminal, client } = context
    const source = await openSource(context, sourceText)
    const report = await client.call('sessions.why', { sourceId: source.id, key }, terminal.signal)
    terminal.out(`${options.json === true ? JSON.stringify(whyJson(report)) : whyText(report)}\n`)
    return report.checks.some(({ id, ok }) => id === 'exists' && ok === false) ? EXIT.notFound : EXIT.done
  })
}

function whyJson({ verdict, checks }: WhyReport): object {
  return { v: 1, verdict, checks: checks.map(({ id, ok, detail }) => ({ id, ok, detail: say(detail) })) }
}

function whyText({ sentence, next, checks }: WhyReport): string {
  const lines = checks.map((check) => `  ${MARKS[answerOf(check)]} ${say({ id: `why.check.${check.id}.${answerOf(check)}`, params: {} })}: ${say(check.detail)}`)
  return [say(sentence), say(next), '', ...lines].map(printable).join('\n')
}

const MARKS = { yes: '✓', no: '✗', unknown: '?' } as const
const answerOf = ({ ok }: WhyCheck): keyof typeof MARKS => (ok === null ? 'unknown' : ok ? 'yes' : 'no')
