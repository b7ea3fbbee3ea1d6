import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder in which nothing can be made or removed, until it is opened again. */
export interface SealedFolder extends Disposable {
  open(): void
}

const isRoot = process.getuid?.() === 0

/** null: folders can be sealed. Permissions do not hold root back: it needs a file system that has an immutable flag. Skipped elsewhere, CI or not. */
export function whyNoSealedFolder(): string | null {
  const reason = process.platform === 'win32' ? 'Windows has other permissions' : trySeal()
  if (reason !== null) console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

function trySeal(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-seal-'))
  try {
    sealFolder(folder)[Symbol.dispose]()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'a folder cannot be sealed'
  } finally {
    rmdirSync(folder)
  }
}

export function sealFolder(folder: string): SealedFolder {
  if (isRoot) flag(folder, '+i')
  else chmodSync(folder, 0o500)
  let isSealed = true
  const open = (): void => {
    if (isSealed && isRoot) flag(folder, '-i')
    else if (isSealed) chmodSync(folder, 0o700)
    isSealed = false
  }
  return { open, [Symbol.dispose]: open }
}

function flag(folder: string, change: '+i' | '-i'): void {
  const { status, error, stderr } = spawnSync('chattr', [change, folder], { encoding: 'utf8' })
  if (error !== undefined || status !== 0) throw new Error(`root can seal no folder here (chattr ${change}): ${error?.message ?? stderr.trim()}`)
}
