import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { CleanupException } from '../../../shared/model/cleanup.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { Etag } from '../../../shared/model/session.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { packBytes, unpackBytes } from '../stores/image-bytes.ts'
import { reasonShape } from './reason-shape.ts'
import { openRecords, readRecords } from './record-file.ts'

const outcome = z.enum(['gone', 'conflict', 'exists', 'failed', 'unknown', 'partly', 'skipped'])

/** `kept`: of which sessions of the part before-images follow. `after`: what each would then hold, by which a resumed run tells whether it was done. */
const intent = z.object({ line: z.literal('intent'), part: z.int(), did: z.enum(['delete', 'write', 'create']), etags: z.array(z.string().nullable()), kept: z.boolean(), after: z.array(z.object({ hash: z.string().nullable(), expireDate: z.number().nullable() }).nullable()) })
const result = z.object({
  line: z.literal('result'), part: z.int(),
  /** In the order of the part; what was done as it was meant is not among them. */
  rest: z.array(z.tuple([z.int(), outcome, reasonShape.nullable()])),
  /** Writes: what each holds now. Empty: a deletion. */
  etags: z.array(z.string().nullable()),
  layers: z.object({ db: z.int(), cache: z.int() }).nullable(),
  tookMs: z.number(),
})
const line = z.discriminatedUnion('line', [intent, result])

/** What is about to be done to a part of the list. On the disk before the store is touched. */
export interface Intent {
  readonly part: number
  readonly did: 'delete' | 'write' | 'create'
  /** Of what stands there, target by target; null: nothing does, or it is not to be touched. */
  readonly etags: readonly (Etag | null)[]
  /** Target by target; null: none are kept. Empty where nothing is to be brought back. */
  readonly images: PackedData | null
  /** Writes: stored bytes before, target by target. */
  readonly before: PackedData | null
  /** Writes: what is to stand there. */
  readonly after: readonly ({ readonly hash: string | null; readonly expireDate: number | null } | null)[]
}

export type Rest = readonly (readonly [index: number, outcome: CleanupException['outcome'], reason: Reason | null])[]

export interface PartResult {
  readonly part: number
  readonly rest: Rest
  readonly etags: readonly (Etag | null)[]
  readonly layers: { readonly db: number; readonly cache: number } | null
  readonly tookMs: number
}

export type JournalLine = { readonly line: 'intent'; readonly intent: Intent } | { readonly line: 'result'; readonly result: PartResult }

export interface RunJournal {
  intend(intent: Intent): Promise<void>
  finish(result: PartResult): Promise<void>
  readonly bytes: number
  close(): Promise<void>
}

/** Goes on at the end of what is there. @throws JOURNAL_INVALID */
export async function openJournal(path: string, key: Buffer): Promise<RunJournal> {
  const file = await openRecords(path, key)
  return {
    async intend({ images, before, ...rest }) {
      await file.append({ facts: { line: 'intent', ...rest, kept: images !== null }, blobs: [images ?? NOTHING, before ?? NOTHING] })
    },
    async finish(done) {
      await file.append({ facts: { line: 'result', ...done }, blobs: [] })
    },
    get bytes() {
      return file.bytes
    },
    close: () => file.close(),
  }
}

export async function* readJournal(path: string, key: Buffer): AsyncGenerator<JournalLine> {
  for await (const { facts, blobs } of readRecords(path, key)) {
    const parsed = line.safeParse(facts)
    if (!parsed.success) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.journalDamaged', { subject: path })
    if (parsed.data.line === 'result') {
      yield { line: 'result', result: parsed.data }
      continue
    }
    const { kept, ...rest } = parsed.data
    yield { line: 'intent', intent: { ...rest, images: kept ? (blobs[0] ?? NOTHING) : null, before: rest.did === 'write' ? (blobs[1] ?? NOTHING) : null } }
  }
}

/** An intent with what came of it; null: nothing tells. */
export interface JournalPart {
  readonly intent: Intent
  readonly result: PartResult | null
}

/** Intents that were begun anew after a crash count once, with the first before-images, which were made before anything was done. */
export async function* readParts(path: string, key: Buffer): AsyncGenerator<JournalPart> {
  let open: Intent | null = null
  for await (const entry of readJournal(path, key)) {
    if (entry.line === 'intent') {
      if (open !== null && open.part !== entry.intent.part) yield { intent: open, result: null }
      open = open !== null && open.part === entry.intent.part ? mergeIntents(open, entry.intent) : entry.intent
    } else if (open !== null && open.part === entry.result.part) {
      yield { intent: open, result: entry.result }
      open = null
    }
  }
  if (open !== null) yield { intent: open, result: null }
}

/** Of each session the first image stands; a later intent adds what the first did not have. */
function mergeIntents(first: Intent, later: Intent): Intent {
  const pick = (a: PackedData | null, b: PackedData | null): PackedData | null => {
    if (a === null || b === null) return a ?? b
    const [ours, theirs] = [unpackBytes(a), unpackBytes(b)]
    return packBytes(first.etags.map((_, index) => ((ours[index]?.length ?? 0) > 0 ? ours[index] : theirs[index]) ?? new Uint8Array()))
  }
  return {
    ...first, images: pick(first.images, later.images), before: pick(first.before, later.before),
    etags: first.etags.map((etag, index) => etag ?? later.etags[index] ?? null),
    after: first.etags.map((_, index) => later.after[index] ?? first.after[index] ?? null),
  }
}

const NOTHING: PackedData = { bytes: new Uint8Array(), ends: new Uint32Array() }
