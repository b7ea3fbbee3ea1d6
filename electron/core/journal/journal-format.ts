import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { sourceTarget } from '../../../shared/model/source.ts'
import type { RawValue } from '../stores/session-store.ts'
import type { JournalEntry, JournalOutcome, JournalStep, NewJournalEntry } from './journal.ts'

/** A stored value keeps its type: SQLite tells 1 from 1.0 from '1' from x'31'. */
type WrittenValue = readonly ['null'] | readonly ['text' | 'integer' | 'real' | 'blob', string]

type JournalLine =
  | { readonly line: 'change'; readonly entry: NewJournalEntry }
  | { readonly line: 'step'; readonly step: JournalStep }
  | { readonly line: 'outcomes'; readonly outcomes: readonly JournalOutcome[] }
  | { readonly line: 'undone' }

const writtenValue = z.union([z.tuple([z.literal('null')]), z.tuple([z.enum(['text', 'integer', 'real', 'blob']), z.string()])])
const image = z.object({ key: z.string(), columns: z.record(z.string(), writtenValue) })
const lineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('change'), version: z.literal(1), changeId: z.string(), kind: z.enum(['edit', 'expire', 'delete', 'create', 'undo']), at: z.number(), target: sourceTarget,
    sentence: z.object({ id: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }), count: z.number(),
  }),
  z.object({ line: z.literal('step'), key: z.string(), did: z.enum(['write', 'delete', 'restore', 'create']), before: z.object({ data: z.string(), image }).nullable() }),
  z.object({ line: z.literal('outcomes'), outcomes: z.array(z.object({ key: z.string(), outcome: z.string(), etag: z.string().nullable() })) }),
  z.object({ line: z.literal('undone') }),
])

export function writeJournalLine(line: JournalLine): string {
  return `${JSON.stringify(plain(line))}\n`
}

/** @throws JOURNAL_INVALID naming the line */
export function readJournalText(text: string): JournalEntry {
  let entry: Omit<JournalEntry, 'steps' | 'outcomes' | 'undone'> | null = null
  let expected = 0
  const steps: JournalStep[] = []
  const outcomes: JournalOutcome[] = []
  let undone = false
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw === '') continue
    const line = parseLine(raw, index + 1)
    if (line.line === 'change') {
      entry = { changeId: line.changeId, kind: line.kind, at: line.at, target: line.target, sentence: line.sentence }
      expected = line.count
    } else if (line.line === 'step') {
      steps.push({ key: line.key, did: line.did, before: line.before === null ? null : { data: Buffer.from(line.before.data, 'base64'), image: { key: line.before.image.key, columns: mapValues(line.before.image.columns, readValue) } } })
    } else if (line.line === 'outcomes') outcomes.push(...line.outcomes)
    else undone = true
  }
  if (entry === null || steps.length !== expected) throw new CoatcheckError('JOURNAL_INVALID', 'sessions.journalNotWhole', { hint: 'next.giveJournal' })
  return { ...entry, steps, outcomes, undone }
}

function parseLine(raw: string, number: number): z.infer<typeof lineSchema> {
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    value = null
  }
  const parsed = lineSchema.safeParse(value)
  if (!parsed.success) throw new CoatcheckError('JOURNAL_INVALID', reason('sessions.journalLine', { line: number }), { hint: 'next.giveJournal' })
  return parsed.data
}

function plain(line: JournalLine): unknown {
  switch (line.line) {
    case 'change': {
      const { changeId, kind, at, target, sentence, steps } = line.entry
      return { line: 'change', version: 1, changeId, kind, at, target, sentence, count: steps.length }
    }
    case 'step': {
      const { key, did, before } = line.step
      return { line: 'step', key, did, before: before === null ? null : { data: Buffer.from(before.data).toString('base64'), image: { key: before.image.key, columns: mapValues(before.image.columns, writeValue) } } }
    }
    default:
      return line
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

function writeValue(value: RawValue): WrittenValue {
  if (value === null) return ['null']
  if (typeof value === 'string') return ['text', value]
  if (typeof value === 'bigint') return ['integer', String(value)]
  if (typeof value === 'number') return ['real', String(value)]
  return ['blob', Buffer.from(value).toString('base64')]
}

function readValue(value: WrittenValue): RawValue {
  switch (value[0]) {
    case 'null':
      return null
    case 'text':
      return value[1]
    case 'integer':
      return BigInt(value[1])
    case 'real':
      return Number(value[1])
    case 'blob':
      return Buffer.from(value[1], 'base64')
  }
}
