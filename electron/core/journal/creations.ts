import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Etag, SessionKey } from '../../../shared/model/session.ts'
import { readJournalFile } from './file-journal.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** A session that Coatcheck made, as far as a journal tells. */
export interface Creation {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** Of what was written; null: the store did not tell. */
  readonly etag: Etag | null
}

/** A key is random and long: whoever has it has the session that was made, in whatever way its store was opened. */
export type Creations = () => Promise<ReadonlyMap<SessionKey, Creation>>

/** What the change line of a journal surely fits into: its target is the longest part. */
const HEAD_BYTES = 16 * 1024

/** Of a journal in memory (null: there is none), and of every journal file in a folder. A file that was looked into once is not read again. */
export function createCreations(memory: Journal | null, folder: string): Creations {
  const read = new Map<string, ReadonlyMap<SessionKey, Creation>>()

  async function look(name: string): Promise<void> {
    const file = join(folder, name)
    if (!(await isCreation(file))) {
      read.set(name, new Map())
      return
    }
    const entry = readJournalFile(file)
    // Without outcomes it is being written just now.
    if (entry.outcomes.length > 0) read.set(name, creationsOf(entry))
  }

  return async () => {
    const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.jsonl'))
    // A journal that cannot be read says nothing of what was made; whoever wants to undo by it is told why.
    for (const name of names) if (!read.has(name)) await look(name).catch(() => undefined)
    const held = ((await memory?.list()) ?? []).filter(({ kind }) => kind === 'create').map(creationsOf)
    return new Map([...read.values(), ...held].flatMap((made) => [...made]))
  }
}

async function isCreation(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const [head = ''] = buffer.toString('utf8', 0, bytesRead).split('\n')
    const line: unknown = JSON.parse(head)
    return typeof line === 'object' && line !== null && 'kind' in line && line.kind === 'create'
  } finally {
    await handle.close()
  }
}

function creationsOf({ at, outcomes }: JournalEntry): ReadonlyMap<SessionKey, Creation> {
  return new Map(outcomes.filter(({ outcome }) => outcome === 'done' || outcome === 'partly').map(({ key, etag }) => [key, { at, etag }]))
}
