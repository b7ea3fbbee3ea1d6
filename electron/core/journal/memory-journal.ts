import { readJournalFile } from './file-journal.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** Bytes of before-images that are kept; older changes lose their undo first. */
const CAPACITY_BYTES = 256 * 1024 * 1024

/** Undo for as long as the program runs: session data stays off the disk where no keychain protects it. */
export function createMemoryJournal(capacityBytes = CAPACITY_BYTES): Journal {
  const entries = new Map<string, JournalEntry>()
  let heldBytes = 0

  const replace = (changeId: string, part: Partial<JournalEntry>): void => {
    const entry = entries.get(changeId)
    if (entry !== undefined) entries.set(changeId, { ...entry, ...part })
  }

  return {
    async begin(entry) {
      entries.set(entry.changeId, { ...entry, outcomes: [], undone: false })
      heldBytes += sizeOf(entry)
      for (const [changeId, oldest] of entries) {
        if (heldBytes <= capacityBytes || changeId === entry.changeId) break
        entries.delete(changeId)
        heldBytes -= sizeOf(oldest)
      }
    },
    async finish(changeId, outcomes) {
      replace(changeId, { outcomes })
    },
    async markUndone(changeId) {
      replace(changeId, { undone: true })
    },
    async open(file) {
      const entry = readJournalFile(file)
      entries.set(entry.changeId, entry)
      return entry
    },
    async read(changeId) {
      return entries.get(changeId) ?? null
    },
    async list() {
      return [...entries.values()].reverse()
    },
    fileOf: () => null,
  }
}

function sizeOf(entry: Pick<JournalEntry, 'steps'>): number {
  return entry.steps.reduce((sum, step) => sum + (step.before?.data.byteLength ?? 0) + 200, 0)
}
