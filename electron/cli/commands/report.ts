import type { CopyCounts, ReadinessEffect, ReadinessReport, RotationReport, SummaryReport } from '../../../shared/model/report.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import { say } from '../../../shared/words/say.ts'
import type { CommonOptions, Context, Running } from '../context.ts'
import { inContext, openSource } from '../context.ts'
import type { ExitCode } from '../exit.ts'
import { EXIT } from '../exit.ts'
import { printable } from '../output/text.ts'

const REPORTS = { 'json-readiness': readiness, 'key-rotation': rotation, summary } as const
export type ReportName = keyof typeof REPORTS
export const REPORT_NAMES: readonly ReportName[] = ['json-readiness', 'key-rotation', 'summary']

const DECODE_THREADS = 2
const EFFECTS: Readonly<Record<ReadinessEffect, string>> = { fails: 'fails', changes: 'changes', 'python-only': 'pythonOnly' }

/** What all sessions come to. Nothing is printed before the end: a part of a report is none. */
export function report(running: Running, sourceText: string, name: ReportName, options: CommonOptions): Promise<ExitCode> {
  return inContext(running, { ...options, journal: false }, DECODE_THREADS, async (context) => {
    const source = await openSource(context, sourceText)
    const { lines, json } = await REPORTS[name](context, source.id)
    context.terminal.out(options.json === true ? `${JSON.stringify(json)}\n` : `${lines.map(printable).join('\n')}\n`)
    return EXIT.done
  })
}

interface Printed {
  readonly lines: readonly string[]
  readonly json: Readonly<Record<string, unknown>>
}

async function readiness({ client, terminal }: Context, sourceId: string): Promise<Printed> {
  let last: ReadinessReport | null = null
  for await (const step of client.stream('reports.jsonReadiness', { sourceId }, terminal.signal)) last = step
  if (last === null) return { lines: [], json: {} }
  const { examined, pickled, unreadable, affected, findings, findingsLeftOut, calls } = last
  return { lines: readinessLines(last), json: { v: 1, report: 'json-readiness', examined, pickled, unreadable, affected, findings, findingsLeftOut, calls } }
}

function readinessLines({ examined, pickled, unreadable, affected, findings, findingsLeftOut, calls }: ReadinessReport): readonly string[] {
  const lost = findings.filter(({ effect }) => effect !== 'python-only')
  return [
    ...(pickled === 0 ? [text('noPickles')] : lost.length === 0 && calls.length === 0 && unreadable === 0 ? [text('ready')] : []),
    ...(lost.length === 0 ? [] : [text('loses', { values: counted('key', lost.length), sessions: counted('session', affected) })]),
    text('examined', { examined: counted('session', examined), pickled }),
    ...(unreadable === 0 ? [] : [text('unreadable', { count: counted('session', unreadable) })]),
    ...calls.map(({ call, sessions, samples }) => `  ${text('wouldRun', { call })}  (${counted('session', sessions)}: ${samples.join(', ')})`),
    ...findings.map(({ path, type, effect, sessions, samples }) => `  ${path === '' ? text('top') : path}  ${type}  ${text(EFFECTS[effect])}  (${counted('session', sessions)}: ${samples.join(', ')})`),
    ...(findingsLeftOut === 0 ? [] : [text('leftOut', { count: findingsLeftOut })]),
  ]
}

async function rotation({ client, terminal }: Context, sourceId: string): Promise<Printed> {
  let last: RotationReport | null = null
  for await (const step of client.stream('reports.keyRotation', { sourceId }, terminal.signal)) last = step
  if (last === null) return { lines: [], json: {} }
  const lines = [...last.groups.flatMap(({ keyName, sessions, live }) => {
    const counts = { sessions: counted('session', sessions), live }
    if (keyName === null) return [say({ id: 'reports.rotation.unverified', params: counts })]
    const verified = say({ id: 'reports.rotation.verified', params: { ...counts, key: keyName } })
    return live === 0 ? [verified] : [verified, `  ${say({ id: last?.copies === undefined ? 'reports.rotation.lost' : 'reports.rotation.lostRow', params: { key: keyName, live: counted('session', live) } })}`]
  }), ...copyLines(last.copies)]
  return { lines, json: { v: 1, report: 'key-rotation', examined: last.examined, groups: last.groups, ...(last.copies === undefined ? {} : { copies: last.copies }) } }
}

async function summary({ client, terminal }: Context, sourceId: string): Promise<Printed> {
  let last: SummaryReport | null = null
  for await (const step of client.stream('reports.summary', { sourceId }, terminal.signal)) last = step
  if (last === null) return { lines: [], json: {} }
  const { examined, states, sizeBytes, keys, owners, ownersUnread, ownersLeftOut, copies } = last
  const line = (id: string, params: Sentence['params']): string => say({ id: `reports.summary.${id}`, params })
  const lines = [
    line('sessions', { count: examined, ...states }),
    line('sizes', sizeBytes),
    ...keys.map(({ keyName, sessions }) => `  ${keyName === null ? line('noKey', { count: sessions }) : line('key', { count: sessions, key: keyName })}`),
    ...owners.map(({ id, username, sessions }) => `  ${id === null ? line('anonymous', { count: sessions }) : line('owner', { count: sessions, name: username ?? `#${id}` })}`),
    ...(ownersUnread === 0 ? [] : [`  ${line('ownersUnread', { count: ownersUnread })}`]),
    ...(ownersLeftOut === 0 ? [] : [`  ${line('ownersLeftOut', { count: ownersLeftOut })}`]),
    ...copyLines(copies),
  ]
  return { lines, json: { v: 1, report: 'summary', examined, states, sizeBytes, keys, owners, ownersUnread, ownersLeftOut, ...(copies === undefined ? {} : { copies }) } }
}

/** What is said of the cache of a pair. */
function copyLines(copies: CopyCounts | undefined): readonly string[] {
  if (copies === undefined) return []
  const { withRow, rowless } = copies
  return [say({ id: 'reports.copies.withRow', params: { sessions: counted('session', withRow) } }), say({ id: rowless === null ? 'reports.copies.notCounted' : 'reports.copies.rowless', params: rowless === null ? {} : { sessions: counted('session', rowless) } })]
}

function text(id: string, params: Sentence['params'] = {}): string {
  return say({ id: `reports.readiness.${id}`, params })
}

function counted(noun: 'key' | 'session', count: number): string {
  return text(count === 1 ? `${noun}One` : `${noun}Many`, { count })
}
