import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const SUBJECT = new URL('./keep-compiled.ts', import.meta.url).href
const isWindows = process.platform === 'win32'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'coatcheck-compiled-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** In a process of its own: the cache is the process's. */
function run(dataFolder: string): { readonly exit: number | null; readonly errors: string } {
  const script = `import { keepCompiled } from '${SUBJECT}'; keepCompiled(process.env); await import('${SUBJECT}?again')`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { env: { ...process.env, COATCHECK_DATA_FOLDER: dataFolder, NODE_COMPILE_CACHE: undefined }, encoding: 'utf8' })
  return { exit: status, errors: stderr }
}

test('what was compiled is kept in the data folder, for its owner alone', () => {
  expect(run(folder)).toEqual({ exit: 0, errors: '' })
  expect(readdirSync(join(folder, 'compiled'))).not.toEqual([])
  if (!isWindows) expect(statSync(join(folder, 'compiled')).mode & 0o777).toBe(0o700)
})

test.skipIf(isWindows)('nothing is taken from a folder that others may write to', () => {
  chmodSync(folder, 0o777)
  expect(run(folder)).toEqual({ exit: 0, errors: '' })
  expect(readdirSync(join(folder, 'compiled'))).toEqual([])
  chmodSync(folder, 0o700)
  rmSync(join(folder, 'compiled'), { recursive: true })
  mkdirSync(join(folder, 'compiled'))
  chmodSync(join(folder, 'compiled'), 0o770)
  run(folder)
  expect(readdirSync(join(folder, 'compiled'))).toEqual([])
})

test('where there can be no folder a command works all the same', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(run(join(file, 'data'))).toEqual({ exit: 0, errors: '' })
  expect(existsSync(join(file, 'data'))).toBe(false)
})
