import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Whether a path is the folder or in it. Both are real paths. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/**
 * Bytes of an ordinary file within `root`, links followed only where they stay within. null: none, or it may not be read.
 * A FIFO or a device is never waited for: it is opened without blocking, and looked at before it is read.
 */
export function readWithin(root: string, path: string, limitBytes: number): { readonly bytes: Buffer; readonly truncated: boolean } | null {
  const real = realOf(path)
  if (real === null || !isWithin(root, real) || !isOrdinary(real)) return null
  let handle: number
  try {
    handle = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch {
    return null
  }
  try {
    const facts = fstatSync(handle)
    if (!facts.isFile()) return null
    const bytes = Buffer.alloc(Math.min(facts.size, limitBytes))
    let read = 0
    while (read < bytes.length) {
      const count = readSync(handle, bytes, read, bytes.length - read, read)
      if (count === 0) break
      read += count
    }
    return { bytes: bytes.subarray(0, read), truncated: facts.size > limitBytes }
  } catch {
    return null
  } finally {
    closeSync(handle)
  }
}

/** SHA-256 of what `readWithin` gave. null: it is not the whole file. */
export function hashOf(read: ReturnType<typeof readWithin>): string | null {
  return read === null || read.truncated ? null : createHash('sha256').update(read.bytes).digest('base64url')
}

function isOrdinary(path: string): boolean {
  try {
    return lstatSync(path).isFile()
  } catch {
    return false
  }
}

export function realOf(path: string): string | null {
  try {
    return realpathSync.native(path)
  } catch {
    return null
  }
}

/** What is at a path within `root`. null: it is outside, so not looked at. */
export function kindWithin(root: string, path: string): 'file' | 'folder' | 'no' | null {
  const real = nearestReal(path)
  if (!isWithin(root, real.path)) return null
  if (real.rest !== '') return 'no'
  const facts = statSync(real.path, { throwIfNoEntry: false })
  return facts === undefined ? 'no' : facts.isDirectory() ? 'folder' : 'file'
}

/** The real path of the nearest folder that exists, and what is left. */
export function nearestReal(path: string): { readonly path: string; readonly rest: string } {
  let rest = ''
  for (let at = path; ; at = dirname(at)) {
    const real = realOf(at)
    if (real !== null) return { path: real, rest }
    rest = rest === '' ? at.slice(dirname(at).length).replace(/^[/\\]+/, '') : join(at.slice(dirname(at).length).replace(/^[/\\]+/, ''), rest)
    if (dirname(at) === at) return { path: at, rest }
  }
}
