import { closeSync, constants, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { Journal, JournalEntry, JournalOutcome, NewJournalEntry } from './journal.ts'
import { readJournalText, writeJournalLine } from './journal-format.ts'

export interface FileJournalOptions {
  /** New journals go here, one file for each change, unless `file` is set. */
  readonly folder: string
  /** The file for the next change. */
  readonly file?: string
}

/** One append-only JSON Lines file for each change: 0600 in a 0700 folder, synced to disk before the store is touched. */
export function createFileJournal(options: FileJournalOptions): Journal {
  const files = new Map<string, string>()

  const append = (changeId: string, line: string): void => {
    const file = files.get(changeId)
    if (file === undefined) throw new CoatcheckError('JOURNAL_INVALID', 'sessions.noJournal')
    appendSynced(file, line, constants.O_APPEND)
  }

  return {
    async begin(entry) {
      const file = options.file ?? join(options.folder, `${new Date(entry.at).toISOString().replaceAll(':', '-')}-${entry.changeId}.jsonl`)
      files.set(entry.changeId, file)
      startFile(file, entry)
    },
    async finish(changeId, outcomes: readonly JournalOutcome[]) {
      append(changeId, writeJournalLine({ line: 'outcomes', outcomes }))
    },
    async markUndone(changeId) {
      append(changeId, writeJournalLine({ line: 'undone' }))
    },
    async open(file) {
      const entry = readJournalFile(file)
      files.set(entry.changeId, file)
      return entry
    },
    async read(changeId) {
      const file = files.get(changeId) ?? findFile(options.folder, changeId)
      if (file === null) return null
      files.set(changeId, file)
      return readJournalFile(file)
    },
    async list() {
      return [...files.values()].map(readJournalFile).reverse()
    },
    fileOf: (changeId) => files.get(changeId) ?? null,
  }
}

/** @throws JOURNAL_INVALID when the file is not there, not a journal, or cut off before its first step */
export function readJournalFile(file: string): JournalEntry {
  try {
    return readJournalText(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof CoatcheckError) throw error
    const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new CoatcheckError('JOURNAL_INVALID', reason('sessions.journalUnread', { problem }), { hint: 'next.giveJournal', subject: file }, error)
  }
}

function startFile(file: string, entry: NewJournalEntry): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const lines = [writeJournalLine({ line: 'change', entry }), ...entry.steps.map((step) => writeJournalLine({ line: 'step', step }))]
  // O_EXCL: a journal is never overwritten, whatever path was given.
  appendSynced(file, lines.join(''), constants.O_CREAT | constants.O_EXCL)
}

function appendSynced(file: string, text: string, flags: number): void {
  try {
    const handle = openSync(file, constants.O_WRONLY | flags, 0o600)
    try {
      const bytes = Buffer.from(text)
      for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new CoatcheckError('JOURNAL_INVALID', reason('sessions.journalUnwritten', { problem }), { hint: 'next.freeSpaceOrFile', subject: file }, error)
  }
}

function findFile(folder: string, changeId: string): string | null {
  try {
    const name = readdirSync(folder).find((file) => file.endsWith(`-${changeId}.jsonl`))
    return name === undefined ? null : join(folder, name)
  } catch {
    return null
  }
}
