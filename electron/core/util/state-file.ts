import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'

export interface StateFile<T> {
  read(): Promise<T>
  /** Reads, changes, writes; one after the other within this process. */
  update(change: (value: T) => T): Promise<T>
}

/**
 * A small JSON file of the program's own: versioned, 0600 in a 0700 folder, replaced as a whole (temporary file, fsync, rename).
 * A damaged one is set aside as `*.damaged` and never fatal: the program starts with `initial`.
 */
export function createStateFile<T>(file: string, version: number, schema: z.ZodType<T>, initial: T): StateFile<T> {
  let queue: Promise<unknown> = Promise.resolve()

  async function read(): Promise<T> {
    const text = await readFile(file, 'utf8').catch(() => null)
    if (text === null) return initial
    const value = parse(text)
    if (value !== null) return value
    await rename(file, `${file}.damaged`).catch(() => undefined)
    return initial
  }

  function parse(text: string): T | null {
    try {
      const { version: found, value } = JSON.parse(text) as { version?: unknown; value?: unknown }
      const parsed = schema.safeParse(value)
      return found === version && parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }

  async function write(value: T): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
    try {
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(JSON.stringify({ version, value }))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, file)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  return {
    read,
    update(change) {
      const run = queue.then(async () => {
        const value = change(await read())
        await write(value)
        return value
      })
      queue = run.catch(() => undefined)
      return run
    },
  }
}
