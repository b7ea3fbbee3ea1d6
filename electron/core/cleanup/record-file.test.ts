import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packBytes, unpackBytes } from '../stores/image-bytes.ts'
import { openRecords, readRecords } from './record-file.ts'

const key = randomBytes(32)

async function made(count: number): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'coatcheck-records-')), 'journal')
  const file = await openRecords(path, key)
  for (let index = 0; index < count; index++) await file.append({ facts: { index, text: 'secret session' }, blobs: [packBytes([Buffer.from(`bytes ${index}`), new Uint8Array()])] })
  await file.close()
  return path
}

async function read(path: string, with_ = key): Promise<unknown[]> {
  const facts: unknown[] = []
  for await (const record of readRecords(path, with_)) facts.push((record.facts as { index: number }).index)
  return facts
}

test('records come back in order, with their bytes; the file is for this user only, and nothing of them can be read in it', async () => {
  const path = await made(3)
  expect(await read(path)).toEqual([0, 1, 2])
  for await (const { blobs } of readRecords(path, key)) expect(unpackBytes(blobs[0] ?? packBytes([])).map(String)).toHaveLength(2)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readFile(path)).includes('secret session')).toBe(false)
  expect(await read(path, randomBytes(32))).toEqual([])
})

test('cut off at any byte, the whole records before it are there, and the next one goes behind them', async () => {
  const path = await made(3)
  const whole = await readFile(path)
  for (let length = whole.length - 1; length >= 16; length -= 7) {
    await writeFile(path, whole)
    await truncate(path, length)
    const kept = await read(path)
    expect(kept).toEqual([0, 1, 2].slice(0, kept.length))
    const file = await openRecords(path, key)
    await file.append({ facts: { index: 99 }, blobs: [] })
    await file.close()
    expect(await read(path)).toEqual([...kept, 99])
  }
})

test('a record that was changed, or stands elsewhere than it was written, ends the file', async () => {
  const path = await made(3)
  const bytes = await readFile(path)
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
  await writeFile(path, bytes)
  expect(await read(path)).toEqual([0, 1])
})
