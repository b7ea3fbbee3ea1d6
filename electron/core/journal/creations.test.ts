import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCreations } from './creations.ts'
import { createFileJournal } from './file-journal.ts'
import type { Journal, NewJournalEntry } from './journal.ts'
import { createMemoryJournal } from './memory-journal.ts'

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'coatcheck-creations-'))

async function make(journal: Journal, key: string, kind: NewJournalEntry['kind'] = 'create', outcome = 'done'): Promise<void> {
  const changeId = `change-${key}`
  await journal.begin({ changeId, kind, at: 1_788_000_000_000, target: { kind: 'demo' }, sentence: { id: 'changes.create', params: { key } }, steps: [{ key, did: 'create', before: null }] })
  await journal.finish(changeId, [{ key, outcome, etag: `etag-${key}` }])
}

test('what was made is known again after a restart by the journal files, and by nothing else in their folder', async () => {
  const place = await folder()
  const journal = createFileJournal({ folder: place })
  await make(journal, 'made')
  await make(journal, 'exists', 'create', 'exists')
  await make(journal, 'edited', 'edit')
  await writeFile(join(place, 'noise.jsonl'), 'not a journal')
  const creations = createCreations(null, place)
  expect([...(await creations())]).toEqual([['made', { at: 1_788_000_000_000, etag: 'etag-made' }]])
  await make(createFileJournal({ folder: place }), 'later')
  expect([...(await creations()).keys()].sort()).toEqual(['later', 'made'])
  expect(await readdir(place)).toHaveLength(5)
})

test('a journal in memory tells of this run; a folder that is not there tells nothing', async () => {
  const memory = createMemoryJournal()
  await make(memory, 'made')
  await make(memory, 'ended', 'expire')
  expect([...(await createCreations(memory, join(await folder(), 'none'))()).keys()]).toEqual(['made'])
})
