import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../package.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')

/** By this, the fuses are found in Electron's executable (docs/tutorial/fuses.md); a format version, a count and one byte for each follow. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSE_COUNT = 9

export interface PackedApp extends Disposable {
  /** What would be installed. */
  readonly folder: string
}

/** Packs the built app for Linux around an Electron that is none: same files, no code. Needs no network. */
export async function packApp(): Promise<PackedApp> {
  const temporary = mkdtempSync(join(tmpdir(), 'coatcheck-pack-'))
  const electron = join(temporary, 'electron')
  writeStubElectron(electron)
  const builder = join(ROOT, 'node_modules/electron-builder/cli.js')
  await promisify(execFile)(process.execPath, [
    builder, '--linux', 'dir', '--x64', '--publish', 'never', `-c.electronDist=${electron}`, `-c.directories.output=${join(temporary, 'dist')}`,
  ], { cwd: ROOT })
  return { folder: join(temporary, 'dist/linux-unpacked'), [Symbol.dispose]: () => rmSync(temporary, { recursive: true }) }
}

function writeStubElectron(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'))
  writeFileSync(join(folder, 'version'), manifest.devDependencies.electron)
  writeFileSync(join(folder, 'locales/en-US.pak'), '')
  const fuses = Buffer.concat([Buffer.from(FUSE_SENTINEL), Buffer.from([1, FUSE_COUNT]), Buffer.from('1'.repeat(FUSE_COUNT))])
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    writeFileSync(join(folder, name), name === 'electron' ? fuses : '')
    chmodSync(join(folder, name), 0o755)
  }
}
