import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of a test's own that can be filled. */
export interface SmallDisk extends Disposable {
  readonly folder: string
  /** Leaves no byte free. */
  fill(): void
  /** Takes away what `fill` put there. */
  empty(): void
}

const CHUNK = Buffer.alloc(64 * 1024)

/** null: it can be used. Mounting needs root on Linux: elsewhere the proof is skipped, CI or not. */
export function whyNoSmallDisk(): string | null {
  const reason = process.platform !== 'linux' ? 'a small disk is mounted on Linux only' : process.getuid?.() !== 0 ? 'mounting a small disk needs root' : tryMount()
  if (reason !== null) console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

function tryMount(): string | null {
  try {
    mountSmallDisk(1)[Symbol.dispose]()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'a small disk cannot be mounted'
  }
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-disk-'))
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'coatcheck-test', folder], { encoding: 'utf8' })
  if (status !== 0) {
    rmSync(folder, { recursive: true })
    throw new Error(`a small disk cannot be mounted here: ${stderr.trim()}`)
  }
  chmodSync(folder, 0o700)
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const handle = openSync(ballast, 'w')
      try {
        for (let size = CHUNK.length; size >= 1;) {
          try {
            writeSync(handle, CHUNK, 0, size)
          } catch {
            // Less may still fit.
            size = Math.floor(size / 2)
          }
        }
      } finally {
        closeSync(handle)
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
