import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFileJournal, readJournalFile } from './file-journal.ts'
import type { NewJournalEntry } from './journal.ts'

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'coatcheck-journal-'))
const columns = { text: 'é\n"x"', int: 9007199254740993n, real: 0.1, blob: new Uint8Array([0, 255]), none: null, oneReal: 1 }
const entry: NewJournalEntry = {
  changeId: 'abc', kind: 'delete', at: 1_788_000_000_000,
  target: { kind: 'sqlite', path: '/tmp/db.sqlite3', table: 'django_session' },
  sentence: { id: 'changes.delete', params: { key: 'abcdef…' } },
  steps: [{ key: 'k1', did: 'delete', before: { data: new Uint8Array([1, 2, 3]), image: { key: 'k1', columns } } }],
}

test('a journal brings back every raw value with its type', async () => {
  const journal = createFileJournal({ folder: await folder() })
  await journal.begin(entry)
  await journal.finish('abc', [{ key: 'k1', outcome: 'done', etag: null }])
  const file = journal.fileOf('abc') ?? ''
  const read = readJournalFile(file)
  expect(read.steps[0]?.before?.image.columns).toEqual({ ...columns, blob: Buffer.from([0, 255]) })
  expect(read.outcomes).toEqual([{ key: 'k1', outcome: 'done', etag: null }])
  expect(read.undone).toBe(false)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await journal.markUndone('abc')
  expect(readJournalFile(file).undone).toBe(true)
})

test('a journal is found again by the id of its change', async () => {
  const place = await folder()
  await createFileJournal({ folder: place }).begin(entry)
  expect((await createFileJournal({ folder: place }).read('abc'))?.steps).toHaveLength(1)
  expect(await createFileJournal({ folder: place }).read('other')).toBeNull()
})

test('an existing file is never overwritten: the change is refused before it starts', async () => {
  const file = join(await folder(), 'mine.jsonl')
  await writeFile(file, 'precious')
  await expect(createFileJournal({ folder: '/nowhere', file }).begin(entry)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' })
  expect(await readFile(file, 'utf8')).toBe('precious')
})

test.each(['', 'hello', '{"line":"undone"}', '{"line":"change","version":9}'])('what is no journal (%j) is refused with the reason', async (text) => {
  const file = join(await folder(), 'x.jsonl')
  await writeFile(file, text)
  expect(() => readJournalFile(file)).toThrowError(expect.objectContaining({ code: 'JOURNAL_INVALID' }))
})

test('a journal that was cut off in its steps is refused whole', async () => {
  const journal = createFileJournal({ folder: await folder() })
  await journal.begin(entry)
  const file = journal.fileOf('abc') ?? ''
  const [head] = (await readFile(file, 'utf8')).split('\n')
  const cut = join(await folder(), 'cut.jsonl')
  await writeFile(cut, `${head ?? ''}\n`)
  expect(() => readJournalFile(cut)).toThrowError(expect.objectContaining({ code: 'JOURNAL_INVALID' }))
})
