import { mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createStateFile } from './state-file.ts'

const fresh = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), 'coatcheck-state-')), 'state.json')
const open = (file: string): ReturnType<typeof createStateFile<number[]>> => createStateFile(file, 1, z.array(z.number()), [])

test('what was written is read back, by the owner only, and no temporary file stays', async () => {
  const file = await fresh()
  await open(file).update(() => [1, 2])
  expect(await open(file).read()).toEqual([1, 2])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(file, '..'))).toEqual(['state.json'])
})

test('updates of one process never lose each other', async () => {
  const state = open(await fresh())
  await Promise.all(Array.from({ length: 20 }, (_, i) => state.update((all) => [...all, i])))
  expect(await state.read()).toHaveLength(20)
})

test.each(['', '{', '[]', '{"version":1,"value":"x"}', '{"version":2,"value":[1]}', '\0\0\0'])('a damaged file (%j) is set aside, not fatal', async (text) => {
  const file = await fresh()
  await writeFile(file, text)
  expect(await open(file).read()).toEqual([])
  expect(await readFile(`${file}.damaged`, 'utf8')).toBe(text)
})
